import assert from 'node:assert/strict'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import {
  callerOf,
  createGuard,
  expressGuard,
  fastifyGuard,
  fetchGuard,
  honoGuard,
  nodeGuard,
  type Guard,
  type Needs,
} from 'hufu/guard'
import { aProof, aProofKey, proofClaims, tokenHashOf } from 'hufu/testing'
import { startIssuer } from './issuer.ts'

const resource = 'https://api.example.com/shop'
const key = aProofKey()

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

/** A route about one order needs just that order to have been allowed. */
const aboutOrder = (id: string): Needs => ({
  authorizationDetails: { type: 'order', match: (detail) => detail['id'] === id },
})

/** `GET /v1/orders/:id` with each framework, below a router where it has such. */
const frameworks: Readonly<Record<string, (guard: Guard) => Listener | Promise<Listener>>> = {
  express(guard) {
    const router = express.Router()
    const needs = (req: express.Request<{ id: string }>) => aboutOrder(req.params.id)
    router.get('/orders/:id', expressGuard(guard, needs), (req, res) => void res.send(callerOf(req).keyThumbprint))

    return express().use('/v1', router)
  },

  async fastify(guard) {
    const app = fastify()
    type Order = { Params: { id: string } }
    await app.register(
      async (scope) => {
        const onRequest = fastifyGuard(guard, (request: fastify.FastifyRequest<Order>) => aboutOrder(request.params.id))
        scope.get<Order>('/orders/:id', { onRequest }, async (request) => callerOf(request).keyThumbprint)
      },
      { prefix: '/v1' },
    )
    await app.ready()

    return (request, response) => app.routing(request, response)
  },

  hono(guard) {
    const app = new Hono().basePath('/v1')
    app.get(
      '/orders/:id',
      honoGuard(guard, (context) => aboutOrder(context.req.raw.url.split('/').at(-1) ?? '')),
      (context) => context.text(callerOf(context.req.raw).keyThumbprint ?? ''),
    )

    return listenerOf((request) => app.fetch(request))
  },

  fetch(guard) {
    const admit = fetchGuard(guard)

    return listenerOf(async (request) => {
      const caller = await admit(request, aboutOrder(request.url.split('/').at(-1) ?? ''))
      return caller instanceof Response ? caller : new Response(caller.keyThumbprint)
    })
  },

  node(guard) {
    const admit = nodeGuard(guard)

    return async (request, response) => {
      const caller = await admit(request, response, aboutOrder(request.url?.split('/').at(-1) ?? ''))
      if (caller !== undefined) response.end(caller.keyThumbprint)
    }
  },
}

for (const [name, build] of Object.entries(frameworks)) {
  const serve = async (t: TestContext) => {
    const issuer = await startIssuer()
    t.after(issuer.close)
    // A proxy serves it at another host, below a path that it takes off.
    const dpop = { nonces: true, baseUrl: 'https://edge.example.com/shop' }
    const listener = await build(createGuard({ resource, issuer: issuer.issuer, dpop }))
    const server = createServer((request, response) => void listener(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    t.after(() => server.close().closeAllConnections())
    const { port } = server.address() as AddressInfo
    const token = issuer.issue({
      aud: resource,
      cnf: { jkt: key.thumbprint },
      authorization_details: [{ type: 'order', id: '17' }],
    })
    const proofFor = (path: string, changed: Readonly<Record<string, unknown>> = {}) =>
      aProof(
        key,
        proofClaims(Math.floor(Date.now() / 1000), {
          htm: 'GET',
          htu: `https://edge.example.com/shop${path}`,
          ath: tokenHashOf(token),
          ...changed,
        }),
      )
    const nonce = String((await ask(port, '/v1/orders/17', token, [proofFor('/v1/orders/17')])).headers['dpop-nonce'])
    const call = (path: string, changed = {}) => ask(port, path, token, [proofFor(path, { nonce, ...changed })])

    return { call, nonce, port, token, proofFor }
  }

  test(`${name}: [DPOP-7.1-01] a bound token and a proof for the address that clients know open the route`, async (t) => {
    // req: DPOP-4.3-08, DPOP-9-01
    const { call, nonce } = await serve(t)

    const admitted = await call('/v1/orders/17')

    assert.deepEqual([admitted.status, admitted.body], [200, key.thumbprint])
    // The Fetch face hands out a caller and no answer, so its next nonce comes with a refusal.
    if (name !== 'fetch') assert.equal(admitted.headers['dpop-nonce'], nonce)
    assert.equal((await call('/v1/orders/17', { htu: 'https://api.example.com/v1/orders/17' })).status, 401)
    assert.equal((await call('/v1/orders/17', { htu: 'http://127.0.0.1/v1/orders/17' })).status, 401)
    assert.equal((await call('/v1/orders/17', { htu: 'https://edge.example.com/shop/orders/17' })).status, 401)
  })

  test(`${name}: [RAR-9-01] the route about one order is closed to who may see another`, async (t) => {
    // req: O21-7.1.4-03
    const { call } = await serve(t)

    const refused = await call('/v1/orders/18')

    assert.equal(refused.status, 403)
    assert.match(refused.challenge ?? '', /DPoP .*error="insufficient_scope"/)
  })

  test(`${name}: [DP-01] the same proof a second time is refused, and so are two of them at once`, async (t) => {
    // req: DP-04, DPOP-4.3-01, DPOP-11.1-01
    const { nonce, port, token, proofFor } = await serve(t)
    const path = '/v1/orders/17'
    const proof = proofFor(path, { nonce })

    assert.equal((await ask(port, path, token, [proof])).status, 200)
    const again = await ask(port, path, token, [proof])
    assert.deepEqual([again.status, JSON.parse(again.body).error], [401, 'invalid_dpop_proof'])
    const both = await ask(port, path, token, [proofFor(path, { nonce }), proofFor(path, { nonce })])
    assert.deepEqual([both.status, JSON.parse(both.body).error], [401, 'invalid_dpop_proof'])
  })
}

/** By node:http, since fetch joins repeated headers. */
function ask(port: number, path: string, token: string, proofs: readonly string[]) {
  const headers = [
    'Host',
    'evil.example',
    'X-Forwarded-Host',
    'evil.example',
    'Authorization',
    `DPoP ${token}`,
    ...proofs.flatMap((each) => ['DPoP', each]),
  ]

  return new Promise<Answer>((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, headers })
    request.on('error', reject).on('response', (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      response.on('end', () => {
        const { statusCode: status = 0, headers: said } = response
        resolve({ status, headers: said, challenge: said['www-authenticate'], body })
      })
    })
    request.end()
  })
}

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly challenge: string | undefined
  readonly body: string
}

/** A Fetch handler as a node listener; every header is carried over, also a repeated one. */
function listenerOf(handle: (request: Request) => Response | Promise<Response>): Listener {
  return async (incoming, outgoing) => {
    const headers = new Headers()
    for (let at = 0; at < incoming.rawHeaders.length; at += 2)
      headers.append(incoming.rawHeaders[at]!, incoming.rawHeaders[at + 1]!)
    const response = await handle(new Request(`http://127.0.0.1${incoming.url}`, { headers }))
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(await response.text())
  }
}
