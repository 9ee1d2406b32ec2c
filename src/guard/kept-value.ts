import type { Instant } from '../base/time.ts'

/** How old a value may grow, in milliseconds. */
export interface KeepingTimes {
  /** Up to this age it is given out without a question. */
  readonly fresh: number
  /** Up to this age it is given out while its source fails; then there is none. */
  readonly stale: number
  /** The least time between two questions that are asked before `fresh` is over. */
  readonly renewal: number
}

/** A value of another server, kept for a while. */
export interface KeptValue<Value> {
  /** The value, or `undefined` while there is none that may be used. Never rejects. */
  current(now: Instant): Promise<Value | undefined>
  /** Asks the source again, unless it was asked less than `renewal` ago; then as `current`. */
  renewed(now: Instant): Promise<Value | undefined>
  /** True if the last question was not answered: what is missing from the value may exist all the same. */
  readonly isFailing: boolean
}

/** Least time between questions to a source that fails. */
const retryPause = 1000

/**
 * Keeps what `load` brings. However many requests wait, one question is under way. While the source fails, nobody
 * waits for it as long as an old value may still be used.
 *
 * @param load given the previous value, so that it can hand back the very same one; `undefined` means it failed
 */
export function keepValue<Value extends object>(
  load: (previous: Value | undefined, now: Instant) => Promise<Value | undefined>,
  times: KeepingTimes,
): KeptValue<Value> {
  let kept: { readonly value: Value; readonly at: Instant } | undefined
  let asking: Promise<void> | undefined
  let askedAt: Instant | undefined
  let isFailing = false

  const isYoungerThan = (age: number, since: Instant | undefined, now: Instant) =>
    // A clock that was set back makes a negative age: nothing is known then, and the source is asked.
    since !== undefined && now >= since && now - since < age

  const ask = (now: Instant) => {
    asking ??= load(kept?.value, now)
      .then((value) => {
        isFailing = value === undefined
        if (value !== undefined) kept = { value, at: now }
      })
      .finally(() => (asking = undefined))
    askedAt = now
    return asking
  }

  const usable = (now: Instant) => (kept !== undefined && now - kept.at < times.stale ? kept.value : undefined)

  const current = async (now: Instant) => {
    if (kept !== undefined && isYoungerThan(times.fresh, kept.at, now)) return kept.value
    if (isFailing && isYoungerThan(retryPause, askedAt, now)) return usable(now)

    const asked = ask(now)
    if (isFailing && usable(now) !== undefined) return usable(now)

    await asked
    return usable(now)
  }

  return {
    current,
    async renewed(now) {
      if (asking === undefined && isYoungerThan(times.renewal, askedAt, now)) return current(now)
      await ask(now)
      return usable(now)
    },
    get isFailing() {
      return isFailing
    },
  }
}
