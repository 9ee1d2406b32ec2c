import assert from 'node:assert/strict'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { aJwt, aSigningKey, accessTokenClaims, createTestIssuer } from '../testing/test-issuer.ts'
import { callerOf, createGuard, fetchGuard, nodeGuard } from './index.ts'

const start = 1_800_000_000
const key = aSigningKey('key-1')
const resource = 'http://127.0.0.1:9120/orders'
const token = aJwt(key.signing, accessTokenClaims(start, { aud: resource }))

function aGuard() {
  const issuer = createTestIssuer()
  issuer.keys = [key.jwk]

  return createGuard({ resource, issuer: issuer.issuer, fetch: issuer.fetch, now: () => start * 1000 })
}

async function serve(t: TestContext): Promise<number> {
  const admit = nodeGuard(aGuard())
  const server = createServer((request, response) => {
    void admit(request, response, { scope: ['orders.read'] }).then((caller) => {
      if (caller === undefined) return
      assert.equal(callerOf(request), caller)
      response.end(`orders of ${caller.subject}`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close().closeAllConnections())

  return (server.address() as AddressInfo).port
}

/** By node:http, since fetch joins repeated headers. */
const ask = (port: number, path: string, headers: readonly string[] = [], method = 'GET') =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers: ['Host', 'a', ...headers] as never })
    request.on('error', reject).on('response', (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }))
    })
    request.end()
  })

test('nodeGuard admits, refuses, and serves the metadata', async (t) => {
  const port = await serve(t)

  const admitted = await ask(port, '/orders', ['Authorization', `Bearer ${token}`])
  const refused = await ask(port, '/orders')
  const metadata = await ask(port, '/.well-known/oauth-protected-resource/orders')

  assert.deepEqual([admitted.status, admitted.body], [200, 'orders of li.wei'])
  assert.deepEqual([refused.status, refused.body], [401, '{}'])
  assert.match(String(refused.headers['www-authenticate']), /^Bearer resource_metadata="http:\/\/127\.0\.0\.1:9120\//)
  assert.equal(refused.headers['cache-control'], 'no-store')
  assert.equal(JSON.parse(metadata.body).resource, resource)
})

test('[RS-03] two Authorization headers are refused, which node:http alone would show as one', async (t) => {
  const port = await serve(t)
  const bearer = `Bearer ${token}`

  assert.equal((await ask(port, '/', ['Authorization', bearer, 'Authorization', 'Bearer other'])).status, 400)
  assert.equal((await ask(port, '/', ['authorization', bearer, 'AUTHORIZATION', bearer])).status, 400)
  assert.equal((await ask(port, '/', ['aUTHORIZATION', bearer])).status, 200)
})

test('fetchGuard admits, refuses, and serves the metadata', async () => {
  const admit = fetchGuard(aGuard())
  const handler = async (request: Request) => {
    const caller = await admit(request, { scope: ['orders.read'] })
    return caller instanceof Response ? caller : new Response(`orders of ${callerOf(request).subject}`)
  }

  const admitted = await handler(new Request(resource, { headers: { authorization: `Bearer ${token}` } }))
  const refused = await handler(new Request(resource))
  const metadata = await handler(new Request('http://127.0.0.1:9120/.well-known/oauth-protected-resource/orders'))

  assert.deepEqual([admitted.status, await admitted.text()], [200, 'orders of li.wei'])
  assert.deepEqual([refused.status, await refused.text()], [401, '{}'])
  assert.equal((await metadata.json()).resource, resource)
})

test('callerOf throws on a request no guard admitted', () => {
  assert.throws(() => callerOf(new Request(resource)), /no guard admitted this request/)
})
