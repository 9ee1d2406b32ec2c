import type { Metric, Registry } from 'prom-client'
import type { Handler } from '../../http/node.ts'
import type { Store } from '../../ports/store.ts'
import { hufuVersion } from '../../server/package.ts'
import type { RouteNames } from '../routes.ts'
import { metrics as catalogue } from './catalogue.ts'
import { createEventCounts } from './events.ts'
import { readParts } from './parts.ts'
import type { Parts } from './parts.ts'
import { createRequestCounts } from './requests.ts'
import { sample, written } from './sample.ts'
import type { Sample } from './sample.ts'
import { createStoreCounts } from './store-calls.ts'

export interface Metrics {
  readonly aroundHandler: (handler: Handler) => Handler
  readonly aroundStore: (store: Store) => Store
  /** @param isReady as `/readyz` says it */
  readonly show: (isReady: boolean, parts: Omit<Parts, 'tooLarge'>) => Promise<Shown>
}

interface Shown {
  readonly type: string
  readonly text: string
}

/**
 * Loaded by who asks for it: a server without metrics pays nothing. With them a request costs a few additions; all
 * else is read from the parts, which count for themselves, when somebody asks.
 */
export async function createMetrics(names: RouteNames): Promise<Metrics> {
  const { Registry: NewRegistry, collectDefaultMetrics } = await import('prom-client')
  const registry = new NewRegistry()
  collectDefaultMetrics({ register: registry, prefix: 'hufu_' })
  const requests = createRequestCounts(names)
  const events = createEventCounts()
  const calls = createStoreCounts((event) => events.count(event))
  let current: readonly Sample[] = []
  register(registry, () => current)
  const build = sample('build', 1, hufuVersion(), process.version)

  async function show(isReady: boolean, parts: Omit<Parts, 'tooLarge'>): Promise<Shown> {
    current = [
      build,
      sample('ready', isReady ? 1 : 0),
      ...requests.read(),
      ...calls.read(),
      ...events.read(),
      ...readParts({ ...parts, tooLarge: requests.tooLarge() }),
    ]

    return { type: registry.contentType, text: await registry.metrics() }
  }

  return { aroundHandler: requests.around, aroundStore: calls.around, show }
}

/** The registry writes out what we counted: all that it asks of a metric is its row and its values. */
function register(registry: Registry, read: () => readonly Sample[]): void {
  for (const [key, { name, help, type }] of Object.entries(catalogue)) {
    const get = async () => ({
      name,
      help,
      type,
      values: read()
        .filter(({ metric }) => metric === key)
        .flatMap(written),
    })
    registry.registerMetric({ name, help, type, get } as unknown as Metric)
  }
}
