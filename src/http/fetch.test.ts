import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerFetch } from './fetch.ts'
import { maxBodyBytes } from './message.ts'
import type { HttpRequest, HttpResponse } from './message.ts'

const answering = (response: HttpResponse) => async () => response
const url = 'https://as.example//token?a=1&b=%20'

/** What an endpoint sees of a Fetch request. */
async function seen(request: Request, address?: string): Promise<HttpRequest> {
  let found: HttpRequest | undefined
  await answerFetch(
    async (given) => {
      found = given

      return { status: 200, headers: {}, body: '' }
    },
    request,
    address,
  )
  assert.ok(found)

  return found
}

test('[HT-10] path and query come as they were sent, but for a doubled leading slash', async () => {
  const request = await seen(new Request(url))

  assert.equal(request.path, '/token')
  assert.equal(request.query, 'a=1&b=%20')
  assert.equal(request.address, 'unknown')
  assert.equal((await seen(new Request(url), '::ffff:192.0.2.7')).address, '192.0.2.7')
})

test('[CA-01] two Authorization headers are seen as repeated', async () => {
  const headers = new Headers([
    ['authorization', 'Basic YTpi'],
    ['authorization', 'Basic YzpkCg'],
  ])

  assert.equal((await seen(new Request(url, { headers }))).repeated('authorization'), true)
  assert.equal(
    (await seen(new Request(url, { headers: { authorization: 'Basic YTpi' } }))).repeated('authorization'),
    false,
  )
})

test('[HT-03] a body is read up to its limit and not beyond', async () => {
  const bodyOf = async (body: BodyInit) => (await seen(new Request(url, { method: 'POST', body }))).body()

  assert.equal((await bodyOf('a'.repeat(maxBodyBytes))).kind, 'text')
  assert.equal((await bodyOf('a'.repeat(maxBodyBytes + 1))).kind, 'too_large')
  assert.equal((await bodyOf(new Uint8Array([0x61, 0xff]))).kind, 'not_utf8')
  assert.deepEqual(await (await seen(new Request(url))).body(), { kind: 'text', text: '' })
})

test('[O21-1.6-01] every status and body that an endpoint gives becomes a response', async () => {
  const statuses = [200, 204, 303, 304, 400, 405, 500]

  for (const status of statuses) {
    const response = await answerFetch(answering({ status, headers: { 'x-a': 'b' }, body: '' }), new Request(url))
    assert.equal(response.status, status)
    assert.equal(response.headers.get('x-a'), 'b')
    assert.equal(await response.text(), '')
  }
  const head = await answerFetch(
    answering({ status: 200, headers: {}, body: 'text' }),
    new Request(url, { method: 'HEAD' }),
  )
  assert.equal(await head.text(), '')
})

test('[UI-20] several cookies are several headers, and a stream comes piece by piece', async () => {
  async function* pieces() {
    yield 'one '
    yield '\u4e8c'
  }
  const response = await answerFetch(
    answering({ status: 200, headers: { 'set-cookie': ['a=1', 'b=2'] }, body: pieces() }),
    new Request(url),
  )

  assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2'])
  assert.equal(await response.text(), 'one \u4e8c')
})

test('a body that breaks off is no fault of the server: it is refused like one that cannot be read', async () => {
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) })
  const request = new Request('https://as.example/token', {
    method: 'POST',
    body: broken,
    duplex: 'half',
  } as RequestInit)
  let kind = ''

  await answerFetch(async (given) => {
    kind = (await given.body()).kind

    return { status: 400, headers: {}, body: '' }
  }, request)

  assert.equal(kind, 'incomplete')
})
