import type { Caller } from './caller.ts'

/** Kept beside the frameworks' own request objects, so that no framework's types need to be changed. */
const callers = new WeakMap<object, Caller>()

/**
 * The caller a guard admitted with this request: Express's `req`, Fastify's `request`, Hono's `context.req.raw`, a
 * Fetch `Request` or a node `IncomingMessage`. Throws on a route no guard stands in front of, so that a forgotten
 * guard is a 500 and not an open door.
 */
export function callerOf(request: object): Caller {
  const caller = callers.get(request)
  if (caller === undefined) throw new Error('no guard admitted this request: put one in front of this route')

  return caller
}

export const rememberCaller = (request: object, caller: Caller) => void callers.set(request, caller)
