import type { HttpRequest, HttpResponse } from '../http/message.ts'
import type { Handler } from '../http/node.ts'
import { methodNotAllowed, text } from '../http/respond.ts'

/** What a balancer is told; anything but `ready` is a 503. */
export type Readiness = 'ready' | 'starting' | 'stopping' | 'store unavailable'

export interface HealthOptions {
  readonly isStarted: () => boolean
  readonly isStopping: () => boolean
  /** Asks the store for anything at all; rejects if it cannot answer. */
  readonly askStore: () => Promise<unknown>
}

/** Milliseconds that the store may take, and that what it said holds: floods of questions do not reach it. */
const storeLimit = 2000
const heldFor = 500

/** True for paths that are answered however busy the server is. */
export const isHealth = (path: string) => path === '/livez' || path === '/readyz'

/**
 * `/livez`: the process answers, and a restart would help nobody. `/readyz`: it may be sent requests. Both at the root
 * of the host, whatever path the issuer has, and without anything secret.
 */
export function createHealth(options: HealthOptions): (request: HttpRequest) => Promise<HttpResponse> {
  const ask = holdAnswer(options.askStore)

  return async ({ method, path }) => {
    if (method !== 'GET' && method !== 'HEAD') return methodNotAllowed(['GET', 'HEAD'])
    if (path === '/livez') return text(200, 'alive\n')
    const readiness = await find()

    return text(readiness === 'ready' ? 200 : 503, `${readiness}\n`)
  }

  async function find(): Promise<Readiness> {
    if (options.isStopping()) return 'stopping'
    if (!options.isStarted()) return 'starting'

    return (await ask()) ? 'ready' : 'store unavailable'
  }
}

export const withHealth = (handler: Handler, answer: (request: HttpRequest) => Promise<HttpResponse>): Handler => ({
  ...handler,
  isVital: isHealth,
  handle: (request) => (isHealth(request.path) ? answer(request) : handler.handle(request)),
})

/** One question at a time, and none while the last answer is young. */
function holdAnswer(askStore: () => Promise<unknown>): () => Promise<boolean> {
  let held: { readonly answer: Promise<boolean>; readonly until: number } | undefined

  return () => {
    if (held !== undefined && performance.now() < held.until) return held.answer
    const answer = withinLimit(askStore())
    const mine = { answer, until: Number.POSITIVE_INFINITY }
    held = mine
    void answer.then(() => {
      if (held === mine) held = { answer, until: performance.now() + heldFor }
    })

    return answer
  }
}

async function withinLimit(asked: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), storeLimit)
  try {
    return await Promise.race([asked.then(() => true), late.promise])
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
