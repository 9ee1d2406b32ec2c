import type { Instant } from '../base/time.ts'
import type { Exchange } from '../http/message.ts'
import { classify, defaultPaths, type EndpointPaths } from './classify.ts'
import { keysOf } from './correlation.ts'
import { cleanRequest, cleanResponse, errorCodeOf, landingOf } from './door.ts'
import { authorizationResponseOf } from './message.ts'
import { createFlowBook } from './flow-book.ts'
import type { Flow } from './flow-book.ts'
import type { GuardDecision, Message, RemoteExchange, Tap } from './message.ts'
import { isTwin, seenAgain } from './sightings.ts'

export type Recorder = ReturnType<typeof createRecorder>

/**
 * Keeps the newest flows in memory, nowhere else. Real secrets are kept, since they are what is shown; passwords,
 * cookies and CSRF tokens never are, see `door.ts`.
 */
export function createRecorder(options: { readonly issuer: string; readonly paths?: EndpointPaths }) {
  const paths = options.paths ?? defaultPaths
  const issuerOrigin = new URL(options.issuer).origin
  const book = createFlowBook()
  let messageCount = 0

  /** An exchange the authorization server handled. What is no part of a flow is ignored. */
  function observe(exchange: Exchange): Flow | undefined {
    const { path, query } = exchange.request
    const target = query === '' ? path : `${path}?${query}`
    const request = { ...exchange.request, url: issuerOrigin + target }
    const response = { ...exchange.response, headers: flat(exchange.response.headers) }

    return atServer({ ...exchange, request, response }, 'server', exchange.requestId)
  }

  /** An exchange as a client's `fetch` saw it, with the authorization server or with an API. */
  function recordClientExchange(exchange: RemoteExchange): Flow | undefined {
    const isServer = URL.parse(exchange.request.url)?.origin === issuerOrigin

    return isServer
      ? atServer(exchange, 'client', headerOf(exchange.response.headers, 'hufu-request-id'))
      : atApi(exchange, 'client', undefined)
  }

  /** An exchange as an API saw it, if the API reports what it answered. */
  const recordApiExchange = (exchange: RemoteExchange) => atApi(exchange, 'api', undefined)

  /** The browser's arrival at a client's redirect URI, if the client reports it. */
  function recordCallback(exchange: RemoteExchange): Flow | undefined {
    const message: Message = {
      ...toMessage(exchange, 'client', undefined),
      kind: 'callback',
      from: 'owner',
      to: 'client',
    }

    return book.place(message, keysOf(message, undefined))
  }

  /**
   * What the guard before an API decided. It comes before the API's answer is known, and is all that is ever known of
   * a call if neither side reports it.
   *
   * @param origin of the API
   */
  function recordDecision(decision: GuardDecision, origin: string): Flow | undefined {
    const request = { method: decision.method, url: origin + decision.path, headers: {}, body: '' }
    const raw = { at: decision.at, durationMs: undefined, request, response: undefined }

    return atApi(raw, 'guard', decision)
  }

  function atServer(raw: Unclean, tap: Tap, requestId: string | undefined): Flow | undefined {
    const message = toMessage(raw, tap, requestId)
    const path = message.request.target.split('?', 1)[0] ?? ''
    const form = new URLSearchParams(message.request.body)
    const classified = classify(message.request.method, path, form.get('grant_type'), paths)
    if (classified === undefined) return undefined
    const seen: Message = { ...message, kind: classified.kind, from: classified.from, to: 'server' }
    // Pages that people look at say nothing that the posts around them do not, unless they carry the answer home.
    if (seen.kind === 'page' && authorizationResponseOf(seen) === undefined) return undefined

    const again = requestId === undefined ? undefined : book.findByRequestId(requestId)
    if (again !== undefined) return book.replace(again.flow, seenAgain(again.message, seen))

    return book.place(seen, keysOf(seen, classified.transaction))
  }

  function atApi(raw: Unclean, tap: Tap, decision: GuardDecision | undefined): Flow | undefined {
    const message: Message = { ...toMessage(raw, tap, undefined), decision, kind: 'call', from: 'client', to: 'api' }
    const keys = keysOf(message, undefined)
    const flow = book.findFlow(keys)
    const twin = flow?.messages.findLast((each) => isTwin(each, message))
    if (flow !== undefined && twin !== undefined) return book.replace(flow, seenAgain(twin, message))
    // A call without a token, or with one that was not issued here, belongs to no flow.
    if (flow === undefined) return undefined

    return book.place(message, keys)
  }

  function toMessage(raw: Unclean, tap: Tap, requestId: string | undefined) {
    const url = new URL(raw.request.url)
    const path = raw.request.url.slice(url.origin.length).split(/[?#]/, 1)[0] || '/'
    const rawQuery = raw.request.url.split('#', 1)[0]!.split('?').slice(1).join('?')
    const { query, headers, body } = cleanRequest({ ...raw.request, path, query: rawQuery })

    return {
      id: `m${++messageCount}`,
      at: raw.at,
      durationMs: raw.durationMs,
      seenBy: [tap],
      requestId,
      request: {
        method: raw.request.method,
        target: query === '' ? path : `${path}?${query}`,
        origin: url.origin,
        headers,
        body,
      },
      response: raw.response === undefined ? undefined : cleanResponse(raw.response),
      landing: raw.response === undefined ? undefined : landingOf(raw.response),
      errorCode: raw.response === undefined ? undefined : errorCodeOf(raw.response),
      decision: undefined,
    }
  }

  return {
    observe,
    recordClientExchange,
    recordApiExchange,
    recordCallback,
    recordDecision,
    note: book.note,
    list: book.list,
    find: book.find,
    findByRequestId: (requestId: string) => book.findByRequestId(requestId)?.flow,
    changedSince: book.changedSince,
    version: book.version,
    subscribe: book.subscribe,
    clear: book.clear,
  }
}

interface Unclean {
  readonly at: Instant
  readonly durationMs: number | undefined
  readonly request: RemoteExchange['request']
  readonly response: RemoteExchange['response'] | undefined
}

const flat = (headers: Exchange['response']['headers']) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : value.join(', ')]),
  )

const headerOf = (headers: Readonly<Record<string, string>>, name: string) =>
  Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1]
