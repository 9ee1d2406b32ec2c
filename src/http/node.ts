import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { followConnections } from './connections.ts'
import type { CloseOptions, Connections } from './connections.ts'
import { trustProxies } from './forwarded.ts'
import type { CallerAddress } from './forwarded.ts'
import { decodeBody, maxBodyBytes } from './message.ts'
import type { Body, HttpRequest, HttpResponse } from './message.ts'
import { createAdmission, defaultLimits } from './overload.ts'
import { countTurnedAway, createCounts } from './turned-away.ts'
import type { Counts, TurnedAway } from './turned-away.ts'
import type { Admission, Limits } from './overload.ts'
import { routedPath } from './path.ts'
import { send } from './send.ts'
import { keepRequestsYoung } from './young-heap.ts'

// `import` reads every export of it, one of which loads all of Fetch: 16 MB and 30 ms that nobody here needs.
const { createServer } = process.getBuiltinModule('node:http')

export type { CloseOptions } from './connections.ts'
export type { Limits } from './overload.ts'

/** What a server has to offer to be listened to: an authorization server has it. */
export interface Handler {
  readonly handle: (request: HttpRequest) => Promise<HttpResponse>
  /** Awaited before the port is opened. */
  readonly ready?: () => Promise<void>
  /** Requests that are answered however much there is to do. @param target path and query, as they came */
  readonly isVital?: (target: string) => boolean
}

export interface ListenerOptions {
  /**
   * Addresses of reverse proxies, or their nets as `10.0.0.0/8`, whose `X-Forwarded-For` says who is calling. From
   * everybody else that header is not read. Behind a proxy that is not named here all callers count as one.
   *
   * @default []
   */
  readonly trustedProxies?: readonly string[]
  readonly limits?: Limits | undefined
}

export interface ListenOptions extends ListenerOptions {
  /** @default '127.0.0.1' */
  readonly host?: string
  /** 0 takes a free one. */
  readonly port: number
}

export interface Listening {
  readonly url: string
  readonly port: number
  readonly vitals: () => ListenerVitals
  /** True from the call of `close`: it may last, so that nothing is lost. */
  readonly isClosing: () => boolean
  /** Tells connections to close with their answers, lets what is under way finish, ends streams, and stops listening. */
  readonly close: (options?: CloseOptions) => Promise<void>
}

export interface ListenerVitals {
  /** Requests that are worked on. */
  readonly running: number
  /** Requests refused since too many were worked on. */
  readonly shed: number
  readonly turnedAway: TurnedAway
}

/**
 * Slow clients do not keep connections longer than 15 s (attack row HT-05), counting that node looks for them only every
 * so often: every 30 s unless it is told otherwise.
 */
export const slowClients = {
  headersTimeout: 14_000,
  requestTimeout: 14_000,
  connectionsCheckingInterval: 1_000,
} as const

/**
 * What clients are told to count with, and how much longer a connection without a request is kept in fact: one that is
 * used in the moment in which it is closed loses its request.
 */
const keepAlive = { keepAliveTimeout: 5_000, keepAliveTimeoutBuffer: 70_000 } as const

/** A request that announces no body has none: no stream is opened for it, which saves 1 µs. */
const bodies = { optimizeEmptyRequests: true } as const

/** Characters of a request target, and octets of request line and headers together (requirements section 4). */
const maxTargetLength = 16 * 1024
const maxHeadBytes = 48 * 1024

/**
 * The fast face: node:http without Fetch objects (DECISIONS 14). Rejects if the port cannot be had or an option is
 * wrong.
 */
