import { addSeconds } from '../base/time.ts'
import type { Instant, Seconds } from '../base/time.ts'
import type { Clock } from '../ports/clock.ts'
import { morning } from './ids.ts'

/** A clock that stands still until it is told otherwise. */
export interface TestClock {
  readonly now: Clock
  readonly set: (time: Instant) => void
  readonly advance: (length: Seconds) => void
}

export function createClock(start: Instant = morning): TestClock {
  let time = start

  return {
    now: () => time,
    set: (to) => (time = to),
    advance: (length) => (time = addSeconds(time, length)),
  }
}
