import type { AuditEvent } from '../protocol/audit-event.ts'
import type { Handler } from '../http/node.ts'
import type { Store } from '../ports/store.ts'
import { methodOf, routeOf } from './request-log.ts'

/** Names and meanings are stable; labels hold route templates and words of our own, never an id (attack row LG-06). */
export const metricNames = {
  requests: 'hufu_requests_total',
  requestSeconds: 'hufu_request_seconds',
  requestsUnderWay: 'hufu_requests_under_way',
  storeCalls: 'hufu_store_calls_total',
  storeSeconds: 'hufu_store_seconds',
  events: 'hufu_events_total',
  ready: 'hufu_ready',
} as const

export interface Metrics {
  readonly aroundHandler: (handler: Handler) => Handler
  readonly aroundStore: (store: Store) => Store
  /** @param isReady as `/readyz` says it */
  readonly show: (isReady: boolean) => Promise<{ readonly type: string; readonly text: string }>
}

const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** Loaded by who asks for it: a server without metrics pays nothing. */
export async function createMetrics(): Promise<Metrics> {
  const { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } = await import('prom-client')
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, prefix: 'hufu_' })
  const requests = new Counter({
    name: metricNames.requests,
    help: 'Requests by method, route and class of the status',
    labelNames: ['method', 'route', 'status'] as const,
    registers,
  })
  const requestSeconds = new Histogram({
    name: metricNames.requestSeconds,
    help: 'Seconds until a request is answered, by route',
    labelNames: ['route'] as const,
    buckets: requestBuckets,
    registers,
  })
  const underWay = new Gauge({ name: metricNames.requestsUnderWay, help: 'Requests that are worked on', registers })
  const storeCalls = new Counter({
    name: metricNames.storeCalls,
    help: 'Calls of the store, by method and outcome',
    labelNames: ['call', 'outcome'] as const,
    registers,
  })
  const storeSeconds = new Histogram({
    name: metricNames.storeSeconds,
    help: 'Seconds of a call of the store',
    labelNames: ['call'] as const,
    buckets: requestBuckets,
    registers,
  })
  const events = new Counter({
    name: metricNames.events,
    help: 'Security decisions as in the audit: tokens by grant, refusals by reason',
    labelNames: ['type', 'outcome', 'reason', 'grant'] as const,
    registers,
  })
  const ready = new Gauge({ name: metricNames.ready, help: '1 if requests may be sent here', registers })

  return { aroundHandler, aroundStore, show }

  function aroundHandler(handler: Handler): Handler {
    return {
      ...handler,
      handle: async (request) => {
        const began = performance.now()
        const route = routeOf(request.path)
        underWay.inc()
        try {
          const response = await handler.handle(request)
          requests.inc({ method: methodOf(request), route, status: `${Math.floor(response.status / 100)}xx` })

          return response
        } finally {
          underWay.dec()
          requestSeconds.observe({ route }, (performance.now() - began) / 1000)
        }
      },
    }
  }

  function aroundStore(store: Store): Store {
    const watched = Object.entries(store).map(([call, method]: [string, unknown]) => [
      call,
      typeof method === 'function' ? watch(call, method.bind(store) as Call) : method,
    ])

    return Object.fromEntries(watched) as Store
  }

  function watch(call: string, method: Call): Call {
    return (...given) => {
      const result = method(...given)
      if (!(result instanceof Promise)) return result
      const began = performance.now()
      const settled = (outcome: 'done' | 'failed') => {
        storeCalls.inc({ call, outcome })
        storeSeconds.observe({ call }, (performance.now() - began) / 1000)
      }
      void result.then(
        (value: unknown) => {
          settled('done')
          if (call === 'appendRefusals' || wrote(value)) given.flatMap(eventsIn).forEach(count)
        },
        () => settled('failed'),
      )

      return result
    }
  }

  function count({ type, outcome, reason, grantType }: AuditEvent): void {
    // What was done has ids for a reason at times, as of keys; of a refusal the first word is ours.
    const word = outcome === 'refused' ? (reason?.split(' ', 1)[0] ?? '') : ''
    events.inc({ type, outcome, reason: word, grant: grantType ?? '' })
  }

  async function show(isReady: boolean) {
    ready.set(isReady ? 1 : 0)

    return { type: registry.contentType, text: await registry.metrics() }
  }
}

type Call = (...given: readonly unknown[]) => unknown

/** False where the store says that somebody else was first, so that no event was written. */
const wrote = (value: unknown) => value === undefined || value === 'done' || value === true || kindOf(value) === 'done'

const kindOf = (value: unknown) => (value as { readonly kind?: unknown } | null)?.kind

function eventsIn(given: unknown): readonly AuditEvent[] {
  if (Array.isArray(given)) return given.filter(isEvent)
  if (isEvent(given)) return [given]
  const inner = (given as { readonly event?: unknown } | null | undefined)?.event

  return isEvent(inner) ? [inner] : []
}

const isEvent = (value: unknown): value is AuditEvent =>
  typeof value === 'object' && value !== null && 'type' in value && 'outcome' in value && 'requestId' in value