export async function listen(handler: Handler, options: ListenOptions): Promise<Listening> {
  const { host = '127.0.0.1', port } = options
  keepRequestsYoung()
  await handler.ready?.()
  const server = createServer({ maxHeaderSize: maxHeadBytes, ...slowClients, ...keepAlive, ...bodies })
  server.maxConnections = options.limits?.connections ?? defaultLimits.connections
  const connections = followConnections(server)
  const turnedAway = createCounts()
  countTurnedAway(server, turnedAway)
  const { listener, admission } = answerWith(handler, options, connections, turnedAway)
  server.on('request', connections.around(listener))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    // Who comes in a crowd and finds the queue of the system full is not heard for a second: 511 unless it is told otherwise.
    server.listen({ port, host, backlog: server.maxConnections }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const taken = (server.address() as AddressInfo).port
  const vitals = () => ({ running: admission.running(), shed: admission.refused(), turnedAway: { ...turnedAway } })
  const shownHost = host.includes(':') ? `[${host}]` : host

  return { url: `http://${shownHost}:${taken}`, port: taken, vitals, ...connections }
}

/** A listener for `http.createServer`, for who has a server already. Throws an Error that names an option that is wrong. */
export function createListener(handler: Handler, options: ListenerOptions = {}): Listener {
  return answerWith(handler, options, undefined, createCounts()).listener
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void

function answerWith(
  handler: Handler,
  { trustedProxies = [], limits }: ListenerOptions,
  connections: Connections | undefined,
  turnedAway: Counts,
): { readonly listener: Listener; readonly admission: Admission } {
  const callerAddress = trustProxies(trustedProxies)
  if (!callerAddress.ok) throw new Error(callerAddress.error)

  const admission = createAdmission(limits)
  const ending = connections?.ending
  // What comes behind a request that was refused may be the rest of it: node has read it already, and would go on.
  const refused = new WeakSet<Socket>()

  const listener: Listener = (incoming, outgoing) => {
    const refuse = (status: 400 | 414) => {
      turnedAway[status === 414 ? 'target' : 'malformed'] += 1
      refused.add(incoming.socket)
      outgoing.writeHead(status, { connection: 'close' }).end()
    }
    if (refused.has(incoming.socket)) return
    const target = incoming.url ?? ''
    if (target.length > maxTargetLength) return refuse(414)
    const isVital = handler.isVital?.(target) === true
    if (!isVital && !admission.admits()) return admission.refuse(incoming, outgoing)
    const request = toRequest(incoming, callerAddress.value, { ending, aside: admission.aside })
    if (request === undefined) return refuse(400)
    const work = () => void answer(request, incoming, outgoing)
    if (!isVital) return admission.begin(incoming, outgoing, work)
    admission.beginNow()
    work()
  }

  return { listener, admission }

  async function answer(request: HttpRequest, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      await send(incoming, outgoing, await worked(request), connections)
    } catch {
      outgoing.destroy()
    }
  }

  async function worked(request: HttpRequest): Promise<HttpResponse> {
    try {
      return await handler.handle(request)
    } finally {
      admission.end()
    }
  }
}

function toRequest(
  incoming: IncomingMessage,
  callerAddress: CallerAddress,
  server: Pick<HttpRequest, 'ending'> & Pick<Admission, 'aside'>,
): HttpRequest | undefined {
  const target = incoming.url ?? ''
  // Only the origin form: absolute ones and `*` are for proxies. One host: a proxy may have read the other one (attack
  // row HT-06, RFC 9112 section 3.2).
  if (!target.startsWith('/') || countOf(incoming, 'host') > 1) return undefined
  const mark = target.indexOf('?')

  return {
    method: incoming.method ?? '',
    path: routedPath(mark < 0 ? target : target.slice(0, mark)),
    query: mark < 0 ? '' : target.slice(mark + 1),
    header: (name) => headerOf(incoming, name),
    repeated: (name) => countOf(incoming, name) > 1,
    headers: () =>
      Object.fromEntries(
        Object.entries(incoming.headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')]),
      ),
    address: callerAddress(incoming.socket.remoteAddress ?? '', headerOf(incoming, 'x-forwarded-for')),
    body: () => server.aside(readBody(incoming)),
    ...server,
  }
}

/** How often a header came. Node's own `headersDistinct` makes a list for each header first: 1.5 µs, against 0.1. */
function countOf({ rawHeaders }: IncomingMessage, name: string): number {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const each = rawHeaders[at]!
    if (each.length === name.length && each.toLowerCase() === name) count += 1
  }

  return count
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name]

  return typeof value === 'string' ? value : value?.join(', ')
}

function readBody(incoming: IncomingMessage): Promise<Body> {
  // Nothing was announced: see `bodies`.
  if (incoming.readableEnded) return Promise.resolve({ kind: 'text', text: '' })

  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let length = 0
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= maxBodyBytes) chunks.push(chunk)
      // What is too long is still read to its end, within the time limit, so that the answer reaches the client.
      else if (length > maxBodyBytes * 16) incoming.destroy()
    })
    incoming.on('end', () =>
      resolve(
        length > maxBodyBytes
          ? { kind: 'too_large' }
          : decodeBody(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)),
      ),
    )
    incoming.on('error', () => resolve({ kind: 'incomplete' }))
    incoming.on('close', () => resolve({ kind: length > maxBodyBytes ? 'too_large' : 'incomplete' }))
  })
}
