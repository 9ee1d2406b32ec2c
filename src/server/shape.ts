import * as v from 'valibot'
import { nearest } from '../base/nearest.ts'
import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { signatureAlgorithms } from '../jose/algorithms.ts'
import { defaultPaths } from '../protocol/settings.ts'
import type { Paths } from '../protocol/settings.ts'

export const text = v.pipe(v.string('must be a text'), v.maxLength(2000, 'must have at most 2000 characters'))
export const texts = v.array(text, 'must be an array')
export const flag = v.boolean('must be true or false')
export const number = v.number('must be a number')

const perLanguage = v.union(
  [text, v.strictObject({ en: text, 'zh-CN': text })],
  'must be a text, or one in en and zh-CN',
)

export const object = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  v.strictObject(entries, 'must be an object')

/** Those that this runtime has. */
export const signingAlgorithm = v.picklist(signatureAlgorithms, `must be one of ${signatureAlgorithms.join(', ')}`)

/** As in `ResourceOptions`. */
export const resource = object({
  resource: text,
  scopes: v.optional(texts, []),
  tokenFormat: v.exactOptional(v.picklist(['jwt', 'opaque'], 'must be jwt or opaque')),
  accessTokenLifetime: v.exactOptional(number),
  signingAlgorithm: v.exactOptional(signingAlgorithm),
})

/** As in `ScopeOptions`; a title may be missing where nobody is asked. */
export const scope = object({
  name: text,
  title: v.optional(perLanguage),
  description: v.exactOptional(perLanguage),
  access: v.exactOptional(v.picklist(['read', 'write', 'delete', 'money'], 'must be read, write, delete or money')),
  optional: v.exactOptional(flag),
})

/** As in `DetailFieldOptions`. */
const detailField = object({
  kind: v.picklist(
    ['text', 'number', 'amount', 'currency', 'boolean', 'enum', 'list'],
    'must be text, number, amount, currency, boolean, enum or list',
  ),
  title: perLanguage,
  required: v.exactOptional(flag),
  maxLength: v.exactOptional(number),
  maxItems: v.exactOptional(number),
  least: v.exactOptional(number),
  most: v.exactOptional(number),
  limit: v.exactOptional(flag),
  values: v.exactOptional(v.record(text, perLanguage, 'must be an object')),
})

/** As in `DetailTypeOptions`. */
export const detailType = object({
  type: text,
  title: perLanguage,
  description: v.exactOptional(perLanguage),
  resource: v.exactOptional(text),
  transaction: v.exactOptional(flag),
  clientCredentials: v.exactOptional(flag),
  fields: v.record(text, detailField, 'must be an object'),
})
export const detailMembers = [detailType, detailField].flatMap((each) => Object.keys(each.entries))

const onOrRequired = v.exactOptional(v.picklist(['off', 'on', 'required'], 'must be off, on or required'))

export const profile = v.picklist(['oauth21', 'mcp', 'fapi2'], 'must be oauth21, mcp or fapi2')

/** As in `Features`. */
export const features = object({
  pushedRequests: onOrRequired,
  dpop: onOrRequired,
  deviceGrant: v.exactOptional(flag),
  tokenExchange: v.exactOptional(flag),
  openid: v.exactOptional(flag),
  registration: v.exactOptional(v.picklist(['off', 'token', 'open'], 'must be off, token or open')),
  clientIdMetadataDocuments: v.exactOptional(flag),
})

/** As in `RegistrationOptions`. */
export const registration = object({
  scopes: v.exactOptional(texts),
  authorizationDetailTypes: v.exactOptional(texts),
  allScopes: v.exactOptional(flag),
  firstUseWithin: v.exactOptional(number),
  unusedFor: v.exactOptional(number),
  maxClients: v.exactOptional(number),
  allowedHosts: v.exactOptional(texts),
  deniedHosts: v.exactOptional(texts),
  localhostAnyPort: v.exactOptional(flag),
  softwareStatements: v.exactOptional(
    v.array(object({ issuer: text, jwks: v.record(v.string(), v.unknown(), 'must be a JWK Set') }), 'must be an array'),
  ),
})

/** As in `Paths`. */
export const paths = object(
  Object.fromEntries(Object.keys(defaultPaths).map((name) => [name, v.exactOptional(text)])) as Record<
    keyof Paths,
    ReturnType<typeof v.exactOptional<typeof text>>
  >,
)

/** As in `TrustedIssuerOptions`. */
export const trustedIssuer = object({
  issuer: text,
  jwks: v.exactOptional(
    object({ keys: v.array(v.record(v.string(), v.unknown(), 'must be a JWK'), 'must be an array') }),
  ),
  jwksUri: v.exactOptional(text),
  clients: texts,
  publicClients: v.exactOptional(flag),
  subject: v.picklist(['account', 'username', 'client'], 'must be account, username or client'),
  subjects: v.exactOptional(texts),
  scopes: texts,
  resources: texts,
})

/**
 * Reads a JSON file of the shape. The error names the place of the first fault, what was probably meant by a member
 * nobody knows, and never a value: it may be a password.
 *
 * @param members all names there are, for guessing what was meant
 */
export function parseJson<Shape extends v.GenericSchema>(
  json: string,
  shape: Shape,
  members: readonly string[],
): Result<v.InferOutput<Shape>, string> {
  let raw: unknown
  try {
    raw = JSON.parse(json.replace(/^\uFEFF/, ''))
  } catch (error) {
    return refuse(`is not JSON: ${placeOnly((error as Error).message)}`)
  }
  // Valibot takes an array for an object without members.
  if (Array.isArray(raw)) return refuse('must be an object')
  const parsed = v.safeParse(shape, raw, { abortEarly: true })

  return parsed.success ? accept(parsed.output) : refuse(explain(parsed.issues[0], members))
}

function explain(issue: v.BaseIssue<unknown>, members: readonly string[]): string {
  const path = (issue.path ?? []).map((each) => each.key)
  const place = path
    .map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at > 0 ? '.' : ''}${String(key).slice(0, 60)}`))
    .join('')
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const meant = nearest(String(path.at(-1)), members)
    return `${place}: nobody knows this member${meant === undefined ? '' : `; did you mean ${meant}?`}`
  }
  if (issue.type === 'strict_object' && issue.received === 'undefined') return `${place}: is missing`

  return place === '' ? issue.message : `${place}: ${issue.message}`
}

/** V8 quotes the text around the fault; the place is enough. */
function placeOnly(message: string): string {
  const place = /position \d+(?: \(line \d+ column \d+\))?/.exec(message)?.[0]

  return place ?? (message.includes('end of JSON') ? 'it ends too early' : 'a sign stands where none may')
}
