import type { Instant } from '../base/time.ts'
import { classify, defaultPaths, type EndpointPaths } from './classify.ts'
import { keysOf } from './correlation.ts'
import { cleanRequest, cleanResponse, errorCodeOf, landingOf } from './door.ts'
import { authorizationResponseOf } from './message.ts'
import type { Exchange, GuardDecision, Message, RemoteExchange, Tap } from './message.ts'

/** Flows kept at most; the oldest leaves first. */
export const maxFlows = 200

/** Messages kept of one flow; beyond it, the oldest call of an API leaves. */
export const maxMessages = 60

/** Characters kept of all flows together; beyond it the oldest flow leaves. */
export const maxKeptCharacters = 16 * 1024 * 1024

/** Keys kept of one flow, so that a refresh chain without an end does not grow for ever. */
const maxKeys = 200

/** One walk through the steps A to F, and what came after. */
export interface Flow {
  /** `fl_` and a number that rises. */
  readonly id: string
  /** `person`: authorization code, 3-legged. `machine`: client credentials, 2-legged. */
  readonly kind: FlowKind
  readonly startedAt: Instant
  /** Rises with each change of any flow, so that a reader can ask what it missed. */
  readonly version: number
  readonly messages: readonly Message[]
  readonly note: FlowNote | undefined
}

export type FlowKind = 'person' | 'machine'

/** Why a flow exists, when it was made on purpose. */
export interface FlowNote {
  readonly drill: string
  /** The public number of the refusal that the drill met, as the wire or the client said it. */
  readonly code: string | undefined
  readonly expected: string
  /** What came back, in one line: status and `error`. */
  readonly answer: string
}

/** Told after each change. Must return at once. */
export type Listener = (flow: Flow) => void

export type Recorder = ReturnType<typeof createRecorder>

/**
 * Keeps the newest flows in memory, nowhere else. Real secrets are kept, since they are what is shown; passwords,
 * cookies and CSRF tokens never are, see `door.ts`.
 */
export function createRecorder(options: { readonly issuer: string; readonly paths?: EndpointPaths }) {
  const paths = options.paths ?? defaultPaths
  const issuerOrigin = new URL(options.issuer).origin
  const flows = new Map<string, Flow>()
  const flowOfKey = new Map<string, string>()
  const keysOfFlow = new Map<string, readonly string[]>()
  const sizes = new Map<string, number>()
  const listeners = new Set<Listener>()
  let characters = 0
  let version = 0
  let messageCount = 0
  let flowCount = 0

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

    return place(message, keysOf(message, undefined))
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

    const again = requestId === undefined ? undefined : findByRequestId(requestId)
    if (again !== undefined) return replace(again.flow, seenAgain(again.message, seen))

    return place(seen, keysOf(seen, classified.transaction))
  }

  function atApi(raw: Unclean, tap: Tap, decision: GuardDecision | undefined): Flow | undefined {
    const message: Message = { ...toMessage(raw, tap, undefined), decision, kind: 'call', from: 'client', to: 'api' }
    const keys = keysOf(message, undefined)
    const flow = findFlow(keys)
    const twin = flow?.messages.findLast((each) => isTwin(each, message))
    if (flow !== undefined && twin !== undefined) return replace(flow, seenAgain(twin, message))
    // A call without a token, or with one that was not issued here, belongs to no flow.
    if (flow === undefined) return undefined

    return place(message, keys)
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

  function place(message: Message, keys: readonly string[]): Flow {
    const known = findFlow(keys)
    const flow = known ?? begin(message)
    remember(flow.id, keys)

    return save({ ...flow, messages: bounded([...flow.messages, message].toSorted((a, b) => a.at - b.at)) })
  }

  function remember(id: string, keys: readonly string[]) {
    const all = [...new Set([...(keysOfFlow.get(id) ?? []), ...keys])]
    const kept = all.slice(-maxKeys)
    for (const key of all.slice(0, -maxKeys)) flowOfKey.delete(key)
    for (const key of kept) flowOfKey.set(key, id)
    keysOfFlow.set(id, kept)
  }

  function begin(message: Message): Flow {
    const kind = message.kind === 'token_client' ? 'machine' : 'person'

    return { id: `fl_${++flowCount}`, kind, startedAt: message.at, version: 0, messages: [], note: undefined }
  }

  function replace(flow: Flow, message: Message): Flow {
    return save({ ...flow, messages: flow.messages.map((each) => (each.id === message.id ? message : each)) })
  }

  function save(flow: Flow): Flow {
    const saved = { ...flow, version: ++version }
    flows.delete(flow.id)
    flows.set(flow.id, saved)
    characters += sizeOf(saved) - (sizes.get(flow.id) ?? 0)
    sizes.set(flow.id, sizeOf(saved))
    while (flows.size > maxFlows || (characters > maxKeptCharacters && flows.size > 1))
      forget(flows.keys().next().value!)
    for (const listener of listeners) listener(saved)

    return saved
  }

  function forget(id: string) {
    flows.delete(id)
    characters -= sizes.get(id) ?? 0
    sizes.delete(id)
    for (const key of keysOfFlow.get(id) ?? []) if (flowOfKey.get(key) === id) flowOfKey.delete(key)
    keysOfFlow.delete(id)
  }

  function findFlow(keys: readonly string[]): Flow | undefined {
    const id = keys.map((key) => flowOfKey.get(key)).find((each) => each !== undefined)

    return id === undefined ? undefined : flows.get(id)
  }

  function findByRequestId(requestId: string) {
    for (const flow of [...flows.values()].toReversed()) {
      const message = flow.messages.find((each) => each.requestId === requestId)
      if (message !== undefined) return { flow, message }
    }

    return undefined
  }

  /** Writes on a flow why it was made; the flow is named by a request that belongs to it. */
  function note(requestId: string, text: FlowNote): Flow | undefined {
    const found = findByRequestId(requestId)

    return found === undefined ? undefined : save({ ...found.flow, note: text })
  }

  return {
    observe,
    recordClientExchange,
    recordApiExchange,
    recordCallback,
    recordDecision,
    note,
    /** Newest change first. */
    list: (): readonly Flow[] => [...flows.values()].toReversed(),
    find: (id: string) => flows.get(id),
    findByRequestId: (requestId: string) => findByRequestId(requestId)?.flow,
    /** Flows that changed after `since`, in the order of their changes. */
    changedSince: (since: number): readonly Flow[] => [...flows.values()].filter((flow) => flow.version > since),
    /** The number of the newest change. */
    version: () => version,
    /** @returns stops the telling */
    subscribe(listener: Listener): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** Forgets everything. */
    clear() {
      flows.clear()
      sizes.clear()
      characters = 0
      flowOfKey.clear()
      keysOfFlow.clear()
    },
  }
}

