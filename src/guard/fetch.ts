import type { Caller } from './caller.ts'
import { rememberCaller } from './callers.ts'
import type { GuardResponse } from './challenge.ts'
import type { Guard } from './guard.ts'
import { metadataResponse } from './metadata-response.ts'
import { checkRouteNeeds, needsOf, type Needs, type RouteNeeds } from './needs.ts'

/**
 * The guard of any server that speaks Fetch: Bun, Deno, Workers, Next route handlers. It serves the metadata too.
 *
 * ```ts
 * const admit = fetchGuard(guard)
 * const handler = async (request: Request) => {
 *   const caller = await admit(request, { scope: ['orders.read'] })
 *   return caller instanceof Response ? caller : Response.json(ordersOf(caller.subject))
 * }
 * ```
 *
 * @returns the caller, or the response to give
 */
export function fetchGuard(guard: Guard) {
  return async (request: Request, needs?: Needs): Promise<Caller | Response> => {
    const metadata = metadataResponse(guard, request.method, request.url)
    if (metadata !== undefined) return toResponse(metadata)

    const admission = await guard.admit(request, needs)
    if (!admission.ok) return toResponse(admission.response)

    rememberCaller(request, admission.caller)
    return admission.caller
  }
}

/** Hono's context, as far as it is used here. */
interface HonoContext {
  readonly req: { readonly raw: Request }
  header(name: string, value: string): void
}

/**
 * Hono middleware. `callerOf(context.req.raw)` names the caller.
 *
 * ```ts
 * app.use(honoMetadata(guard))
 * app.get('/orders', honoGuard(guard, { scope: ['orders.read'] }), (context) =>
 *   context.json(ordersOf(callerOf(context.req.raw).subject)),
 * )
 * ```
 */
export function honoGuard<Context extends HonoContext>(guard: Guard, needs: RouteNeeds<Context> = {}) {
  checkRouteNeeds(needs)

  return async (context: Context, next: () => Promise<void>): Promise<Response | void> => {
    const { raw } = context.req
    const admission = await guard.admit(raw, needsOf(needs, context))
    if (!admission.ok) return toResponse(admission.response)

    rememberCaller(raw, admission.caller)
    for (const [name, value] of Object.entries(admission.headers)) context.header(name, value)
    return next()
  }
}

/** Hono middleware that serves the metadata of the API. */
export const honoMetadata =
  (guard: Guard) =>
  async ({ req }: Pick<HonoContext, 'req'>, next: () => Promise<void>): Promise<Response | void> => {
    const metadata = metadataResponse(guard, req.raw.method, req.raw.url)

    return metadata === undefined ? next() : toResponse(metadata)
  }

/** Fetch takes no body for a 204, not even an empty one. */
const toResponse = ({ status, headers, body }: GuardResponse) =>
  new Response(body === '' ? null : body, { status, headers })
