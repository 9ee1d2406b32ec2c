import { readFile, stat } from 'node:fs/promises'
import * as v from 'valibot'
import { canonicalUsername } from '../accounts/username.ts'
import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import type { NewAccount } from './administration.ts'
import type { AuthorizationServer } from './authorization-server.ts'
import { profileMembers } from './profile.ts'
import type { ResourceOptions } from './resource-options.ts'
import type { ScopeOptions } from './scope-options.ts'
import { resource, scope, settingsEntries } from './settings-shape.ts'
import type { WrittenSettings } from './settings-shape.ts'
import { object, parseJson, text, texts } from './shape.ts'

/** What a server begins with: a JSON file, the same every time it is read. */
export interface Seed {
  /** In the words of RFC 7591, read by `parseClientMetadata`. */
  readonly clients: readonly Readonly<Record<string, unknown>>[]
  readonly users: readonly NewAccount[]
  readonly resources: readonly ResourceOptions[]
  readonly scopes: readonly ScopeOptions[]
  /** For development, where no file of configuration is: what is on, where, and what is signed with. */
  readonly settings: WrittenSettings
}

export const emptySeed: Seed = { clients: [], users: [], resources: [], scopes: [], settings: {} }

const maxFileBytes = 16 * 1024 * 1024

const user = object({
  username: text,
  password: text,
  name: v.optional(text),
  email: v.exactOptional(text),
  roles: v.exactOptional(texts),
  ...profileMembers,
})
const list = <Item extends v.GenericSchema>(item: Item) => v.optional(v.array(item, 'must be an array'), [])
const seed = object({
  $schema: v.optional(text),
  clients: list(v.record(v.string(), v.unknown(), 'must be an object')),
  users: list(user),
  resources: list(resource),
  scopes: list(scope),
  ...settingsEntries,
})

/** Reads a seed file; the error names the file and the place in it. */
export async function readSeed(file: string, development: boolean): Promise<Result<Seed, string>> {
  try {
    if ((await stat(file)).size > maxFileBytes) return refuse(`${file}: is larger than 16 MiB`)
    const parsed = parseSeed(await readFile(file, 'utf8'), development)

    return parsed.ok ? parsed : refuse(`${file}: ${parsed.error}`)
  } catch (error) {
    return refuse(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

/**
 * Reads a seed (DECISIONS 19): clients, users, resources and scopes, all optional. Refused, with the path of the first
 * fault: what is no JSON, members nobody knows, a client or a user that stands there twice, and outside development a
 * scope without a title, or settings. What a client's members mean is checked when it is saved.
 */
export function parseSeed(json: string, development: boolean): Result<Seed, string> {
  const parsed = parseJson(json, seed)
  if (!parsed.ok) return parsed
  const { $schema: _, clients, users, resources, scopes, ...settings } = parsed.value
  const twice =
    findTwice('clients', clients, (each) => each['client_id']) ?? findTwice('users', users, (each) => nameOf(each))
  if (twice !== undefined) return refuse(twice)
  // Production is set up in one place only.
  if (!development && Object.keys(settings).length > 0)
    return refuse(`${Object.keys(settings)[0]}: belongs into the configuration`)
  const untitled = scopes.findIndex((each) => each.title === undefined)
  // A person must never be asked about a word that nobody explained (UX section 3.2).
  if (!development && untitled >= 0) return refuse(`scopes[${untitled}].title: is missing`)

  return accept({
    clients,
    users: users.map(({ username, password, name, email, roles, ...profile }) => ({
      username,
      password,
      name: name ?? username,
      email,
      roles,
      profile,
    })),
    resources,
    scopes: scopes.map((each) => ({ ...each, title: each.title ?? each.name })),
    settings,
  })
}

/**
 * Saves the clients and users of a seed. The same seed again changes nothing that matters: accounts keep their `sub`,
 * sessions go on, and a client that was disabled stays so. What another seed no longer names stays. The error names the
 * entry and the member.
 */
export async function applySeed(
  server: Pick<AuthorizationServer, 'saveClient' | 'saveAccount'>,
  { clients, users }: Seed,
): Promise<Result<undefined, string>> {
  for (const [at, metadata] of clients.entries()) {
    // A secret that was made here would be known to nobody.
    const saved = await server.saveClient(metadata, { makeSecret: false })
    if (!saved.ok) return refuse(`clients[${at}].${saved.error}`)
  }
  // One after the other: each password is a slow hash, and few may wait for one.
  for (const [at, account] of users.entries()) {
    const saved = await server.saveAccount(account)
    if (!saved.ok) return refuse(`users[${at}].${saved.error}`)
  }

  return accept(undefined)
}

function findTwice<Item>(name: string, items: readonly Item[], key: (item: Item) => unknown): string | undefined {
  const seen = new Set<unknown>()
  for (const [at, item] of items.entries()) {
    if (key(item) !== undefined && seen.has(key(item))) return `${name}[${at}]: stands there twice`
    seen.add(key(item))
  }

  return undefined
}

function nameOf({ username }: { readonly username: string }): string {
  const canonical = canonicalUsername(username)

  return canonical.ok ? canonical.value : username
}
