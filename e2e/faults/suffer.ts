import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Entry } from './asking.ts'
import type { Ledger } from './ledger.ts'

/** What happens to the database; done when it can commit again. */
export type Fault = () => Promise<void>

export interface Bounds {
  /** Milliseconds under load before the fault and after it. */
  readonly before: number
  readonly after: number
}

/** Milliseconds: the longest wait for an answer, and the longest until all is well once the database is back. */
const longestAnswer = 3_000
const longestReturn = 2_000

/**
 * Lets it happen under load, and looks afterwards at all that was acknowledged. Prints the figures.
 *
 * @returns whether all was in time, which a machine with other work may spoil
 */
export async function suffer(t: TestContext, ledger: Ledger, name: string, fault: Fault, bounds: Bounds) {
  const stop = ledger.start()
  const [began, back] = await (async () => {
    try {
      await pause(bounds.before)
      const start = performance.now()
      await fault()
      const end = performance.now()
      await pause(bounds.after)

      return [start, end] as const
    } finally {
      await stop()
    }
  })()
  const entries = ledger.entries.filter(({ at, took }) => at + took >= began)
  const checked = await ledger.check()

  assert.deepEqual(ledger.problems, [])
  assert.ok(
    entries.every(({ outcome }) => outcome !== 'cut'),
    'no connection to a server ends',
  )
  assert.ok(checked > 20, 'the load was real')
  const { refused, longest, normal } = measure(entries, back)
  t.diagnostic(
    `${name}: ${checked} acknowledged credentials checked, 0 lost, 0 used twice; ${refused} of ${entries.length} answers were 503, the longest took ${longest} ms; all well ${normal} ms after its return`,
  )

  return longest <= longestAnswer && normal <= longestReturn
}

function measure(entries: readonly Entry[], back: number) {
  const refused = entries.filter(({ outcome }) => outcome === 'unavailable')
  const last = Math.max(back, ...refused.map(({ at, took }) => at + took))

  return {
    refused: refused.length,
    longest: Math.round(Math.max(0, ...entries.map(({ took }) => took))),
    normal: Math.round(last - back),
  }
}
