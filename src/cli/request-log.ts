import type { Logger } from 'pino'
import type { HttpRequest } from '../http/message.ts'
import type { Handler } from '../http/node.ts'
import type { RouteNames } from './routes.ts'
import type { Traces } from './traces.ts'

export interface RequestNames extends RouteNames {
  readonly traceIdOf: Traces['traceIdOf'] | undefined
}

/** The members of a line, in their order, besides those that pino puts there. */
export const requestFields = ['method', 'route', 'status', 'ms', 'requestId', 'traceId'] as const

/**
 * One line for each request: which route, how it ended, how long it took. Never a query, a body, a header or a person
 * (attack row LG-06).
 */
export function withRequestLog(
  handler: Handler,
  { methodOf, routeOf, traceIdOf }: RequestNames,
  logger: () => Logger | undefined,
): Handler {
  return {
    ...handler,
    handle: async (request: HttpRequest) => {
      const began = performance.now()
      const response = await handler.handle(request)
      const requestId = response.headers['hufu-request-id']
      const ms = Math.round((performance.now() - began) * 10) / 10
      logger()?.info({
        method: methodOf(request),
        route: routeOf(request.path),
        status: response.status,
        ms,
        requestId,
        traceId: traceIdOf?.(request),
      } satisfies Record<(typeof requestFields)[number], unknown>)

      return response
    },
  }
}
