import type { Result } from '../base/result.ts'
import type { Instant } from '../base/time.ts'
import { parseKeySet, type VerificationKey } from '../jose/jwk.ts'
import { parseJsonObject } from '../jose/strict-json.ts'
import type { Clock } from '../ports/clock.ts'
import type { FetchDocument } from '../ports/fetch-document.ts'
import type { Client } from '../protocol/client.ts'
import { because, type OAuthError } from '../protocol/errors.ts'
import { readAssertion, type AssertionContext, type UsableAssertion } from './private-key-jwt.ts'

/** The keys of clients that publish them at an address of theirs (`jwks_uri`). */
export interface RemoteKeys {
  /** What was fetched last, or is fetched now; empty while there is none that may be used. Never rejects. */
  current(client: Client): Promise<readonly VerificationKey[]>
  /** As `current`, but asks the address again, unless it was asked less than 30 s ago. */
  renewed(client: Client): Promise<readonly VerificationKey[]>
}

/** Used without asking again, in milliseconds. */
export const freshFor = 600_000
/** Used while the address does not answer, in milliseconds since it last did. */
export const staleFor = 3_600_000
/** The least time between two questions for one client, in milliseconds, whatever anybody sends here. */
export const pause = 30_000
const maxClients = 1000
const maxUnderWay = 50
const maxKeys = 20

interface Entry {
  keys: readonly VerificationKey[]
  answeredAt: Instant | undefined
  askedAt: Instant | undefined
  asking: Promise<void> | undefined
}

/**
 * Fetches key sets when they are needed and keeps them. One client's address that is slow or down is waited for by
 * that client alone, and once in half a minute at most (attack row CA-09).
 */
export function createRemoteKeys({ fetch, now }: { readonly fetch: FetchDocument; readonly now: Clock }): RemoteKeys {
  const entries = new Map<string, Entry>()
  let underWay = 0

  /** The entries that were not used for longest leave first. */
  function entryOf(name: string): Entry {
    const entry = entries.get(name) ?? { keys: [], answeredAt: undefined, askedAt: undefined, asking: undefined }
    entries.delete(name)
    entries.set(name, entry)
    if (entries.size > maxClients) entries.delete(entries.keys().next().value!)

    return entry
  }

  async function ask(entry: Entry, uri: string, alg: Client['assertionAlg']): Promise<void> {
    underWay += 1
    const document = await fetch(uri).finally(() => (underWay -= 1))
    const parsed = document.ok ? parseJsonObject(document.value.bytes) : document
    const rsaAlgorithm = alg === 'PS256' ? 'PS256' : 'RS256'
    const keys = parsed.ok ? parseKeySet(parsed.value, { maxKeys, unusable: 'skip', rsaAlgorithm }) : parsed
    if (!keys.ok) return

    entry.keys = keys.value.filter((key) => alg === undefined || key.alg === alg)
    entry.answeredAt = now()
  }

  async function load(client: Client, againAnyway: boolean): Promise<readonly VerificationKey[]> {
    const uri = client.jwksUri
    if (uri === undefined) return []

    const entry = entryOf(JSON.stringify([client.id, uri, client.assertionAlg]))
    if (!againAnyway && isWithin(freshFor, entry.answeredAt, now())) return entry.keys
    if (entry.asking === undefined && !isWithin(pause, entry.askedAt, now()) && underWay < maxUnderWay) {
      entry.askedAt = now()
      entry.asking = ask(entry, uri, client.assertionAlg).finally(() => (entry.asking = undefined))
    }
    await entry.asking

    return isWithin(staleFor, entry.answeredAt, now()) ? entry.keys : []
  }

  return { current: (client) => load(client, false), renewed: (client) => load(client, true) }
}

/**
 * `checkClientAssertion` for a client with a `jwks_uri`: a `kid` that is not known makes its keys be fetched again,
 * since it may have changed them.
 */
export async function checkRemoteAssertion(
  assertion: string,
  client: Client,
  context: Omit<AssertionContext, 'keys'>,
  remoteKeys: RemoteKeys,
): Promise<Result<UsableAssertion, OAuthError>> {
  const first = readAssertion(assertion, client, { ...context, keys: await remoteKeys.current(client) })
  if (first.ok) return first
  if (first.error !== 'key_unknown') return because('client_assertion_invalid')

  const second = readAssertion(assertion, client, { ...context, keys: await remoteKeys.renewed(client) })
  return second.ok ? second : because('client_assertion_invalid')
}

/** A clock that was set back makes a negative age: that counts as long ago. */
const isWithin = (length: number, since: Instant | undefined, now: Instant) =>
  since !== undefined && now >= since && now - since < length
