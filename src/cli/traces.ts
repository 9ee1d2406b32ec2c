import type { Handler } from '../http/node.ts'
import { methodOf, routeOf } from './request-log.ts'

export interface TraceOptions {
  /** Goes on with the trace that `traceparent` names; only where a proxy of yours sets or removes that header. */
  readonly trustParent: boolean
}

/**
 * One span for each request, by the API of OpenTelemetry: where its SDK was loaded (`node --import`) it is recorded,
 * otherwise it costs next to nothing. Route templates only, never an address, a query or an id (attack row LG-06).
 */
export async function createTraces({ trustParent }: TraceOptions): Promise<(handler: Handler) => Handler> {
  // Loaded by who asks for it.
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, context, propagation, trace } = await import('@opentelemetry/api')
  const tracer = trace.getTracer('hufu')

  return (handler) => ({
    ...handler,
    handle: async (request) => {
      const [method, route] = [methodOf(request), routeOf(request.path)]
      const traceparent = trustParent ? request.header('traceparent') : undefined
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
  })
}
