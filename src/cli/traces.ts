import type { HttpRequest } from '../http/message.ts'
import type { Handler } from '../http/node.ts'
import type { RouteNames } from './routes.ts'

export interface TraceOptions {
  /** Goes on with the trace that `traceparent` names; only where a proxy of yours sets or removes that header. */
  readonly trustParent: boolean
}

export interface Traces {
  readonly around: (handler: Handler) => Handler
  /** Of the trace that a request belongs to, for its line in the log. */
  readonly traceIdOf: (request: HttpRequest) => string | undefined
}

/**
 * One span for each request, by the API of OpenTelemetry: where its SDK was loaded (`node --import`) it is recorded,
 * otherwise it costs next to nothing. Route templates only, never an address, a query or an id (attack row LG-06).
 */
export async function createTraces({ trustParent }: TraceOptions, { methodOf, routeOf }: RouteNames): Promise<Traces> {
  // Loaded by who asks for it.
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, context, isSpanContextValid, propagation, trace } =
    await import('@opentelemetry/api')
  const tracer = trace.getTracer('hufu')
  const parentOf = (request: HttpRequest) => (trustParent ? request.header('traceparent') : undefined)

  return {
    around: (handler) => ({
      ...handler,
      handle: async (request) => {
        const [method, route] = [methodOf(request), routeOf(request.path)]
        const traceparent = parentOf(request)
        const parent = traceparent === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent })
        const attributes = { 'http.request.method': method, 'http.route': route }
        const span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, parent)
        try {
          const response = await context.with(trace.setSpan(parent, span), () => handler.handle(request))
          span.setAttribute('http.response.status_code', response.status)
          if (response.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })

          return response
        } finally {
          span.end()
        }
      },
    }),

    traceIdOf: (request) => {
      const active = trace.getActiveSpan()?.spanContext()
      if (active !== undefined && isSpanContextValid(active)) return active.traceId

      return /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(parentOf(request) ?? '')?.[1]
    },
  }
}
