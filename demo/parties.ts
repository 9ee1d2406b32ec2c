import { createOrderApi, dayAt, openOrderBook, seedOrders } from 'example-order-api'
import { createShopAnalytics } from 'example-shop-analytics'
import { createAuthorizationServer, loadOrCreateSecret } from 'hufu'
import type { AuthorizationServer } from 'hufu'
import { tapFetch } from 'hufu/inspector'
import type { ClientFacts } from 'hufu/inspector'
import { openSqlite } from 'hufu/sqlite'
import type { RequestListener } from 'node:http'
import { demoUser } from './account.ts'
import type { DataFolder, JobKey } from './data-folder.ts'
import type { DemoClock } from './demo-clock.ts'
import { drillClientsAt, drillResources, drillScopes } from './drill-registrations.ts'
import type { DrillSecrets } from './drill-registrations.ts'
import { clientIds, clientsAt, productName, resourcesAt, scopes } from './registrations.ts'
import type { Addresses } from './registrations.ts'
import { tapListener } from './tap-listener.ts'
import type { Watch } from './watch.ts'

/** The same person in the shop's own books. */
const shopper = 'li.wei'

/** The three parties over their data, each as something to be listened to. */
export interface Parties {
  readonly server: AuthorizationServer
  readonly api: RequestListener
  readonly analytics: RequestListener
  readonly jobKey: JobKey
  close(): Promise<void>
}

/** Made anew for each run, and kept in memory only. */
export interface RunSecrets {
  readonly password: string
  /** Of Shop Analytics. */
  readonly clientSecret: string
  readonly drills: DrillSecrets
}

/**
 * Opens the data, registers who is in the demo and starts the three parties. Clients are saved anew at each start,
 * since ports may have moved and the app's secret lives for one run only.
 */
export async function openParties(
  folder: DataFolder,
  addresses: Addresses,
  { password, clientSecret, drills }: RunSecrets,
  watch: Watch,
  clock: DemoClock,
): Promise<Parties> {
  const { inspector } = watch
  folder.create()
  const store = openSqlite({ file: folder.database })
  const book = openOrderBook(folder.orders)
  seedOrders(book, dayAt(Date.now()))

  const server = createAuthorizationServer({
    issuer: addresses.issuer,
    store,
    secret: await loadOrCreateSecret(folder.path),
    development: true,
    productName,
    resources: [...resourcesAt(addresses), ...drillResources],
    scopes: [...scopes, ...drillScopes],
    clock: clock.now,
    demoAccount: { username: demoUser.username, password },
    onExchange: (exchange) => inspector.observe(clock.restore(exchange)),
    inspector: (request) => inspector.handle(request),
  })
  const jobKey = await folder.loadJobKey()
  const facts = new Map<string, ClientFacts>()
  const clients = [...clientsAt(addresses, clientSecret, jobKey), ...drillClientsAt(addresses.api, drills)]
  for (const metadata of clients) {
    const { client } = accepted(await server.saveClient(metadata))
    facts.set(client.id, { name: client.name, refreshIdle: client.lifetimes.refreshIdle })
  }
  watch.introduce(facts)
  const account = accepted(await server.saveAccount({ ...demoUser, password }))
  accepted(await server.saveAccount(drills.account))
  book.linkShopper(shopper, { issuer: addresses.issuer, subject: account.subject })

  const api = createOrderApi({
    book,
    resource: addresses.api,
    issuer: addresses.issuer,
    onDecision: (decision) => inspector.recordDecision(decision, addresses.api),
  })
  const analytics = createShopAnalytics({
    baseUrl: addresses.analytics,
    issuer: addresses.issuer,
    clientId: clientIds.analytics,
    clientSecret,
    api: addresses.api,
    fetch: tapFetch((exchange) => inspector.recordClientExchange(exchange)),
  })

  return {
    server: clock.obey(server),
    api: tapListener(api, addresses.api, (exchange) => inspector.recordApiExchange(exchange)),
    analytics: tapListener(analytics, addresses.analytics, (exchange) => {
      if (new URL(exchange.request.url).pathname === '/callback') inspector.recordCallback(exchange)
    }),
    jobKey,
    async close() {
      await server.close()
      await store.close()
      book.close()
    },
  }
}

function accepted<Value>(
  result: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: string },
) {
  if (!result.ok) throw new Error(result.error)

  return result.value
}
