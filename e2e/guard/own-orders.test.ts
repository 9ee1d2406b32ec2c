import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { createOrderApi, dayAt, openOrderBook, seedOrders } from '../../examples/order-api/order-api.ts'
import {
  createHttpClient,
  form,
  getCode,
  asRacer,
  person,
  racer,
  redeem,
  signIn,
  startChildServer,
  tokensOf,
} from '../support/child-server.ts'
import type { ChildServer, HttpClient } from '../support/child-server.ts'

/*
 * Two parties in two processes over real HTTP: the server as `hufu dev` runs it, and the order API of the examples.
 */

const neighbour = { username: 'wang.fang', password: 'another-harbour-43', name: 'Wang Fang' }
const job = {
  client_id: 'nightly-report',
  client_secret: 'nightly-secret-of-forty-characters-or-more',
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'client_secret_post',
  scope: 'orders.stats',
}

const book = openOrderBook(':memory:')
let listener: RequestListener = (_request, response) => void response.writeHead(500).end()
const api = createServer((request, response) => void listener(request, response))
let resource: string
let server: ChildServer
let http: HttpClient

before(async () => {
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
  resource = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
  server = await startChildServer({
    clients: [racer, job],
    users: [person, neighbour],
    resources: [{ resource, scopes: ['orders.read', 'orders.stats', 'refunds.read'] }],
  })
  http = createHttpClient(server.url)
  listener = createOrderApi({ book, resource, issuer: server.url })
  seedOrders(book, dayAt(Date.now()))
})

after(async () => {
  http?.close()
  await server?.remove()
  api.close().closeAllConnections()
  book.close()
})

test('[RS-08] a token of one person opens no order of another, and none of it tells that the order is there', async () => {
  // req: O21-7.1.4-03, JAT-4-04
  const his = await tokenOf(person)
  const hers = await tokenOf(neighbour)

  const [order] = (await get('/orders', hers)).body.orders as [{ id: string }]
  const own = await get(`/orders/${order.id}`, hers)
  const foreign = await get(`/orders/${order.id}`, his)
  const missing = await get('/orders/19990101-0001', his)

  assert.deepEqual([own.status, own.body.id], [200, order.id])
  assert.equal(foreign.status, 404)
  assert.deepEqual(foreign, missing)
})

test('[O21-7.4-02] the token of a job opens what belongs to nobody, and no person’s things', async () => {
  // req: RS-04, O21-5.3.2-01
  const token = tokensOf(
    await http.send(
      'POST',
      '/token',
      { 'content-type': 'application/x-www-form-urlencoded' },
      form({ grant_type: 'client_credentials', client_id: job.client_id, client_secret: job.client_secret }),
    ),
  ).access_token
  const his = await tokenOf(person)

  assert.equal((await get('/stats/daily', token)).status, 200)
  assert.equal((await get('/orders', token)).status, 403)
  assert.equal((await get('/stats/daily', his)).status, 403)
})

test('[PRM-3.1-01] a client that knows the API alone finds the authorization server and its endpoints', async () => {
  // req: PRM-3-01, PRM-5.1-01, PRM-4-01, MCP-RS-1-01
  const { challenge } = await get('/orders')
  const url = /resource_metadata="([^"]+)"/.exec(challenge ?? '')?.[1] ?? ''
  const metadata = (await (await fetch(url)).json()) as { resource: string; authorization_servers: [string] }
  const [issuer] = metadata.authorization_servers
  const described = (await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json()) as {
    issuer: string
    token_endpoint: string
    protected_resources: string[]
  }

  assert.equal(metadata.resource, resource)
  assert.deepEqual([issuer, described.issuer], [server.url, server.url])
  assert.deepEqual(described.protected_resources, [resource])
  assert.equal((await fetch(described.token_endpoint)).status, 405)
})

test('[RS-06] when the server is killed, known tokens go on, and a guard that never met it answers 503 until it is back', async () => {
  // req: RS-05
  const token = await tokenOf(person)
  assert.equal((await get('/orders', token)).status, 200)

  await server.kill()
  const known = await get('/orders', token)
  listener = createOrderApi({ book, resource, issuer: server.url })
  const unknown = await get('/orders', token)
  server = await server.restart()
  let again = await get('/orders', token)
  while (again.status === 503) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    again = await get('/orders', token)
  }

  assert.equal(known.status, 200)
  assert.deepEqual([unknown.status, unknown.retryAfter], [503, '5'])
  assert.equal(again.status, 200)
})

/** A token by the whole flow; the shop learns which account is which of its shoppers. */
async function tokenOf(who: { readonly username: string; readonly password: string }): Promise<string> {
  const token = tokensOf(await redeem(http, await getCode(http, await signIn(http, who)))).access_token
  const introspected = JSON.parse((await http.send('POST', '/introspect', asRacer, form({ token }))).text) as {
    sub: string
  }
  book.linkShopper(who.username, { issuer: server.url, subject: introspected.sub })

  return token
}

async function get(path: string, bearer?: string) {
  const response = await fetch(resource + path, {
    headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
  })

  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    retryAfter: response.headers.get('retry-after'),
    // oxlint-disable-next-line typescript/no-explicit-any -- bodies of a JSON API, looked at member by member
    body: (await response.json()) as any,
  }
}
