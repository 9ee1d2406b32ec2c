import { setTimeout as pause } from 'node:timers/promises'
import type { Answer, HttpClient } from '../support/child-server.ts'

/** What came of one request, as its client saw it. */
export type Outcome =
  /** What an honest request gets. */
  | 'good'
  /** 503 `temporarily_unavailable` with `Retry-After`: ask again. */
  | 'unavailable'
  /** The connection ended without an answer. */
  | 'cut'
  /** Anything else: it must never be. */
  | 'wrong'

export interface Entry {
  readonly outcome: Outcome
  /** When it was asked and how long the answer took, in milliseconds of `performance`. */
  readonly at: number
  readonly took: number
  /** How the connection ended, where it did. */
  readonly cutBy?: string | undefined
}

const pauseMs = 20
/** Milliseconds after which a client believes that a server does not come back. */
const patienceMs = 30_000
/** Milliseconds. */
const leaveMs = 1_000

type Send = (door: HttpClient) => Promise<Answer>

/** Sends what honest clients ask, and keeps what they got. */
export interface Asking {
  readonly entries: readonly Entry[]
  /** Answers that no honest client should get; others may write their own beside them. */
  readonly problems: string[]
  /** One request; `expected` are the answers of a server that is well. */
  readonly ask: (what: string, expected: readonly number[], send: Send) => Promise<Answer | undefined>
  /** Asks again as an honest client does. */
  readonly insist: (
    what: string,
    expected: (unsureSince: number | undefined) => readonly number[],
    send: Send,
  ) => Promise<Answer | undefined>
}

/**
 * @param elsewhere who is told to close its connection, or finds nobody listening, goes to another server
 * @param isRunning false when nobody needs an answer any more
 */
export function createAsking(doors: readonly HttpClient[], elsewhere: boolean, isRunning: () => boolean): Asking {
  const entries: Entry[] = []
  const problems: string[] = []
  let turn = 0
  /** Until when a server is thought to be on its way out. */
  const leaving = new Map<HttpClient, number>()

  /** In turn; who told us to close the connection is left alone for a while, if there is another one. */
  function nextDoor(): HttpClient {
    const now = performance.now()
    const open = elsewhere ? doors.filter((door) => (leaving.get(door) ?? 0) < now) : doors

    return open[(turn += 1) % open.length] ?? doors[turn % doors.length]!
  }

  /** One request; `expected` are the answers of a server that is well. */
  async function ask(what: string, expected: readonly number[], send: Send): Promise<Answer | undefined> {
    const at = performance.now()
    const { answer, cutBy } = await knock(send)
    const outcome = judge(answer, expected)
    entries.push({ outcome, at, took: performance.now() - at, cutBy })
    if (outcome === 'wrong') problems.push(`${what}: ${answer!.status} ${answer!.text.slice(0, 300)}`)

    return outcome === 'good' ? answer : undefined
  }

  /** The answer of the next server, or of the first after it that listens; or how the connection ended. */
  async function knock(send: Send): Promise<{ readonly answer?: Answer; readonly cutBy?: string }> {
    for (let left = elsewhere ? doors.length : 1; ; left -= 1) {
      const door = nextDoor()
      try {
        const answer = await send(door)
        if (answer.headers['connection'] === 'close') leaving.set(door, performance.now() + leaveMs)

        return { answer }
      } catch (error) {
        leaving.set(door, performance.now() + leaveMs)
        const { code, message } = error as NodeJS.ErrnoException
        if (left === 1 || code !== 'ECONNREFUSED') return { cutBy: `${code ?? ''} ${message}` }
      }
    }
  }

  /** Asks again as an honest client does. */
  async function insist(
    what: string,
    expected: (unsureSince: number | undefined) => readonly number[],
    send: Send,
  ): Promise<Answer | undefined> {
    let unsureSince: number | undefined
    for (;;) {
      const before = problems.length
      const answer = await ask(what, expected(unsureSince), send)
      if (answer !== undefined || problems.length > before || !isRunning()) return answer
      unsureSince ??= performance.now()
      if (performance.now() - unsureSince > patienceMs) {
        problems.push(`${what}: nothing but refusals for ${patienceMs / 1000} s`)

        return undefined
      }
      await pause(pauseMs)
    }
  }

  return { entries, problems, ask, insist }
}

function judge(answer: Answer | undefined, expected: readonly number[]): Outcome {
  if (answer === undefined) return 'cut'
  // A browser that came by way of a client is sent back to it (OAuth 2.1 section 4.1.2.1).
  if (URL.parse(String(answer.headers['location']))?.searchParams.get('error') === 'temporarily_unavailable')
    return 'unavailable'
  if (expected.includes(answer.status)) return 'good'

  return answer.status === 503 && answer.headers['retry-after'] !== undefined ? 'unavailable' : 'wrong'
}
