import type { Logger } from 'pino'
import { accept, refuse } from '../../base/result.ts'
import type { Result } from '../../base/result.ts'
import { configVariables, readConfig } from '../../server/config.ts'
import { findMisspelt } from '../../server/environment.ts'
import { emptySeed, readSeed } from '../../server/seed.ts'
import { openServer } from '../open-server.ts'
import { done, failed } from '../outcome.ts'
import type { Fault, Outcome } from '../outcome.ts'
import type { Context } from '../context.ts'
import { createAdminInspector } from '../admin-inspector.ts'
import type { Metrics } from '../metrics/index.ts'
import { withRequestLog } from '../request-log.ts'
import { createRouteNames } from '../routes.ts'
import type { RouteNames } from '../routes.ts'
import { describeThrown } from '../thrown.ts'
import { exitSoon, untilStopped } from '../shutdown.ts'
import type { Traces } from '../traces.ts'
import { findOpenConfig, findUnsafe, settingsOf } from '../unsafe.ts'

/**
 * The server for production. What is unsafe is refused before a port is opened, all at once, each with code and fix
 * (UX section 7). Logs are JSON lines on stderr; stdout has one line, `ready` and the issuer.
 */
export async function start(given: string | undefined, { out, env }: Context): Promise<Outcome> {
  const file = given ?? env['HUFU_CONFIG']
  const config = await readConfig(file, env)
  if (!config.ok) return failed({ code: 'HF-CONF-0710', cause: config.error })
  const {
    seed: seedFile,
    data,
    database,
    host,
    port,
    trustedProxies,
    shutdownDelay,
    limits,
    management,
    traces,
  } = config.value
  const seed = seedFile === undefined ? { ok: true as const, value: emptySeed } : await readSeed(seedFile, false)
  if (!seed.ok) return failed({ code: 'HF-CONF-0712', cause: seed.error })
  const unsafe = [
    ...(await findUnsafe(config.value, seed.value)),
    ...(file === undefined ? [] : await findOpenConfig(file, config.value)),
  ]
  if (unsafe.length > 0) return failed(...unsafe)

  const stopped = untilStopped()
  // Loaded beside everything else; what happens before it is there is written then.
  let logger: Logger | undefined
  const loading = import('pino').then(({ pino }) => (logger = pino(plain, pino.destination({ dest: 2, sync: true }))))
  const inspect = config.value.inspector ? createAdminInspector(config.value.issuer) : undefined
  const names = createRouteNames(config.value.issuer, config.value.settings.paths)
  const observing = await loadObservers(management !== undefined, traces, names)
  if (!observing.ok) return failed(observing.error)
  const { metrics, traces: tracing } = observing.value
  const opened = await openServer({
    folder: data,
    database,
    host,
    port,
    trustedProxies,
    shutdownDelay,
    limits,
    seed: seed.value,
    settings: (_port, store) => ({
      ...settingsOf(config.value, seed.value),
      ...inspect?.watch(store),
      log: {
        fault: (thrown: unknown, where: string) =>
          void loading.then((log) => log.error({ err: describeThrown(thrown), where }, 'fault')),
      },
    }),
    management: management && metrics && { ...management, metrics },
    around: (handler) => {
      const logged = withRequestLog(handler, { ...names, traceIdOf: tracing?.traceIdOf }, () => logger)
      const traced = tracing?.around(logged) ?? logged

      return metrics?.aroundHandler(traced) ?? traced
    },
  })
  if (!opened.ok) return failed(opened.error)
  const { server, url, over, close } = opened.value
  inspect?.open(server)
  const { issuer } = server
  const log = await loading
  log.info({ issuer, url }, 'started')
  // This server speaks plain HTTP, so there is a proxy: unnamed, one guesser of passwords makes everybody wait.
  if (trustedProxies.length === 0) log.warn('trustedProxies is empty: all callers behind a proxy count as one address')
  for (const [name, meant] of findMisspelt(env, configVariables))
    log.warn(`${name} is not read: did you mean ${meant}?`)
  out(`ready ${issuer}\n`)
  const fault = await Promise.race([stopped, over])
  log.info({ shutdownDelay }, 'stopping')
  const unfinished = await close()
  if (unfinished.length > 0) {
    exitSoon()

    return failed({ code: 'HF-STOP-1001', cause: unfinished.join(', ') })
  }
  log.info('stopped')

  return fault === undefined ? done : failed(fault)
}

/** What was thrown is described already; pino would take the description for what was thrown. */
const plain = { serializers: { err: (described: unknown) => described } }

/** Their packages are not installed with ours: most servers do without. */
async function loadObservers(
  wantsMetrics: boolean,
  traces: { readonly enabled: boolean; readonly trustParent: boolean },
  names: RouteNames,
): Promise<Result<{ readonly metrics: Metrics | undefined; readonly traces: Traces | undefined }, Fault>> {
  try {
    return accept({
      metrics: wantsMetrics ? await (await import('../metrics/index.ts')).createMetrics(names) : undefined,
      traces: traces.enabled ? await (await import('../traces.ts')).createTraces(traces, names) : undefined,
    })
  } catch (error) {
    return refuse({ code: 'HF-CONF-0715', cause: (error as Error).message.split('\n')[0] ?? '' })
  }
}
