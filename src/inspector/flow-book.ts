import type { Instant } from '../base/time.ts'
import type { Message } from './message.ts'

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

/**
 * The newest flows, in memory and nowhere else, found again by what their messages have in common. Everything in it
 * is bounded: flows, messages, keys, characters.
 */
export function createFlowBook() {
  const flows = new Map<string, Flow>()
  const flowOfKey = new Map<string, string>()
  const keysOfFlow = new Map<string, readonly string[]>()
  const sizes = new Map<string, number>()
  const listeners = new Set<Listener>()
  let characters = 0
  let version = 0
  let flowCount = 0

  /** Adds a message to the flow that shares a key with it, or begins one. */
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

  /** Puts a message in the place of the one with its id. */
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
    place,
    replace,
    note,
    findFlow,
    findByRequestId,
    /** Newest change first. */
    list: (): readonly Flow[] => [...flows.values()].toReversed(),
    find: (id: string) => flows.get(id),
    /** Flows that changed after `since`, in the order of their changes. */
    changedSince: (since: number): readonly Flow[] => [...flows.values()].filter((flow) => flow.version > since),
    /** The number of the newest change. */
    version: () => version,
    /** @returns stops the telling */
    subscribe: (listener: Listener): (() => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** Forgets everything. */
    clear: () => {
      flows.clear()
      sizes.clear()
      characters = 0
      flowOfKey.clear()
      keysOfFlow.clear()
    },
  }
}

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
