import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { createSendForm } from './send-form.ts'

const seen: string[] = []
const behaviours: Readonly<Record<string, RequestListener>> = {
  '/good': (_request, response) => response.writeHead(200).end('x'.repeat(1_000_000)),
  '/done': (_request, response) => response.writeHead(204).end(),
  '/no': (_request, response) => response.writeHead(400).end(),
  '/redirect': (_request, response) => response.writeHead(307, { location: '/good' }).end(),
  '/silent': () => {},
  '/breaks-off': (_request, response) => response.destroy(),
}
const server = createServer((request, response) => {
  void text(request).then((body) => {
    seen.push(`${request.method} ${request.url} ${request.headers['content-type']} ${body}`)
    behaviours[request.url!]!(request, response)
  })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
after(() => {
  server.close()
  server.closeAllConnections()
})
const { port } = server.address() as AddressInfo
const here = (path: string) => `http://127.0.0.1:${port}${path}`
const send = createSendForm({ development: true, timeoutMs: 150 })

test('[OUT-BC-2.5-01] a form is posted once, and the status of the answer is told, whatever it is', async () => {
  seen.length = 0

  assert.deepEqual(await send(here('/good'), { logout_token: 'a b+c' }), { ok: true, value: 200 })
  assert.deepEqual(seen, ['POST /good application/x-www-form-urlencoded logout_token=a+b%2Bc'])
  assert.deepEqual(await send(here('/done'), {}), { ok: true, value: 204 })
  assert.deepEqual(await send(here('/no'), {}), { ok: true, value: 400 })
})

test('[OUT-BC-2.5-01] no redirect is followed, and who does not answer is given up', async () => {
  seen.length = 0

  assert.deepEqual(await send(here('/redirect'), {}), { ok: true, value: 307 })
  assert.equal(seen.length, 1)
  assert.deepEqual(await send(here('/silent'), {}), { ok: false, error: 'too_slow' })
  assert.deepEqual(await send(here('/breaks-off'), {}), { ok: false, error: 'unreachable' })
  assert.deepEqual(await send('http://127.0.0.1:1/', {}), { ok: false, error: 'unreachable' })
})

test('[O21-1.5-03] nothing is sent into our own network, nor without TLS to anywhere but this machine', async () => {
  // req: OUT-BC-2.5-01
  seen.length = 0
  const inside = createSendForm({ development: false, resolve: async () => [{ address: '10.0.0.1', family: 4 }] })

  assert.deepEqual(await inside('https://client.example/out', {}), { ok: false, error: 'address_not_public' })
  assert.deepEqual(await inside('https://169.254.169.254/out', {}), { ok: false, error: 'address_not_public' })
  for (const url of [
    here('/good'),
    'http://client.example/',
    'https://u:p@client.example/',
    'https://client.example/#a',
  ])
    assert.deepEqual(await inside(url, {}), { ok: false, error: 'url_not_allowed' }, url)
  assert.deepEqual(await send('http://client.example/', {}), { ok: false, error: 'url_not_allowed' })
  assert.deepEqual(seen, [])
})
