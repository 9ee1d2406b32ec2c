import type { SignatureAlgorithm } from '../base/signature-algorithm.ts'
import { addSeconds, hasPassed, seconds, type Instant, type Seconds } from '../base/time.ts'
import type { SealedKey } from '../ports/store.ts'

/** The algorithms a server signs with, each by keys of its own; the first signs whatever asks for no other. */
export type KeyFamilies = readonly [SignatureAlgorithm, ...SignatureAlgorithm[]]

export interface RotationPolicy {
  /** Each has a schedule of its own. */
  readonly algorithms: KeyFamilies
  /** How long one key signs. @default 30 days */
  readonly period: Seconds
  /** A key is published at least this long before it first signs, so that every cache has it. @default 1 day */
  readonly publishAhead: Seconds
  /** A key stays published this long after it last signed: the longest life of a token, and for clocks an hour. */
  readonly overlap: Seconds
}

/** The schedule for tokens that live at most so long. */
export const rotationPolicy = (longestTokenLifetime: Seconds, algorithms: KeyFamilies = ['ES256']): RotationPolicy => ({
  algorithms,
  period: seconds(30 * 86_400),
  publishAhead: seconds(86_400),
  overlap: seconds(longestTokenLifetime + 3600),
})

/** The next step towards a right set of keys. One at a time, since each is stored with its own audit event. */
export type Rotation =
  | { readonly kind: 'keep' }
  | { readonly kind: 'create'; readonly keys: readonly NewKey[] }
  | { readonly kind: 'retire'; readonly kid: string }

export interface NewKey {
  readonly alg: SignatureAlgorithm
  /** From when it shall sign. */
  readonly activeFrom: Instant
}

/** What of a key the schedule depends on. */
export type ScheduledKey = Pick<SealedKey, 'kid' | 'alg' | 'activeFrom' | 'retireAt'>

/**
 * For each algorithm there is always a key that signs and one that will. Steps that were missed while no instance ran
 * are made up for without skipping the time ahead; a key without a successor signs on, however late it is.
 *
 * An algorithm that had no key gets one that signs at once: nobody can rely on another. One that is no longer wanted
 * signs nothing more and gets no new keys; those it has stay until their time is over, so that another instance may
 * still sign with them, and so that taking it back costs nothing.
 */
export function decideRotation(keys: readonly ScheduledKey[], now: Instant, policy: RotationPolicy): Rotation {
  const missing = policy.algorithms.flatMap((alg) => findMissing(alg, keys, now, policy))
  if (missing.length > 0) return { kind: 'create', keys: missing }

  const leaving = keys.find((key) => hasLeft(key, keys, now, policy))
  return leaving === undefined ? { kind: 'keep' } : { kind: 'retire', kid: leaving.kid }
}

/**
 * The key of the algorithm that signs at `now`: the newest active one. Should a clock have gone back behind all of
 * them, the first.
 */
export function findSigningKey<Key extends ScheduledKey>(
  keys: readonly Key[],
  now: Instant,
  alg: SignatureAlgorithm,
): Key | undefined {
  const family = keys.filter((key) => key.alg === alg)

  return latest(family.filter((key) => hasPassed(key.activeFrom, now))) ?? family.toSorted(byActivation)[0]
}

/** When the key made for `activeFrom` leaves, if its successor comes in time. */
export const plannedRetirement = (activeFrom: Instant, policy: RotationPolicy) =>
  addSeconds(addSeconds(activeFrom, policy.period), policy.overlap)

function findMissing(
  alg: SignatureAlgorithm,
  keys: readonly ScheduledKey[],
  now: Instant,
  policy: RotationPolicy,
): readonly NewKey[] {
  const newest = latest(keys.filter((key) => key.alg === alg))
  if (newest === undefined) return [now, addSeconds(now, policy.period)].map((activeFrom) => ({ alg, activeFrom }))
  if (!hasPassed(newest.activeFrom, now)) return []

  const soonest = addSeconds(now, policy.publishAhead)
  return [{ alg, activeFrom: later(addSeconds(newest.activeFrom, policy.period), soonest) }]
}

/**
 * Gone when every token it can have signed is dead: not before it was planned, nor before its successor took over. The
 * newest key of an algorithm that is wanted never leaves. That of another would have a successor if an instance that
 * wants it had run since it began to sign.
 */
function hasLeft(key: ScheduledKey, keys: readonly ScheduledKey[], now: Instant, policy: RotationPolicy): boolean {
  const successor = keys
    .filter((each) => each.alg === key.alg && each.activeFrom > key.activeFrom)
    .toSorted(byActivation)[0]
  if (successor !== undefined) {
    return hasPassed(later(key.retireAt, addSeconds(successor.activeFrom, policy.overlap)), now)
  }

  return !policy.algorithms.some((alg) => alg === key.alg) && hasPassed(key.retireAt, now)
}

/** Sorts keys by when they begin to sign, the same on every instance. */
export const byActivation = (left: ScheduledKey, right: ScheduledKey) =>
  left.activeFrom - right.activeFrom || (left.kid < right.kid ? -1 : 1)

const latest = <Key extends ScheduledKey>(keys: readonly Key[]) => keys.toSorted(byActivation).at(-1)

const later = (left: Instant, right: Instant) => (left > right ? left : right)
