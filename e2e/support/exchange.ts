import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import * as cast from './fixtures.ts'
import type { TestClient } from './fixtures.ts'
import type { TestServer, TestServerOptions } from './server.ts'
import { assertJson, serverOf } from './token-oracles.ts'
import type { Fields } from './user-agent.ts'

/*
 * Services that call each other for a person: R1 (orders) calls R2 (billing), which calls R3 (stock). Each has a client
 * that stands for it and exchanges what it was shown.
 */

export const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

export const r3 = 'https://stock.example'

const resources = [
  { resource: cast.r1, scopes: ['orders.read', 'orders.write', 'jobs.run'] },
  { resource: cast.r2, scopes: ['bills.read', 'orders.read', 'jobs.run'], tokenFormat: 'opaque' },
  { resource: r3, scopes: ['orders.read', 'orders.write', 'jobs.run'] },
] as const

const service = {
  grant_types: [exchangeGrant, 'client_credentials'],
  scope: 'orders.read orders.write jobs.run',
  hufu_default_resource: cast.r1,
} as const

/** Stands for R1; names itself as actor, and at R3 may only read. */
export const orders = {
  ...service,
  client_id: 'orders',
  client_secret: 'hufucanary_secret_of_orders_0123456789ab',
  hufu_resources: [cast.r1],
  hufu_token_exchange: [
    { from: ['c1', 'c2', 'm1'], to: cast.r2 },
    { from: ['c1'], to: r3, scope: 'orders.read' },
  ],
} as const

/** Stands for R2. */
export const billing = {
  ...service,
  client_id: 'billing',
  client_secret: 'hufucanary_secret_of_billing_0123456789a',
  hufu_resources: [cast.r2],
  hufu_token_exchange: [{ to: r3 }],
} as const

/** Stands for R3, and may take the place of the subject. */
export const stock = {
  ...service,
  client_id: 'stock',
  client_secret: 'hufucanary_secret_of_stock_0123456789abc',
  hufu_resources: [r3],
  hufu_token_exchange: [{ to: r3, kind: 'impersonation' }],
} as const

/** Stands for R1 as well, without any rule. */
export const ruleless = {
  ...service,
  client_id: 'ruleless',
  client_secret: 'hufucanary_secret_of_ruleless_0123456789',
  hufu_resources: [cast.r1],
} as const

export async function exchangeServer(t: TestContext, options: TestServerOptions = {}): Promise<TestServer> {
  const as = await serverOf(t, { resources, features: { tokenExchange: true }, ...options })
  for (const metadata of [orders, billing, stock, ruleless]) {
    const saved = await as.server.saveClient(metadata)
    assert.ok(saved.ok, saved.ok ? '' : saved.error)
  }
  as.writes.length = 0

  return as
}

/** A correct exchange by this service, with the named parameters changed, repeated or, by `undefined`, left out. */
export const exchange = (
  as: TestServer,
  subjectToken: string,
  client: TestClient,
  changes: Fields = {},
  headers: Readonly<Record<string, string>> = {},
) =>
  as.token(
    {
      grant_type: exchangeGrant,
      subject_token: subjectToken,
      subject_token_type: accessTokenType,
      resource: client === orders ? cast.r2 : r3,
      ...changes,
    },
    client,
    headers,
  )

export interface Exchanged {
  readonly access_token: string
  readonly expires_in: number
  readonly scope?: string
}

/** A successful answer to an exchange: no refresh token, ever. */
export async function assertExchanged(response: Response, type = 'Bearer'): Promise<Exchanged> {
  const text = await response.text()
  assert.equal(response.status, 200, text)
  assertJson(response)
  const { access_token, expires_in, scope, ...rest } = JSON.parse(text) as Exchanged
  assert.deepEqual(rest, { issued_token_type: accessTokenType, token_type: type })
  assert.ok(Number.isInteger(expires_in) && expires_in > 0)

  return { access_token, expires_in, ...(scope !== undefined && { scope }) }
}
