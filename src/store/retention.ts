import { seconds } from '../base/time.ts'
import type { Instant } from '../base/time.ts'

/** How long rows stay: the same in every store. */

const dayMs = 24 * 60 * 60 * 1000

/** An ended authorization stays this long, at most, so that its reason can be told; without a row it is just as dead. */
export const keepRevokedMs = 30 * dayMs

/** A code that was used up stays this long after its expiry, so that a replay is still recognised as one. */
export const keepUsedCodesMs = 60 * 60 * 1000

/** A use moves the time of a client's removal only if it moves it this far, so that not every token request writes the row. */
export const useStepMs = dayMs

/** A request that waits for a person moves how long its client stays only if it moves it this far, likewise. */
export const waitStepMs = 60_000

/** For SQL, where an end is never: well before the last instant there is. */
export const never = 8_000_000_000_000_000 as Instant

/** Younger than this a client is not sent away to make room: whoever registers uses it at once. */
export const newFor = seconds(600)

/** One that an operator disabled is looked at again after a year, so that it does not come back as a new one. */
export const keepDisabledMs = 365 * dayMs

/** An instance that has not checked in for this long does not run any more. */
export const aliveMs = 60_000

/** What ended stays listed so long: no access token lives longer than a day, and a clock may be wrong by two hours. */
export const keepEndingsMs = dayMs + 2 * 60 * 60 * 1000

/** What ended no token is of use only to instances that run now. */
export const keepNewsMs = 10 * 60 * 1000
