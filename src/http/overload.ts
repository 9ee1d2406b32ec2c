import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { oauthError } from '../protocol/errors.ts'
import { createTurns } from './turns.ts'

export interface Limits {
  /** Open connections; one more is closed at once. @default 4096 */
  readonly connections?: number
  /**
   * Requests that are worked on at the same time; one more is refused with 503 and `Retry-After`. Those that wait for
   * their own body, or for something to happen, do not count.
   *
   * @default 4000
   */
  readonly requests?: number
}

export const defaultLimits = { connections: 4096, requests: 4000 } as const

/** Decides what is worked on, so that what is begun is also finished in time. */
export interface Admission {
  /** False if there is too much to do already. */
  readonly admits: () => boolean
  /** Counts one, and begins its work when it is its turn, unless by then nobody waits for it or it is too late. */
  readonly begin: (incoming: IncomingMessage, outgoing: ServerResponse, work: () => void) => void
  /** Counts one whose turn is now, whatever there is to do. */
  readonly beginNow: () => void
  /** What was begun is done. */
  readonly end: () => void
  /** Waits without being counted. */
  readonly aside: <Value>(waiting: Promise<Value>) => Promise<Value>
  /** Refuses as cheaply as can be, and hears nothing more on this connection for a moment. */
  readonly refuse: (incoming: IncomingMessage, outgoing: ServerResponse) => void
  readonly running: () => number
  readonly refused: () => number
}

/** Milliseconds in which what has come should be finished: longer than that, callers have gone. */
const goodTime = 700
/** Milliseconds over which the pace is measured. */
const measuredFor = 250
/** Never fewer, so that a store that stood still finds work when it is back. */
const fewest = 100
/** Milliseconds in which a connection that was refused is not read: refusing again and again would take all the time. */
const pauseFor = 700

const { code, id, description } = oauthError('unavailable')
const forPrograms = prebuilt(
  'application/json',
  JSON.stringify({ error: code, error_description: `${id} ${description}` }),
  ['access-control-allow-origin', '*'],
)
/** In both languages: to find out which one is read would cost more than the answer. */
const forPeople = prebuilt(
  'text/html; charset=utf-8',
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${id}</title><p>The server is busy. Nothing was changed. Please try again in a moment.</p><p lang="zh-CN">服务器正忙，什么都没有改变。请稍后再试。</p><p>${id}</p></html>`,
  ['content-security-policy', "default-src 'none'"],
)

function prebuilt(type: string, body: string, more: readonly string[]) {
  const length = String(Buffer.byteLength(body))
  const headers = ['content-type', type, 'content-length', length, 'retry-after', '1', 'cache-control', 'no-store']

  return { body, headers: [...headers, 'x-content-type-options', 'nosniff', ...more] }
}

/**
 * Beyond its capacity a server that begins everything finishes nothing in time. What is too much is refused before
 * anything is done for it: as many requests are under way as were lately finished in seven tenths of a second, up to a
 * limit. Before the pace of a sudden crowd is known, those whose turn comes later than that are refused then.
 */
export function createAdmission({ requests = defaultLimits.requests }: Limits = {}): Admission {
  let allowed: number = requests
  let running = 0
  let refused = 0
  const turns = createTurns()
  const pace = { since: performance.now(), finished: 0, least: Infinity, isFull: false, isWatched: false }

  return { admits, begin, beginNow, end, aside, refuse, running: () => running, refused: () => refused }

  function admits(): boolean {
    if (running < allowed) return true
    pace.isFull = true

    return false
  }

  function begin(incoming: IncomingMessage, outgoing: ServerResponse, work: () => void): void {
    beginNow()
    turns.take((waited) => {
      const isGone = incoming.socket.destroyed
      if (!isGone && waited <= goodTime) return work()
      running--
      if (!isGone) refuse(incoming, outgoing)
    })
  }

  function beginNow(): void {
    running++
    if (pace.isWatched) return
    pace.isWatched = true
    setImmediate(measure)
  }

  /** At the end of a turn of the event loop in which something began. */
  function measure(): void {
    pace.isWatched = false
    pace.least = Math.min(pace.least, turns.waiting())
    const elapsed = performance.now() - pace.since
    if (elapsed < measuredFor) return
    const enough = Math.round((pace.finished / elapsed) * goodTime)
    // A row that was there all the time and is too long, though the door never closed. Not those that were begun: they
    // may wait for something else, as for a password that is hashed.
    allowed = pace.isFull || pace.least > enough ? enough : allowed * 2
    allowed = Math.min(requests, Math.max(fewest, allowed))
    Object.assign(pace, { since: pace.since + elapsed, finished: 0, least: Infinity, isFull: false })
  }

  function end(): void {
    running--
    pace.finished++
  }

  async function aside<Value>(waiting: Promise<Value>): Promise<Value> {
    running--
    try {
      return await waiting
    } finally {
      running++
    }
  }

  function refuse(incoming: IncomingMessage, outgoing: ServerResponse): void {
    refused++
    const { headers, body } = incoming.headers.accept?.includes('text/html') === true ? forPeople : forPrograms
    // Node reads on for a body that nobody took, so the pause comes after that.
    outgoing.writeHead(503, headers).end(body, () => setImmediate(pause, incoming.socket))
  }

  function pause(socket: Socket): void {
    socket.pause()
    setTimeout(() => socket.resume(), pauseFor).unref()
  }
}
