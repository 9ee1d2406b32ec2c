import type { IncomingMessage } from 'node:http'
import { rememberCaller } from './callers.ts'
import type { GuardResponse } from './challenge.ts'
import type { Guard } from './guard.ts'
import { metadataResponse } from './metadata-response.ts'
import { checkRouteNeeds, needsOf, type RouteNeeds } from './needs.ts'
import { fromNode } from './node.ts'

/** Fastify's own objects, as far as they are used here. */
interface FastifyRequest {
  readonly raw: IncomingMessage
}

interface FastifyReply {
  code(status: number): FastifyReply
  headers(values: Record<string, string>): FastifyReply
  send(body: string): FastifyReply
}

/**
 * An `onRequest` hook for one route, or for all of an instance. `callerOf(request)` names the caller.
 *
 * ```ts
 * app.addHook('onRequest', fastifyMetadata(guard))
 * app.get('/orders', { onRequest: fastifyGuard(guard, { scope: ['orders.read'] }) }, async (request) =>
 *   ordersOf(callerOf(request).subject),
 * )
 * ```
 */
export function fastifyGuard<Request extends FastifyRequest>(guard: Guard, needs: RouteNeeds<Request> = {}) {
  checkRouteNeeds(needs)

  return async (request: Request, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const admission = await guard.admit(fromNode(request.raw), needsOf(needs, request))
    if (!admission.ok) return send(reply, admission.response)

    rememberCaller(request, admission.caller)
    reply.headers({ ...admission.headers })
    return undefined
  }
}

/** An `onRequest` hook that serves the metadata of the API. */
export const fastifyMetadata =
  (guard: Guard) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const metadata = metadataResponse(guard, request.raw.method ?? '', request.raw.url ?? '')

    return metadata === undefined ? undefined : send(reply, metadata)
  }

const send = (reply: FastifyReply, { status, headers, body }: GuardResponse) =>
  reply
    .code(status)
    .headers({ ...headers })
    .send(body)
