import * as v from 'valibot'
import { signatureAlgorithms } from '../jose/algorithms.ts'
import { defaultPaths } from '../protocol/settings.ts'
import type { Paths } from '../protocol/settings.ts'
import { flag, number, object, perLanguage, text, texts } from './shape.ts'
import type { SettingsOptions } from './settings.ts'

/** What a file may say of the settings: the configuration of `hufu start`, and for development the seed. */
export type WrittenSettings = Omit<SettingsOptions, 'issuer' | 'development' | 'resources' | 'scopes'>

/** Those that this runtime has. */
const signingAlgorithm = v.picklist(signatureAlgorithms, `must be one of ${signatureAlgorithms.join(', ')}`)

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
const detailType = object({
  type: text,
  title: perLanguage,
  description: v.exactOptional(perLanguage),
  resource: v.exactOptional(text),
  transaction: v.exactOptional(flag),
  clientCredentials: v.exactOptional(flag),
  fields: v.record(text, detailField, 'must be an object'),
})

const onOrRequired = v.exactOptional(v.picklist(['off', 'on', 'required'], 'must be off, on or required'))

const profile = v.picklist(['oauth21', 'mcp', 'fapi2'], 'must be oauth21, mcp or fapi2')

/** As in `Features`. */
const features = object({
  pushedRequests: onOrRequired,
  dpop: onOrRequired,
  deviceGrant: v.exactOptional(flag),
  tokenExchange: v.exactOptional(flag),
  openid: v.exactOptional(flag),
  registration: v.exactOptional(v.picklist(['off', 'token', 'open'], 'must be off, token or open')),
  clientIdMetadataDocuments: v.exactOptional(flag),
  revocationFeed: v.exactOptional(flag),
})

/** As in `RegistrationOptions`. */
const registration = object({
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
const paths = object(
  Object.fromEntries(Object.keys(defaultPaths).map((name) => [name, v.exactOptional(text)])) as Record<
    keyof Paths,
    ReturnType<typeof v.exactOptional<typeof text>>
  >,
)

/** As in `TrustedIssuerOptions`. */
const trustedIssuer = object({
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

/** As in `SettingsOptions`, whose bounds are checked when the server is made. */
export const settingsEntries = {
  productName: v.exactOptional(text),
  codeLifetime: v.exactOptional(number),
  sessionLifetime: v.exactOptional(number),
  transactionLifetime: v.exactOptional(number),
  pushedRequestLifetime: v.exactOptional(number),
  auditRetention: v.exactOptional(v.union([number, v.literal('never')], 'must be a number or never')),
  signingAlgorithm: v.exactOptional(signingAlgorithm),
  authorizationDetailTypes: v.exactOptional(v.array(detailType, 'must be an array')),
  profile: v.exactOptional(profile),
  features: v.exactOptional(features),
  registration: v.exactOptional(registration),
  dpopNonces: v.exactOptional(flag),
  validAfter: v.exactOptional(text),
  trustedIssuers: v.exactOptional(v.array(trustedIssuer, 'must be an array')),
  paths: v.exactOptional(paths),
}
