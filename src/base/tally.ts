/** How often values of which size were met: what a histogram shows, for the price of an addition. */
export interface Counted {
  readonly bounds: readonly number[]
  /** For each bound how many values were at most so large and larger than the bound before; the last: beyond all. */
  readonly counts: readonly number[]
  readonly sum: number
}

export interface Tally {
  readonly add: (value: number) => void
  readonly read: () => Counted
}

/** @param bounds rising */
export function createTally(bounds: readonly number[]): Tally {
  const counts = Array.from({ length: bounds.length + 1 }, () => 0)
  let sum = 0

  return {
    add: (value) => {
      let at = 0
      while (at < bounds.length && value > bounds[at]!) at += 1
      counts[at]! += 1
      sum += value
    },
    read: () => ({ bounds, counts: [...counts], sum }),
  }
}

/** Seconds, from a thousandth to five: of requests, calls, commits. */
export const secondsBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const
/** How many together. */
export const countBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256] as const
