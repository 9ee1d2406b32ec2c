import type { Flow } from './flow-book.ts'
import type { Recorder } from './recorder.ts'

/** Makes a mistake on purpose, over HTTP, against the running parties. */
export interface DrillRunner {
  /** The drills there are, with the public number each must end with. */
  readonly drills: readonly { readonly name: string; readonly code: string }[]
  run(name: string): Promise<DrillReport>
}

export interface DrillReport {
  /** `Hufu-Request-Id` of an answer of the authorization server in this drill: it finds the flow. */
  readonly requestId: string
  /** The number that was really met. */
  readonly code: string | undefined
  /** The answer in one line. */
  readonly answer: string
}

/** Drills that may wait while another runs. */
const maxWaiting = 5

/** Runs one drill at a time and writes on its flow how it ended. */
export function createDrillDesk(runner: DrillRunner | undefined, recorder: Recorder) {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0

  async function run(name: string): Promise<Flow | 'unknown' | 'busy' | 'failed'> {
    const drill = runner?.drills.find((each) => each.name === name)
    if (runner === undefined || drill === undefined) return 'unknown'
    if (waiting >= maxWaiting) return 'busy'
    waiting++
    const turn = last.then(() => runner.run(name))
    last = turn.catch(() => undefined)
    try {
      const { requestId, code, answer } = await turn
      return recorder.note(requestId, { drill: name, expected: drill.code, code, answer }) ?? 'failed'
    } catch {
      return 'failed'
    } finally {
      waiting--
    }
  }

  return { run, drills: runner?.drills ?? [] }
}
