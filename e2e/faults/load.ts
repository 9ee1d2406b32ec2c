/**
 * A generator of load in a process of its own: `node load.ts '{"url":…}'` prints one line of JSON. Octets over bare
 * sockets, so that it costs less than what it loads.
 */
import { connect } from 'node:net'
import type { Socket } from 'node:net'

export interface Load {
  readonly url: string
  /** The whole request, head and body. */
  readonly request: string
  readonly seconds: number
  readonly connections: number
  /** Requests begun in a second whatever has become of the others; without it each connection sends one after the other. */
  readonly rate?: number
  /** Milliseconds after which a caller gives up and opens a connection anew. */
  readonly patience: number
}

export interface Outcome {
  /** Answers of 200 within the patience, each second. */
  readonly goodput: number
  readonly good: number
  readonly shed: number
  readonly late: number
  readonly other: number
  readonly broken: number
  /** Begun by the clock while every connection was waiting. */
  readonly unsent: number
  readonly p50: number
  readonly p99: number
}

/** Runs it to its end. */
export async function generate(load: Load): Promise<Outcome> {
  const { hostname, port } = new URL(load.url)
  const counts = { good: 0, shed: 0, late: 0, other: 0, broken: 0, unsent: 0 }
  const times: number[] = []
  const bytes = Buffer.from(load.request, 'latin1')
  const free: Caller[] = []
  let running = true
  const callers = await Promise.all(Array.from({ length: load.connections }, () => openCaller()))

  const began = performance.now()
  const until = began + load.seconds * 1000
  if (load.rate === undefined) for (const caller of callers) caller.ask()
  else {
    free.push(...callers)
    let begun = 0
    while (performance.now() < until) {
      const due = Math.floor(((performance.now() - began) / 1000) * load.rate)
      for (; begun < due; begun++) {
        const caller = free.pop()
        if (caller === undefined) counts.unsent++
        else caller.ask()
      }
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
  await new Promise((resolve) => setTimeout(resolve, Math.max(1, until - performance.now())))
  running = false
  const elapsed = (performance.now() - began) / 1000
  for (const caller of callers) caller.close()
  times.sort((one, other) => one - other)

  return {
    ...counts,
    goodput: Math.round(counts.good / elapsed),
    p50: Math.round(times[Math.floor(times.length * 0.5)] ?? 0),
    p99: Math.round(times[Math.floor(times.length * 0.99)] ?? 0),
  }

  interface Caller {
    readonly ask: () => void
    readonly close: () => void
  }

  async function openCaller(): Promise<Caller> {
    let socket: Socket
    let asked = 0
    let received = ''
    let timer: NodeJS.Timeout | undefined
    const caller = { ask, close: () => socket.destroy() }
    await open()

    return caller

    async function open(): Promise<void> {
      socket = connect(Number(port), hostname)
      socket.setNoDelay(true).setEncoding('latin1')
      socket.on('error', () => {})
      socket.on('data', take)
      socket.on('close', () => lost(socket))
      await new Promise<void>((resolve) => {
        socket.once('connect', resolve).once('close', () => resolve())
      })
    }

    function ask(): void {
      asked = performance.now()
      received = ''
      socket.write(bytes)
      timer = setTimeout(giveUp, load.patience)
    }

    function take(chunk: string): void {
      received += chunk
      const head = received.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = Number(/content-length: (\d+)/i.exec(received.slice(0, head))?.[1] ?? 0)
      if (received.length < head + 4 + length) return
      clearTimeout(timer)
      const status = received.slice(9, 12)
      if (running) {
        if (status === '200') {
          counts.good++
          times.push(performance.now() - asked)
        } else if (status === '503') counts.shed++
        else counts.other++
      }
      next()
    }

    function giveUp(): void {
      if (running) counts.late++
      asked = 0
      socket.destroy()
    }

    /** The other end closed, or we gave up. */
    function lost(which: Socket): void {
      if (!running || which !== socket) return
      clearTimeout(timer)
      if (asked > 0 && !free.includes(caller)) counts.broken++
      void open().then(next)
    }

    function next(): void {
      if (!running) return
      asked = 0
      if (load.rate === undefined) ask()
      else if (!free.includes(caller)) free.push(caller)
    }
  }
}

if (import.meta.main) {
  process.stdout.write(`${JSON.stringify(await generate(JSON.parse(process.argv[2] ?? '') as Load))}\n`)
  process.exit(0)
}
