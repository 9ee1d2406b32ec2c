import type { Result } from '../base/result.ts'
import type { Instant } from '../base/time.ts'
import { parseKeySet, type VerificationKey } from '../jose/jwk.ts'
import { parseJsonObject } from '../base/strict-json.ts'
import type { Clock } from '../ports/clock.ts'
import type { FetchDocument } from '../ports/fetch-document.ts'
import type { ClientKey } from '../protocol/client.ts'

/** Where a client, or an issuer that is trusted, publishes its keys. */
export interface KeySource {
  /** Whose they are: two that name one address share nothing. */
  readonly owner: string
  readonly uri: string
  /** The one algorithm they may be for, if there is one. */
  readonly alg: ClientKey['alg'] | undefined
}

/** Keys that are published at an address of their owner (`jwks_uri`). */
export interface RemoteKeys {
  /** What was fetched last, or is fetched now; empty while there is none that may be used. Never rejects. */
  current(source: KeySource): Promise<readonly VerificationKey[]>
  /** As `current`, but asks the address again, unless it was asked less than 30 s ago. */
  renewed(source: KeySource): Promise<readonly VerificationKey[]>
}

/** Used without asking again, in milliseconds. */
export const freshFor = 600_000
/** Used while the address does not answer, in milliseconds since it last did. */
export const staleFor = 3_600_000
/** The least time between two questions for one owner, in milliseconds, whatever anybody sends here. */
export const pause = 30_000
const maxSources = 1000
const maxUnderWay = 50
const maxKeys = 20

interface Entry {
  keys: readonly VerificationKey[]
  answeredAt: Instant | undefined
  askedAt: Instant | undefined
  asking: Promise<void> | undefined
}

/**
 * Fetches key sets when they are needed and keeps them. One owner's address that is slow or down is waited for by
 * that owner alone, and once in half a minute at most (attack row CA-09).
 */
export function createRemoteKeys({ fetch, now }: { readonly fetch: FetchDocument; readonly now: Clock }): RemoteKeys {
  const entries = new Map<string, Entry>()
  let underWay = 0

  /** The entries that were not used for longest leave first. */
  function entryOf(name: string): Entry {
    const entry = entries.get(name) ?? { keys: [], answeredAt: undefined, askedAt: undefined, asking: undefined }
    entries.delete(name)
    entries.set(name, entry)
    if (entries.size > maxSources) entries.delete(entries.keys().next().value!)

    return entry
  }

  async function ask(entry: Entry, { uri, alg }: KeySource): Promise<void> {
    underWay += 1
    const document = await fetch(uri).finally(() => (underWay -= 1))
    const parsed = document.ok ? parseJsonObject(document.value.bytes) : document
    const rsaAlgorithm = alg === 'PS256' ? 'PS256' : 'RS256'
    const keys = parsed.ok ? parseKeySet(parsed.value, { maxKeys, unusable: 'skip', rsaAlgorithm }) : parsed
    if (!keys.ok) return

    entry.keys = keys.value.filter((key) => alg === undefined || key.alg === alg)
    entry.answeredAt = now()
  }

  async function load(source: KeySource, againAnyway: boolean): Promise<readonly VerificationKey[]> {
    const entry = entryOf(JSON.stringify([source.owner, source.uri, source.alg]))
    if (!againAnyway && isWithin(freshFor, entry.answeredAt, now())) return entry.keys
    if (entry.asking === undefined && !isWithin(pause, entry.askedAt, now()) && underWay < maxUnderWay) {
      entry.askedAt = now()
      entry.asking = ask(entry, source).finally(() => (entry.asking = undefined))
    }
    await entry.asking

    return isWithin(staleFor, entry.answeredAt, now()) ? entry.keys : []
  }

  return { current: (source) => load(source, false), renewed: (source) => load(source, true) }
}

/**
 * Reads a JWT with keys that its maker publishes: a `kid` that is not known makes them be fetched again, since they may
 * have changed.
 */
export async function readWithRemoteKeys<Value, Problem extends string>(
  source: KeySource,
  remoteKeys: RemoteKeys,
  read: (keys: readonly VerificationKey[]) => Result<Value, Problem>,
): Promise<Result<Value, Problem>> {
  const first = read(await remoteKeys.current(source))
  if (first.ok || first.error !== 'key_unknown') return first

  return read(await remoteKeys.renewed(source))
}

/** A clock that was set back makes a negative age: that counts as long ago. */
const isWithin = (length: number, since: Instant | undefined, now: Instant) =>
  since !== undefined && now >= since && now - since < length
