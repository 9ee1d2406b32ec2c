import { createAuthorizationServer } from 'hufu'
import type { AuthorizationServer, AuthorizationServerOptions } from 'hufu'
import { askingApi, billsApi, fleetIssuer, ordersApi, person, racer, strictRacer } from './instances.ts'

/** One server of a fleet, in this process, with the cast of instances.ts. */
export async function createFleetServer(
  options: Pick<AuthorizationServerOptions, 'store' | 'secret'> & Partial<AuthorizationServerOptions>,
  clients: readonly object[] = [],
): Promise<AuthorizationServer> {
  const server = createAuthorizationServer({
    issuer: fleetIssuer,
    development: true,
    resources: [
      { resource: ordersApi, scopes: ['orders.read'] },
      { resource: billsApi, scopes: ['bills.read'], tokenFormat: 'opaque' },
    ],
    features: { deviceGrant: true, registration: 'open' },
    ...options,
  })
  for (const metadata of [racer, strictRacer, askingApi, ...clients]) must(await server.saveClient(metadata))
  must(await server.saveAccount(person))

  return server
}

function must(result: { readonly ok: true } | { readonly ok: false; readonly error: string }): void {
  if (!result.ok) throw new Error(result.error)
}
