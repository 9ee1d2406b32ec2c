import { addSeconds, hasPassed, seconds, type Instant, type Seconds } from '../base/time.ts'
import type { SignatureAlgorithm } from '../jose/algorithms.ts'
import type { SealedKey } from '../ports/store.ts'

export interface RotationPolicy {
  /** What new keys are for. */
  readonly algorithm: Exclude<SignatureAlgorithm, 'ES384'>
  /** How long one key signs. @default 30 days */
  readonly period: Seconds
  /** A key is published at least this long before it first signs, so that every cache has it. @default 1 day */
  readonly publishAhead: Seconds
  /** A key stays published this long after it last signed: the longest life of a token, and for clocks an hour. */
  readonly overlap: Seconds
}

/** The schedule for tokens that live at most so long. */
export const rotationPolicy = (
  longestTokenLifetime: Seconds,
  algorithm: RotationPolicy['algorithm'] = 'ES256',
): RotationPolicy => ({
  algorithm,
  period: seconds(30 * 86_400),
  publishAhead: seconds(86_400),
  overlap: seconds(longestTokenLifetime + 3600),
})

/** The next step towards a right set of keys. One at a time, since each is stored with its own audit event. */
export type Rotation =
  | { readonly kind: 'keep' }
  /** A key for each instant from which one shall sign. */
  | { readonly kind: 'create'; readonly activeFrom: readonly Instant[] }
  | { readonly kind: 'retire'; readonly kid: string }

/** What of a key the schedule depends on. */
export type ScheduledKey = Pick<SealedKey, 'kid' | 'alg' | 'activeFrom' | 'retireAt'>

/**
 * There is always a key that signs and one that will. Steps that were missed while no instance ran are made up for
 * without skipping the time ahead; a key without a successor signs on, however late it is. A change of algorithm is a
 * rotation like any other: the old key signs until the new one has been published long enough.
 */
export function decideRotation(keys: readonly ScheduledKey[], now: Instant, policy: RotationPolicy): Rotation {
  if (keys.length === 0) return { kind: 'create', activeFrom: [now, addSeconds(now, policy.period)] }

  const mine = keys.filter((key) => key.alg === policy.algorithm)
  const newest = latest(mine)
  const soonest = addSeconds(now, policy.publishAhead)
  if (newest === undefined) return { kind: 'create', activeFrom: [soonest] }
  if (hasPassed(newest.activeFrom, now)) {
    return { kind: 'create', activeFrom: [later(addSeconds(newest.activeFrom, policy.period), soonest)] }
  }

  const signing = findSigningKey(keys, now, policy.algorithm)
  const leaving = keys.find((key) => key !== signing && hasLeft(key, keys, now, policy))
  return leaving === undefined ? { kind: 'keep' } : { kind: 'retire', kid: leaving.kid }
}

/**
 * The key that signs at `now`: the newest active one of the algorithm; until there is one, the newest active one of
 * any. Should a clock have gone back behind all of them, the first.
 */
export function findSigningKey<Key extends ScheduledKey>(
  keys: readonly Key[],
  now: Instant,
  algorithm: string,
): Key | undefined {
  const active = keys.filter((key) => hasPassed(key.activeFrom, now))

  return latest(active.filter((key) => key.alg === algorithm)) ?? latest(active) ?? keys.toSorted(byActivation)[0]
}

/** When the key made for `activeFrom` leaves, if its successor comes in time. */
export const plannedRetirement = (activeFrom: Instant, policy: RotationPolicy) =>
  addSeconds(addSeconds(activeFrom, policy.period), policy.overlap)

/**
 * Gone when every token it can have signed is dead: not before it was planned, nor before its successor, of its
 * algorithm or else of another, took over.
 */
function hasLeft(key: ScheduledKey, keys: readonly ScheduledKey[], now: Instant, policy: RotationPolicy): boolean {
  const successors = keys.filter((each) => each.activeFrom > key.activeFrom).toSorted(byActivation)
  const successor = successors.find((each) => each.alg === key.alg) ?? successors[0] ?? key

  return hasPassed(later(key.retireAt, addSeconds(successor.activeFrom, policy.overlap)), now)
}

/** Sorts keys by when they begin to sign, the same on every instance. */
export const byActivation = (left: ScheduledKey, right: ScheduledKey) =>
  left.activeFrom - right.activeFrom || (left.kid < right.kid ? -1 : 1)

const latest = <Key extends ScheduledKey>(keys: readonly Key[]) => keys.toSorted(byActivation).at(-1)

const later = (left: Instant, right: Instant) => (left > right ? left : right)
