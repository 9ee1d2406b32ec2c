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
  expressMetadata,
  fastifyGuard,
  fastifyMetadata,
  fetchGuard,
  honoGuard,
  honoMetadata,
  nodeGuard,
  type Guard,
} from 'hufu/guard'
import { startIssuer } from './issuer.ts'

const resource = 'https://api.example.com/shop'
const metadataPath = '/.well-known/oauth-protected-resource/shop'

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

/** The same small API with each framework: `GET /orders` for a person with `orders.read`, and an open `GET /`. */
const frameworks: Readonly<Record<string, (guard: Guard) => Listener | Promise<Listener>>> = {
  express(guard) {
    const app = express()
    app.use(expressMetadata(guard))
    app.get('/', (_req, res) => void res.send('open'))
    app.get('/orders', expressGuard(guard, { scope: ['orders.read'], subjectType: 'person' }), (req, res) => {
      assert.equal(req.caller, callerOf(req))
      res.send(callerOf(req).subject)
    })
    return app
  },

  async fastify(guard) {
    const app = fastify()
    app.addHook('onRequest', fastifyMetadata(guard))
    app.get('/', async () => 'open')
    const onRequest = fastifyGuard(guard, { scope: ['orders.read'], subjectType: 'person' })
    app.get('/orders', { onRequest }, async (request) => callerOf(request).subject)
    await app.ready()
    return (request, response) => app.routing(request, response)
  },

  hono(guard) {
    const app = new Hono()
    app.use(honoMetadata(guard))
    app.get('/', (context) => context.text('open'))
    app.get('/orders', honoGuard(guard, { scope: ['orders.read'], subjectType: 'person' }), (context) =>
      context.text(callerOf(context.req.raw).subject),
    )
    return listenerOf((request) => app.fetch(request))
  },

  fetch(guard) {
    const admit = fetchGuard(guard)
    return listenerOf(async (request) => {
      if (new URL(request.url).pathname === '/') return new Response('open')
      const caller = await admit(request, { scope: ['orders.read'], subjectType: 'person' })
      return caller instanceof Response ? caller : new Response(caller.subject)
    })
  },

  node(guard) {
    const admit = nodeGuard(guard)
    return async (request, response) => {
      if (request.url === '/') return void response.end('open')
      const caller = await admit(request, response, { scope: ['orders.read'], subjectType: 'person' })
      if (caller !== undefined) response.end(caller.subject)
    }
  },
}

for (const [name, build] of Object.entries(frameworks)) {
  const serve = async (t: TestContext) => {
    const issuer = await startIssuer()
    t.after(issuer.close)
    const listener = await build(createGuard({ resource, issuer: issuer.issuer }))
    const server = createServer((request, response) => void listener(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    t.after(() => server.close().closeAllConnections())
    const { port } = server.address() as AddressInfo
    const get = (path: string, ...authorization: readonly string[]) => ask(port, path, authorization)
    const preflight = (path: string) => ask(port, path, [], 'OPTIONS')

    return { issuer, get, preflight }
  }

  test(`${name}: [O21-5.3.2-01] each request gets its status and its challenge`, async (t) => {
    // req: O21-5.3.1-01, O21-5.2-01, PRM-5.1-01, RS-08
    const { issuer, get } = await serve(t)
    const bearer = (claims: Readonly<Record<string, unknown>>) => `Bearer ${issuer.issue({ aud: resource, ...claims })}`
    const challenge = `Bearer resource_metadata="https://api.example.com${metadataPath}"`

    const admitted = await get('/orders', bearer({}))
    assert.deepEqual([admitted.status, admitted.body, admitted.challenge], [200, 'li.wei', undefined])

    const table: readonly [string, number, string | undefined][] = [
      [bearer({ aud: 'https://api.example.com' }), 401, 'invalid_token'],
      [bearer({ exp: 1 }), 401, 'invalid_token'],
      ['Bearer nonsense', 401, 'invalid_token'],
      ['Bearer', 400, 'invalid_request'],
      [bearer({ scope: 'orders.write' }), 403, 'insufficient_scope'],
      [bearer({ sub: 'shop' }), 403, 'insufficient_scope'],
      ['Basic YTpi', 401, undefined],
    ]
    for (const [header, status, error] of table) {
      const refused = await get('/orders', header)
      assert.equal(refused.status, status)
      assert.equal(JSON.parse(refused.body).error, error)
      assert.ok(refused.challenge?.startsWith(challenge))
      assert.equal(refused.challenge?.includes(`error="${error}"`), error !== undefined)
      assert.equal(refused.headers['cache-control'], 'no-store')
      assert.match(String(refused.headers['content-type']), /^application\/json/)
    }
  })

  test(`${name}: [O21-5.1-02] a token in the query counts for nothing, and an open route stays open`, async (t) => {
    const { issuer, get } = await serve(t)

    const refused = await get(`/orders?access_token=${issuer.issue({ aud: resource })}`)

    assert.deepEqual([refused.status, refused.body], [401, '{}'])
    assert.equal((await get('/')).body, 'open')
  })

  test(`${name}: [RS-03] two Authorization headers are 400`, async (t) => {
    const { issuer, get } = await serve(t)
    const bearer = `Bearer ${issuer.issue({ aud: resource })}`

    assert.equal((await get('/orders', bearer, bearer)).status, 400)
    assert.equal((await get('/orders', bearer, 'Basic YTpi')).status, 400)
  })

  test(`${name}: [PRM-3.1-01] the metadata is at its path, for pages of any origin`, async (t) => {
    // req: PRM-2-01, PRM-3-01, MCP-RS-1-01
    const { issuer, get, preflight } = await serve(t)

    const metadata = await get(`${metadataPath}?x=1`)
    const asked = await preflight(metadataPath)

    assert.equal(metadata.status, 200)
    assert.match(String(metadata.headers['content-type']), /^application\/json/)
    assert.equal(metadata.headers['access-control-allow-origin'], '*')
    assert.deepEqual(JSON.parse(metadata.body), {
      resource,
      authorization_servers: [issuer.issuer],
      bearer_methods_supported: ['header'],
    })
    assert.equal(asked.status, 204)
    assert.equal(asked.headers['access-control-allow-headers'], '*')
  })

  test(`${name}: [RS-06] while the authorization server is away nobody is admitted`, async (t) => {
    const { issuer, get } = await serve(t)
    const bearer = `Bearer ${issuer.issue({ aud: resource })}`
    issuer.close()

    const refused = await get('/orders', bearer)

    assert.deepEqual([refused.status, refused.headers['retry-after']], [503, '5'])
  })
}

/** By node:http, since fetch joins repeated headers. */
function ask(port: number, path: string, authorization: readonly string[], method = 'GET') {
  const headers = ['Host', `127.0.0.1:${port}`, ...authorization.flatMap((each) => ['Authorization', each])]

  return new Promise<Answer>((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers })
    request.on('error', reject).on('response', (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          challenge: response.headers['www-authenticate'],
          body,
        }),
      )
    })
    request.end()
  })
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly challenge: string | undefined
  readonly body: string
}

/** A Fetch handler as a node listener; every header is carried over, also a repeated one. */
function listenerOf(handle: (request: Request) => Response | Promise<Response>): Listener {
  return async (incoming, outgoing) => {
    const headers = new Headers()
    for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
      headers.append(incoming.rawHeaders[at]!, incoming.rawHeaders[at + 1]!)
    }
    const { method = 'GET', url } = incoming
    const response = await handle(new Request(`http://127.0.0.1${url}`, { method, headers }))
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(await response.text())
  }
}
