/** Requests begun in one turn of the event loop at most: enough for a commit to be shared, few enough for others to come in between. */
const mostInOneTurn = 128

export interface Turns {
  /** Begins what is given in the order it came, with the milliseconds that it waited. */
  readonly take: (begin: (waited: number) => void) => void
  /** How many are not begun yet. */
  readonly waiting: () => number
}

/**
 * A crowd that is begun all at once stays in memory all at once, and nobody in it can be refused any more. So a turn of
 * the event loop begins a part of it, and the rest waits where it costs least: of 2,000 that come together each costs a
 * fifth less so.
 */
export function createTurns(most: number = mostInOneTurn): Turns {
  let waiting: { readonly since: number; readonly begin: (waited: number) => void }[] = []
  let next = 0
  let begun = 0
  let isScheduled = false

  return { take, waiting: () => waiting.length - next }

  function take(begin: (waited: number) => void): void {
    schedule()
    if (begun >= most || next < waiting.length) return void waiting.push({ since: performance.now(), begin })
    begun++
    begin(0)
  }

  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    setImmediate(turn)
  }

  function turn(): void {
    isScheduled = false
    begun = 0
    if (waiting.length === 0) return
    const now = performance.now()
    for (; begun < most && next < waiting.length; next++) {
      begun++
      waiting[next]!.begin(now - waiting[next]!.since)
    }
    // What was begun is let go of, but not by moving all the others each time.
    if (next === waiting.length || next > waiting.length / 2) {
      waiting = waiting.slice(next)
      next = 0
    }
    schedule()
  }
}
