import { readFile, stat } from 'node:fs/promises'
import * as v from 'valibot'
import { canonicalUsername } from '../accounts/username.ts'
import { nearest } from '../base/nearest.ts'
import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import type { AuthorizationServer } from './authorization-server.ts'
import type { NewAccount } from './administration.ts'
import type { ResourceOptions, ScopeOptions } from './settings.ts'

/** What a server begins with: a JSON file, the same every time it is read. */
export interface Seed {
  /** In the words of RFC 7591, read by `parseClientMetadata`. */
  readonly clients: readonly unknown[]
  readonly users: readonly NewAccount[]
  readonly resources: readonly ResourceOptions[]
  readonly scopes: readonly ScopeOptions[]
}

export const emptySeed: Seed = { clients: [], users: [], resources: [], scopes: [] }

const maxFileBytes = 16 * 1024 * 1024

const text = v.pipe(v.string('must be a text'), v.maxLength(2000, 'must have at most 2000 characters'))
const perLanguage = v.union(
  [text, v.strictObject({ en: text, 'zh-CN': text })],
  'must be a text, or one in en and zh-CN',
)
const list = <Item extends v.GenericSchema>(item: Item) => v.optional(v.array(item, 'must be an array'), [])

const user = v.strictObject(
  {
    username: text,
    password: text,
    name: v.optional(text),
    email: v.optional(text),
    roles: v.optional(v.array(text, 'must be an array')),
  },
  'must be an object',
)
const resource = v.strictObject(
  {
    resource: text,
    scopes: v.optional(v.array(text, 'must be an array'), []),
    tokenFormat: v.exactOptional(v.picklist(['jwt', 'opaque'], 'must be jwt or opaque')),
    accessTokenLifetime: v.exactOptional(v.number('must be a number of seconds')),
  },
  'must be an object',
)
const scope = v.strictObject(
  {
    name: text,
    title: v.optional(perLanguage),
    description: v.exactOptional(perLanguage),
    access: v.exactOptional(v.picklist(['read', 'write', 'delete', 'money'], 'must be read, write, delete or money')),
    optional: v.exactOptional(v.boolean('must be true or false')),
  },
  'must be an object',
)
const seed = v.strictObject(
  {
    $schema: v.optional(text),
    clients: list(v.record(v.string(), v.unknown(), 'must be an object')),
    users: list(user),
    resources: list(resource),
    scopes: list(scope),
  },
  'a seed must be a JSON object',
)

/** Reads a seed file; the error names the file and the place in it. */
export async function readSeed(file: string): Promise<Result<Seed, string>> {
  try {
    if ((await stat(file)).size > maxFileBytes) return refuse(`${file}: is larger than 16 MiB`)
    const parsed = parseSeed(await readFile(file, 'utf8'))

    return parsed.ok ? parsed : refuse(`${file}: ${parsed.error}`)
  } catch (error) {
    return refuse(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

/**
 * Reads a seed (DECISIONS 19): clients, users, resources and scopes, all optional. Refused, with the path of the first
 * fault: what is no JSON, members nobody knows, a client or a user that stands there twice. What a client's members
 * mean is checked when it is saved.
 */
export function parseSeed(json: string): Result<Seed, string> {
  let raw: unknown
  try {
    raw = JSON.parse(json.replace(/^\uFEFF/, ''))
  } catch (error) {
    return refuse(`is not JSON: ${placeOnly((error as Error).message)}`)
  }
  if (Array.isArray(raw)) return refuse('a seed must be a JSON object')
  const parsed = v.safeParse(seed, raw, { abortEarly: true })
  if (!parsed.success) return refuse(explain(parsed.issues[0]))
  const { clients, users, resources, scopes } = parsed.output
  const twice =
    findTwice('clients', clients, (each) => each['client_id']) ?? findTwice('users', users, (each) => nameOf(each))
  if (twice !== undefined) return refuse(twice)

  return accept({
    clients,
    users: users.map((each) => ({ ...each, name: each.name ?? each.username })),
    resources,
    scopes: scopes.map((each) => ({ ...each, title: each.title ?? each.name })),
  })
}

/**
 * Saves the clients and users of a seed. The same seed again changes nothing that matters: accounts keep their `sub`,
 * and sessions go on. What another seed no longer names stays. The error names the entry and the member.
 */
export async function applySeed(
  server: Pick<AuthorizationServer, 'saveClient' | 'saveAccount'>,
  { clients, users }: Seed,
): Promise<Result<undefined, string>> {
  for (const [at, metadata] of clients.entries()) {
    const saved = await server.saveClient(metadata)
    if (!saved.ok) return refuse(`clients[${at}].${saved.error}`)
    // A secret that is made now would be another one at the next start, and nobody would know either.
    if (saved.value.madeSecret !== undefined)
      return refuse(`clients[${at}].client_secret: ${saved.value.client.authMethod} needs one`)
  }
  // One after the other: each password is a slow hash, and few may wait for one.
  for (const [at, account] of users.entries()) {
    const saved = await server.saveAccount(account)
    if (!saved.ok) return refuse(`users[${at}].${saved.error}`)
  }

  return accept(undefined)
}

function explain(issue: v.InferIssue<typeof seed>): string {
  const path = (issue.path ?? []).map((each) => each.key)
  const shown = path.map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at > 0 ? '.' : ''}${String(key)}`))
  if (issue.type !== 'strict_object') return [shown.join(''), issue.message].filter((each) => each !== '').join(': ')
  if (issue.expected !== 'never') {
    return issue.received === 'undefined'
      ? `${shown.join('')}: is missing`
      : [shown.join(''), issue.message].filter((each) => each !== '').join(': ')
  }
  const unknown = String(path.at(-1)).slice(0, 60)
  const meant = nearest(unknown, known)

  return `${shown.join('')}: nobody knows this member${meant === undefined ? '' : `; did you mean ${meant}?`}`
}

const known = [seed, user, resource, scope].flatMap((each) => Object.keys(each.entries))

function findTwice<Item>(name: string, items: readonly Item[], key: (item: Item) => unknown): string | undefined {
  const seen = new Set<unknown>()
  for (const [at, item] of items.entries()) {
    if (key(item) !== undefined && seen.has(key(item))) return `${name}[${at}]: stands there twice`
    seen.add(key(item))
  }

  return undefined
}

/** V8 quotes the text around the fault, which may be a password; the place is enough. */
function placeOnly(message: string): string {
  const place = /position \d+(?: \(line \d+ column \d+\))?/.exec(message)?.[0]

  return place ?? (message.includes('end of JSON') ? 'it ends too early' : 'a sign stands where none may')
}

function nameOf({ username }: { readonly username: string }): string {
  const canonical = canonicalUsername(username)

  return canonical.ok ? canonical.value : username
}
