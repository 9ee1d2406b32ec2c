import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { fetchJson, maxAnswerBytes } from './fetch-json.ts'

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close().closeAllConnections())

  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A JSON object of exactly so many octets. */
const objectOf = (octets: number) => `{"a":"${'x'.repeat(octets - 8)}"}`

test('an answer is read up to its limit and not beyond, whatever Content-Length says', async (t) => {
  const url = await serve(t, ({ url: path }, response) => {
    response.write('')
    response.end(objectOf(Number(path!.slice(1))))
  })

  assert.equal((await fetchJson(fetch, `${url}/${maxAnswerBytes}`)) !== undefined, true)
  assert.equal(await fetchJson(fetch, `${url}/${maxAnswerBytes + 1}`), undefined)
})

test('an answer without end is cut off', async (t) => {
  let closed = () => {}
  const ended = new Promise<void>((resolve) => (closed = resolve))
  const url = await serve(t, (_request, response) => {
    const timer = setInterval(() => response.write('x'.repeat(65_536)), 1)
    response.on('close', () => {
      clearInterval(timer)
      closed()
    })
  })

  assert.equal(await fetchJson(fetch, url), undefined)
  await ended
})

test('[JW-03] a redirect is not followed', async (t) => {
  let followed = 0
  const url = await serve(t, ({ url: path }, response) => {
    if (path === '/') return void response.writeHead(302, { location: '/other' }).end()
    followed += 1
    return void response.end('{}')
  })

  assert.equal(await fetchJson(fetch, `${url}/`), undefined)
  assert.equal(followed, 0)
})

test('[RS-06] another status, no JSON object, ambiguous JSON and no server at all give nothing', async (t) => {
  const answers: Record<string, [number, string]> = {
    '/good': [200, '{"a":1}'],
    '/500': [500, '{"a":1}'],
    '/401': [401, '{"a":1}'],
    '/201': [201, '{"a":1}'],
    '/html': [200, '<html>'],
    '/array': [200, '[]'],
    '/empty': [200, ''],
    '/twice': [200, '{"active":false,"active":true}'],
  }
  const url = await serve(t, ({ url: path }, response) => {
    const [status, body] = answers[path!]!
    response.writeHead(status).end(body)
  })

  for (const path of Object.keys(answers)) {
    assert.deepEqual(await fetchJson(fetch, url + path), path === '/good' ? { a: 1 } : undefined, path)
  }
  assert.equal(await fetchJson(fetch, 'http://127.0.0.1:1/'), undefined)
})

test('[RS-06] whoever is asked has five seconds', async (t) => {
  t.mock.method(AbortSignal, 'timeout', (milliseconds: number) => {
    assert.equal(milliseconds, 5000)
    return AbortSignal.abort()
  })
  const url = await serve(t, () => {})

  assert.equal(await fetchJson(fetch, url), undefined)
})