interface Unclean {
  readonly at: Instant
  readonly durationMs: number | undefined
  readonly request: RemoteExchange['request']
  readonly response: RemoteExchange['response'] | undefined
}

/** Another sight of the same message: what the one side knows and the other does not is put together. */
function seenAgain(known: Message, seen: Message): Message {
  const knownByGuardOnly = known.seenBy.every((tap) => tap === 'guard')

  return {
    ...known,
    request: knownByGuardOnly ? seen.request : known.request,
    at: known.at < seen.at ? known.at : seen.at,
    durationMs: known.durationMs ?? seen.durationMs,
    response: known.response ?? seen.response,
    landing: known.landing ?? seen.landing,
    errorCode: known.errorCode ?? seen.errorCode,
    decision: known.decision ?? seen.decision,
    seenBy: [...known.seenBy, ...seen.seenBy],
  }
}

/** The same call seen from another side: never the same side twice, so two equal calls stay two. */
function isTwin(known: Message, seen: Message): boolean {
  return (
    known.kind === 'call' &&
    known.request.method === seen.request.method &&
    isSameTarget(known, seen) &&
    !seen.seenBy.some((tap) => known.seenBy.includes(tap))
  )
}

/** The guard reports paths without their query. */
function isSameTarget(known: Message, seen: Message): boolean {
  const fromGuard = [known, seen].some((each) => each.seenBy.every((tap) => tap === 'guard'))

  return fromGuard ? pathOf(known) === pathOf(seen) : known.request.target === seen.request.target
}

const pathOf = (message: Message) => message.request.target.split('?', 1)[0]

/** Bodies, addresses and headers: what can be long. */
function sizeOf({ messages }: Flow): number {
  const texts = messages.flatMap(({ request, response, landing }) => [
    request.target,
    request.body,
    ...Object.values(request.headers),
    response?.body,
    ...Object.values(response?.headers ?? {}),
    landing,
  ])

  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0)
}

function bounded(messages: readonly Message[]): readonly Message[] {
  if (messages.length <= maxMessages) return messages
  const oldestCall = messages.findIndex((each) => each.kind === 'call')
  const leaves = oldestCall === -1 ? 0 : oldestCall

  return messages.filter((_, index) => index !== leaves)
}

const flat = (headers: Exchange['response']['headers']) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : value.join(', ')]),
  )

const headerOf = (headers: Readonly<Record<string, string>>, name: string) =>
  Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1]
