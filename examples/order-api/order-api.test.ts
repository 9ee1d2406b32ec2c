import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { createOrderApi, openOrderBook, seedOrders } from './order-api.ts'

const issuer = 'http://localhost:4000'
const resource = 'http://127.0.0.1:4001'
const now = Date.parse('2026-11-23T02:00:00Z')

const book = openOrderBook(':memory:')
const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
const publicKey = { ...(await crypto.subtle.exportKey('jwk', keys.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }
let base: string
let close: () => void

before(async () => {
  seedOrders(book, '2026-11-23')
  book.linkShopper('li.wei', { issuer, subject: 'subject-of-li-wei' })
  book.linkShopper('wang.fang', { issuer, subject: 'subject-of-wang-fang' })
  const app = createOrderApi({ book, resource, issuer, now: () => now, fetch: server })
  const listening = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => listening.once('listening', resolve))
  base = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
  close = () => listening.close()
})

after(() => {
  close()
  book.close()
})

test('[RS-08] only the caller’s own orders are served, and the order of somebody else is as if it did not exist', async () => {
  const liWei = await token({ sub: 'subject-of-li-wei' })
  const wangFang = await token({ sub: 'subject-of-wang-fang' })

  const his = (await get('/orders', liWei)).body.orders
  const hers = (await get('/orders', wangFang)).body.orders
  const own = await get(`/orders/${hers[0].id}`, wangFang)
  const foreign = await get(`/orders/${hers[0].id}`, liWei)
  const missing = await get('/orders/20260101-9999', liWei)

  assert.ok(his.length > 100 && hers.length > 100)
  assert.equal(
    his.filter((each: { id: string }) => hers.some((other: { id: string }) => other.id === each.id)).length,
    0,
  )
  assert.equal(own.status, 200)
  assert.equal(own.body.id, hers[0].id)
  assert.equal(foreign.status, 404)
  assert.deepEqual(foreign, missing)
})

test('[RS-04] refunds need their own scope, sums of the shop a client that acts for itself', async () => {
  const person = await token({ sub: 'subject-of-li-wei' })
  const withRefunds = await token({ sub: 'subject-of-li-wei', scope: 'orders.read refunds.read' })
  const greedyPerson = await token({ sub: 'subject-of-li-wei', scope: 'orders.stats' })
  const job = await token({ sub: 'nightly-report', client_id: 'nightly-report', scope: 'orders.stats orders.read' })

  assert.equal((await get('/refunds', person)).status, 403)
  assert.ok((await get('/refunds', withRefunds)).body.refunds.length > 0)
  assert.equal((await get('/stats/daily', greedyPerson)).status, 403)
  assert.equal((await get('/orders', job)).status, 403)
  assert.deepEqual((await get('/stats/daily?date=2026-11-22', job)).body, book.findDailyStats('2026-11-22'))
  assert.deepEqual((await get('/stats/daily', job)).body, book.findDailyStats('2026-11-22'))
})

test('[UX-3.2b] the challenge of a missing scope names it', async () => {
  const { challenge } = await get('/refunds', await token({ sub: 'subject-of-li-wei' }))

  assert.match(challenge ?? '', /error="insufficient_scope"/)
  assert.match(challenge ?? '', /scope="refunds.read"/)
})

test('[PRM-2-01] the metadata names the API and its server, and the challenge of a request without a token leads there', async () => {
  const metadata = await get('/.well-known/oauth-protected-resource')
  const { status, challenge } = await get('/orders')

  assert.equal(metadata.body.resource, resource)
  assert.deepEqual(metadata.body.authorization_servers, [issuer])
  assert.equal(status, 401)
  assert.match(challenge ?? '', new RegExp(`resource_metadata="${resource}/.well-known/oauth-protected-resource"`))
})

test('[O21-7.12-01] a query the API does not understand is refused, not guessed at', async () => {
  const liWei = await token({ sub: 'subject-of-li-wei' })
  const job = await token({ sub: 'nightly-report', client_id: 'nightly-report', scope: 'orders.stats' })

  for (const query of ['limit=0', 'limit=1000', 'limit=ten', 'from=2026-02-30', 'from=yesterday', 'from=a&from=b'])
    assert.equal((await get(`/orders?${query}`, liWei)).status, 400, query)
  assert.equal((await get('/orders?limit=3', liWei)).body.orders.length, 3)
  assert.equal((await get('/stats/daily?date=2026-13-01', job)).status, 400)
})

test('[UX-1.2] an account that never bought anything has no orders', async () => {
  const stranger = await token({ sub: 'subject-of-nobody' })

  assert.deepEqual((await get('/orders', stranger)).body, { orders: [] })
})

test('[UX-1.6] the shop is the same at every start, and the next day only adds its own orders', () => {
  const other = openOrderBook(':memory:')
  const first = seedOrders(other, '2026-11-23')
  const again = seedOrders(other, '2026-11-23')
  const nextDay = seedOrders(other, '2026-11-24')

  assert.ok(first > 400 && first < 800, `${first} orders`)
  assert.equal(again, 0)
  assert.equal(nextDay, other.findDailyStats('2026-11-23').orders)
  assert.deepEqual(other.findDailyStats('2026-11-22'), book.findDailyStats('2026-11-22'))
  other.close()
})

async function get(path: string, bearer?: string) {
  const headers: Record<string, string> = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
  const response = await fetch(base + path, { headers })
  const text = await response.text()

  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    body: text === '' ? undefined : JSON.parse(text),
  }
}

/** An authorization server as far as a guard asks one: its metadata and its keys. */
async function server(input: string | URL | Request): Promise<Response> {
  const url = String(input instanceof Request ? input.url : input)
  if (url.endsWith('/jwks')) return Response.json({ keys: [publicKey] })

  return Response.json({ issuer, jwks_uri: `${issuer}/jwks` })
}

async function token(claims: Readonly<Record<string, unknown>>): Promise<string> {
  const seconds = Math.floor(now / 1000)
  const head = encode({ typ: 'at+jwt', alg: 'ES256', kid: 'k1' })
  const defaults = { iss: issuer, aud: resource, client_id: 'shop-analytics', scope: 'orders.read', jti: 'j' }
  const body = encode({ ...defaults, iat: seconds, exp: seconds + 300, ...claims })
  const bytes = new TextEncoder().encode(`${head}.${body}`)
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.privateKey, bytes)

  return `${head}.${body}.${Buffer.from(signature).toString('base64url')}`
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
