import { addSeconds, seconds } from '../base/time.ts'
import type { Instant, Seconds } from '../base/time.ts'
import type { Clock } from '../ports/clock.ts'
import type { Attempts, Store } from '../ports/store.ts'
import type { Subject } from '../protocol/account.ts'
import type { ClientId } from '../protocol/client.ts'

/** After `limit` failures under `key` the next attempt waits until the window, which began with the first, is over. */
export interface ThrottleRule {
  readonly key: string
  readonly limit: number
  readonly window: Seconds
}

/** What came of a throttled attempt. `wait`: it was not made at all, and may be after so many seconds. */
export type Attempt = { readonly kind: 'passed' | 'failed' } | { readonly kind: 'wait'; readonly wait: Seconds }

export interface Throttle {
  /**
   * Makes the attempt if the rules let it; a `false` counts as a failure under every key. What is found right at once,
   * without a promise, never takes a place.
   */
  run(
    rules: readonly ThrottleRule[],
    isRight: () => boolean | Promise<boolean>,
    counted?: readonly (Attempts | undefined)[],
  ): Promise<Attempt>
  /** What is counted now, for a `run` of the same rules that follows at once: looked up together with what else is. */
  look(rules: readonly ThrottleRule[]): Promise<readonly (Attempts | undefined)[]>
}

const minute = 60
const hour = 60 * minute
const maxQueue = 100

/** The longer somebody fails, the longer the wait: a minute, then a quarter of an hour, then hours. */
const limits = {
  // One person at one place, or one guesser.
  pair: [
    [5, minute],
    [10, 15 * minute],
    [30, 6 * hour],
  ],
  // One guesser of many names; an office is one address too.
  address: [
    [60, 15 * minute],
    [400, 24 * hour],
  ],
  // Many guessers of one name. Does not hold where the person has signed in before, so it locks nobody out.
  account: [
    [50, 15 * minute],
    [500, 24 * hour],
  ],
  client: [
    [20, minute],
    [100, 15 * minute],
  ],
  // Documents of clients that nobody here has seen before; an office is one address.
  document: [
    [30, minute],
    [200, hour],
  ],
  // Clients that register themselves, each program of each person anew.
  registration: [
    [20, minute],
    [100, hour],
    [500, 24 * hour],
  ],
  // Changes of one registration, each of which may make us fetch a document that it names.
  change: [
    [20, minute],
    [100, hour],
  ],
  // One guesser of the codes that devices show; a person mistypes a few times.
  userCode: [
    [5, 10 * minute],
    [20, 6 * hour],
  ],
} as const

/**
 * Sign-in: per account and address, per address, and per account. The last is for guessing from many addresses at once;
 * where the account has been signed in to before it is left out, so that strangers cannot keep a person out of their
 * own account (attack row UI-06).
 *
 * @param name canonical, whether or not there is such an account
 * @param address IPv4, or the /64 of an IPv6 address
 */
export function signInRules(name: string, address: string, isKnownPlace: boolean): readonly ThrottleRule[] {
  return [
    ...rulesAt(address, 'pair', `${name} ${address}`),
    ...rulesAt(address, 'address', address),
    ...(isKnownPlace && address !== unknownAddress ? [] : rulesOf('account', name)),
  ]
}

/** Where HTTP could not say who calls: one place for everybody, so nobody's failures may be counted against it. */
export const unknownAddress = 'unknown'

const rulesAt = (address: string, kind: keyof typeof limits, key: string) =>
  address === unknownAddress ? [] : rulesOf(kind, key)

/** Client secrets: per client and address, so that the real client goes on from elsewhere (attack row CA-11). */
export const clientSecretRules = (id: ClientId, address: string) => rulesAt(address, 'client', `${id} ${address}`)

/** How often a place may make us fetch the document of a client that is new. All places nobody can name are one. */
export const documentRules = (address: string) => rulesOf('document', address)

/** How often a place may register clients. All places nobody can name are one. */
export const registrationRules = (address: string) => rulesOf('registration', address)

/** How often a client may change its own registration. */
export const changeRules = (id: ClientId) => rulesOf('change', id)

/** Codes of devices: per browser, per account where somebody is signed in, and per address (RFC 8628 section 5.1). */
export const userCodeRules = (browser: string, account: Subject | undefined, address: string) => [
  ...rulesOf('userCode', browser),
  ...(account === undefined ? [] : rulesOf('userCode', account)),
  ...rulesAt(address, 'address', `user codes ${address}`),
]

/** Where a key says "this account was signed in to from this address". */
export const knownPlaceKey = (name: string, address: string) => `place ${name} ${address}`
export const knownPlaceLifetime = seconds(30 * 24 * hour)

/** How long to wait before the next attempt, by what has failed; `undefined` means now. */
export function decideWait(
  rules: readonly ThrottleRule[],
  counted: readonly (Attempts | undefined)[],
  now: Instant,
): Seconds | undefined {
  const ends = counted.flatMap((failed, at) => (failed && failed.count >= rules[at]!.limit ? [failed.windowEnd] : []))

  return ends.length === 0 ? undefined : seconds(Math.max(1, Math.ceil((Math.max(...ends) - now) / 1000)))
}

/**
 * Counts in the store, so that all instances count together. An attempt that is being made takes the place of a failure
 * until its outcome is known, or a thousand at once would be let in before the first has failed: the others queue. That
 * queue is this instance's own, and where it is full the attempt waits a second.
 */
export function createThrottle(store: Pick<Store, 'findAttempts' | 'countAttempt'>, now: Clock): Throttle {
  const underWay = new Map<string, number>()
  const queue: (() => void)[] = []
  const change = (rules: readonly ThrottleRule[], by: number) => {
    for (const { key } of rules) {
      const count = (underWay.get(key) ?? 0) + by
      if (count > 0) underWay.set(key, count)
      else underWay.delete(key)
    }
  }

  const look = (rules: readonly ThrottleRule[]) => Promise.all(rules.map((rule) => store.findAttempts(rule.key, now())))

  return {
    look,
    async run(rules, isRight, looked) {
      for (let first = looked; ; first = undefined) {
        const counted = first ?? (await look(rules))
        const wait = decideWait(rules, counted, now())
        if (wait !== undefined) return { kind: 'wait', wait }

        // From here to `change` nothing is awaited: looking and taking a place are one step.
        const isFree = (rule: ThrottleRule, at: number) =>
          (counted[at]?.count ?? 0) + (underWay.get(rule.key) ?? 0) < rule.limit
        if (rules.every(isFree)) break
        if (queue.length >= maxQueue) return { kind: 'wait', wait: seconds(1) }
        await new Promise<void>((go) => queue.push(go))
      }

      const answer = isRight()
      if (answer === true) return { kind: 'passed' }
      change(rules, 1)
      try {
        if (await answer) return { kind: 'passed' }
        const at = now()
        await Promise.all(rules.map(({ key, window }) => store.countAttempt(key, addSeconds(at, window), at)))
        return { kind: 'failed' }
      } finally {
        change(rules, -1)
        for (const go of queue.splice(0)) go()
      }
    },
  }
}

function rulesOf(kind: keyof typeof limits, key: string): readonly ThrottleRule[] {
  return limits[kind].map(([limit, length]) => ({ key: `${kind} ${length} ${key}`, limit, window: seconds(length) }))
}
