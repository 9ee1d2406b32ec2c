import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Caller } from './caller.ts'
import { rememberCaller } from './callers.ts'
import type { GuardResponse } from './challenge.ts'
import type { Guard } from './guard.ts'
import type { GuardedRequest } from './guarded-request.ts'
import { metadataResponse } from './metadata-response.ts'
import { checkRouteNeeds, needsOf, type Needs, type RouteNeeds } from './needs.ts'

/**
 * The guard of a plain `node:http` server. It serves the metadata too.
 *
 * ```ts
 * const admit = nodeGuard(guard)
 * createServer(async (request, response) => {
 *   const caller = await admit(request, response, { scope: ['orders.read'] })
 *   if (caller === undefined) return
 *   response.end(JSON.stringify(ordersOf(caller.subject)))
 * })
 * ```
 *
 * @returns the caller, or `undefined` when the request has been answered already
 */
export function nodeGuard(guard: Guard) {
  return async (request: IncomingMessage, response: ServerResponse, needs?: Needs): Promise<Caller | undefined> => {
    const metadata = metadataResponse(guard, request.method ?? '', request.url ?? '')
    if (metadata !== undefined) return send(response, metadata)

    const admission = await guard.admit(fromNode(request), needs)
    if (!admission.ok) return send(response, admission.response)

    rememberCaller(request, admission.caller)
    addHeaders(response, admission.headers)
    return admission.caller
  }
}

/** What Express hands to a middleware, as far as it is used here. */
interface ExpressRequest extends IncomingMessage {
  readonly originalUrl?: string
  caller?: Caller | undefined
}

declare global {
  namespace Express {
    interface Request {
      /** Set by `expressGuard`; {@link callerOf} gives it without the `undefined`. */
      caller?: Caller | undefined
    }
  }
}

/**
 * Express middleware for one route, or for all that follow. `req.caller` and `callerOf(req)` name the caller.
 *
 * ```ts
 * app.use(expressMetadata(guard))
 * app.get('/orders', expressGuard(guard, { scope: ['orders.read'] }), (req, res) => {
 *   res.json(ordersOf(callerOf(req).subject))
 * })
 * ```
 */
export function expressGuard<Request extends ExpressRequest>(guard: Guard, needs: RouteNeeds<Request> = {}) {
  checkRouteNeeds(needs)

  return async (request: Request, response: ServerResponse, next: (fault?: unknown) => void) => {
    const admission = await admit(request).catch((fault: unknown) => ({ fault }))
    if ('fault' in admission) return next(admission.fault)
    if (!admission.ok) return send(response, admission.response)

    rememberCaller(request, admission.caller)
    request.caller = admission.caller
    addHeaders(response, admission.headers)
    return next()
  }

  /** What `needs` throws is a fault like any other. */
  async function admit(request: Request) {
    return guard.admit(fromNode(request), needsOf(needs, request))
  }
}

/** Express middleware that serves the metadata of the API. */
export const expressMetadata =
  (guard: Guard) =>
  (request: ExpressRequest, response: ServerResponse, next: () => void): void => {
    const metadata = metadataResponse(guard, request.method ?? '', request.originalUrl ?? request.url ?? '')

    return metadata === undefined ? next() : send(response, metadata)
  }

/**
 * `headers` keeps only the first of several Authorization headers, so they are counted as they came. A router of
 * Express takes the beginning of `url` away, and keeps what the client asked for in `originalUrl`.
 */
export function fromNode(request: IncomingMessage & { readonly originalUrl?: string }): GuardedRequest {
  return {
    method: request.method ?? '',
    url: request.originalUrl ?? request.url ?? '',
    header: (name) => {
      const value = request.headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
    repeated: (name) => countHeaders(request.rawHeaders, name) > 1,
  }
}

function countHeaders(raw: readonly string[], name: string): number {
  let count = 0
  for (let at = 0; at < raw.length; at += 2) {
    if (raw[at]!.length === name.length && raw[at]!.toLowerCase() === name) count += 1
  }
  return count
}

function addHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}

function send(response: ServerResponse, { status, headers, body }: GuardResponse): undefined {
  response.writeHead(status, headers).end(body)
}
