import type { RequestListener, Server } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export interface CloseOptions {
  /**
   * Milliseconds between the decision and the closing of what is open, for balancers and clients to notice: meanwhile
   * everything is served, and every answer tells its connection to close.
   *
   * @default 0
   */
  readonly delay?: number
  /** Milliseconds after the delay; then whatever is open still is cut. @default 15_000 */
  readonly limit?: number
}

/** The connections of one server, and how they end without losing a request. */
export interface Connections {
  /** From then on every answer says `Connection: close`. */
  readonly isClosing: () => boolean
  /** Aborted when what never ends by itself has to end: streams, and requests that wait for something to happen. */
  readonly ending: AbortSignal
  readonly close: (options?: CloseOptions) => Promise<void>
  /** The listener as it is to be called: in the moment in which nobody more is to come, nobody is answered. */
  readonly around: (listener: RequestListener) => RequestListener
}

/** Milliseconds without a new connection, after which nobody is believed to be on the way. */
const calm = 100
/** Milliseconds that the listener waits for that calm at most. */
const calmLimit = 2000
/** Milliseconds of a turn of the event loop in which nothing was done; and in which the queue of the system is emptied. */
const shortTurn = 0.2
const queueLimit = 1000
/** Milliseconds that a new connection has for the first octet of its request. */
const freshLimit = 500
/** Milliseconds between two looks for connections on which nothing goes on any more. */
const sweepEvery = 50

/**
 * Stops without a failed request (RFC 9112 section 9.6): a connection in use is told with its next answer, one that
 * was quiet for the whole delay is closed, what is under way is finished, and the listener goes when nobody comes any
 * more. A client that hears nothing sends nothing into a closed connection.
 */
export function followConnections(server: Server): Connections {
  /** Those on which no request was seen yet, and since when they are open. */
  const fresh = new Map<Socket, number>()
  const ending = new AbortController()
  let closing: Promise<void> | undefined
  let newest = 0
  /** While the queue of the system is emptied: the requests that arrived. */
  let held: (() => void)[] | undefined
  server.on('connection', (socket) => {
    newest = performance.now()
    fresh.set(socket, newest)
    socket.once('close', () => fresh.delete(socket))
  })
  server.on('request', ({ socket }) => fresh.delete(socket))
  // To node a connection on which nothing came yet is idle, and its `close` resets it with the request that is on the
  // way. Browsers open some ahead that never ask: they are waited for a moment only.
  const closeIdle = server.closeIdleConnections.bind(server)
  server.closeIdleConnections = closeQuiet

  return {
    isClosing: () => closing !== undefined,
    ending: ending.signal,
    close: (options = {}) => (closing ??= close(options)),
    around: (listener) => (incoming, outgoing) => {
      if (held === undefined) listener(incoming, outgoing)
      else held.push(() => listener(incoming, outgoing))
    },
  }

  async function close({ delay = 0, limit = 15_000 }: CloseOptions): Promise<void> {
    if (delay > 0) {
      await pause(delay)
      await untilCalm()
    }
    ending.abort()
    await afterReading()
    const waiting = await emptyQueue()
    const closed = new Promise<void>((resolve, reject) => {
      server.close((error) => (error === undefined ? resolve() : reject(error)))
    })
    for (const answer of waiting) answer()
    const sweep = setInterval(() => void afterReading().then(closeQuiet), sweepEvery)
    const cut = setTimeout(() => server.closeAllConnections(), limit)
    try {
      await closed
    } finally {
      clearInterval(sweep)
      clearTimeout(cut)
    }
  }

  /**
   * A connection that waits for `accept` when the listener goes is reset, with the request that is in it. The calm begins
   * after the delay: many come back after just so long.
   */
  async function untilCalm(): Promise<void> {
    const began = performance.now()
    while (performance.now() - Math.max(newest, began) < calm && performance.now() - began < calmLimit)
      await pause(calm / 5)
  }

  /**
   * Node accepts one connection in a turn of the event loop, so there is a queue, and whoever is answered joins it
   * again. So who asks now is not yet answered, until a turn in which nobody came and which was too short for somebody
   * to come meanwhile.
   *
   * @returns what was held back
   */
  async function emptyQueue(): Promise<readonly (() => void)[]> {
    held = []
    const end = performance.now() + queueLimit
    for (let began = 0, seen = -1; performance.now() < end;) {
      if (seen === newest && performance.now() - began < shortTurn) break
      began = performance.now()
      seen = newest
      await new Promise<void>((resolve) => void setImmediate(resolve))
    }
    const waiting = held
    held = undefined

    return waiting
  }

  function closeQuiet(): void {
    const before = performance.now() - freshLimit
    for (const since of fresh.values()) if (since > before) return
    closeIdle()
  }
}

/** After the next look at the network, so that a request which has arrived is seen before its connection counts as quiet. */
const afterReading = () =>
  new Promise<void>((resolve) => {
    setImmediate(() => setImmediate(resolve))
  })
