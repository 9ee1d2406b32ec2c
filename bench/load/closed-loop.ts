import { openConnection } from './connection.ts'
import type { Answer, Connection } from './connection.ts'

/** One request and what its answer must be. `check` throws if it is anything else. */
export interface Step {
  readonly request: string
  readonly check: (answer: Answer) => void
}

/** What one connection asks, one after another; `undefined` when it has nothing more to ask. */
export type Lane = () => Step | undefined

export interface Stretch {
  readonly requests: number
  readonly seconds: number
  /** Milliseconds from request to answer, in rising order. */
  readonly latencies: Float64Array
}

export interface Loop {
  /** Runs every lane until the time is over or it has nothing more to ask, then waits for the last answers. */
  readonly run: (milliseconds: number) => Promise<Stretch>
  readonly close: () => void
}

/** So many requests are under way at any moment, each on a connection of its own. */
export async function openLoop(port: number, lanes: readonly Lane[]): Promise<Loop> {
  const connections = await Promise.all(lanes.map(() => openConnection(port)))

  return {
    run: async (milliseconds) => {
      const latencies: number[] = []
      const begin = performance.now()
      await Promise.all(lanes.map((lane, at) => drive(connections[at]!, lane, begin + milliseconds, latencies)))
      const seconds = (performance.now() - begin) / 1000

      return { requests: latencies.length, seconds, latencies: Float64Array.from(latencies).toSorted() }
    },
    close: () => {
      for (const connection of connections) connection.close()
    },
  }
}

async function drive(connection: Connection, lane: Lane, end: number, latencies: number[]): Promise<void> {
  for (let now = performance.now(); now < end;) {
    const step = lane()
    if (step === undefined) return
    const answer = await connection.send(step.request)
    const after = performance.now()
    latencies.push(after - now)
    step.check(answer)
    now = after
  }
}
