import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** The connection is cut at the first octets of an answer with this status: the client never sees it. */
  readonly loses?: number
}

export interface WireAnswer {
  readonly status: number
  readonly text: string
  /** Lines of the head by this name, in lower case. */
  readonly header: (name: string) => readonly string[]
  /** True if the client saw nothing of it; what is told here is for who keeps the books. */
  readonly lost: boolean
}

export interface WireClient {
  readonly send: (request: WireRequest) => Promise<WireAnswer>
  readonly close: () => void
}

interface Job {
  readonly request: WireRequest
  readonly resolve: (answer: WireAnswer) => void
  readonly reject: (error: Error) => void
}

/** The server closes a connection that was quiet for 5 s; who uses it before that is never caught by it. */
const quietMs = 3000

/**
 * Requests over connections that are kept, one at a time on each: as much load for as little work as there can be on
 * this side. Understands what the server says and nothing else of HTTP.
 */
export function createWireClient(url: string, connections = 100): WireClient {
  const { hostname, port, host } = new URL(url)
  const idle: { readonly socket: Socket; readonly since: number }[] = []
  const waiting: Job[] = []
  const open = new Set<Socket>()

  function send(request: WireRequest): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      const job = { request, resolve, reject }
      const socket = takeIdle()
      if (socket !== undefined) start(socket, job)
      else if (open.size < connections) start(connectNew(), job)
      else waiting.push(job)
    })
  }

  function takeIdle(): Socket | undefined {
    for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
      if (!last.socket.destroyed && last.since + quietMs > performance.now()) return last.socket
      forget(last.socket)
    }

    return undefined
  }

  function connectNew(): Socket {
    const socket = connect(Number(port), hostname)
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.on('close', () => forget(socket))
    open.add(socket)

    return socket
  }

  function forget(socket: Socket): void {
    open.delete(socket)
    socket.destroy()
  }

  function start(socket: Socket, job: Job): void {
    let received: Buffer = Buffer.alloc(0)
    const onData = (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      const answer = readAnswer(received, job.request.loses)
      if (answer === undefined) return
      leave()
      if (answer.lost || answer.header('connection')[0] === 'close') forget(socket)
      job.resolve(answer)
      next(socket)
    }
    const onClose = () => {
      leave()
      job.reject(new Error('the connection ended without an answer'))
      next(socket)
    }
    const leave = () => void socket.off('data', onData).off('close', onClose)
    socket.on('data', onData).on('close', onClose)
    socket.write(textOf(job.request, host))
  }

  function next(socket: Socket): void {
    const job = waiting.shift()
    if (job !== undefined) start(socket.destroyed ? connectNew() : socket, job)
    else if (!socket.destroyed) idle.push({ socket, since: performance.now() })
  }

  function close(): void {
    for (const socket of open) socket.destroy()
  }

  return { send, close }
}

function textOf({ method, path, headers = {}, body = '' }: WireRequest, host: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)

  return `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

/** `undefined` as long as some of it is missing. */
function readAnswer(received: Buffer, loses: number | undefined): WireAnswer | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = received.toString('latin1', 0, end)
  const status = Number(head.slice(9, 12))
  const header = (name: string) =>
    head
      .split('\r\n')
      .filter((line) => line.slice(0, name.length + 1).toLowerCase() === `${name}:`)
      .map((line) => line.slice(name.length + 1).trim())
  const length = Number(header('content-length')[0] ?? 0)
  if (received.length < end + 4 + length) return undefined

  return { status, header, text: received.toString('utf8', end + 4, end + 4 + length), lost: status === loses }
}
