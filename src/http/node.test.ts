import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { maxBodyBytes } from './message.ts'
import type { HttpRequest, HttpResponse } from './message.ts'
import { listen, slowClients } from './node.ts'
import type { Listening } from './node.ts'

/** What reached the handler, newest last. */
const seen: HttpRequest[] = []
let listening: Listening
let answer: (request: HttpRequest) => Promise<HttpResponse>

before(async () => {
  listening = await listen(
    {
      handle: (request) => {
        seen.push(request)

        return answer(request)
      },
    },
    { port: 0 },
  )
})
after(() => listening.close())

const echo = async (request: HttpRequest): Promise<HttpResponse> => {
  const body = await request.body()

  return { status: 200, headers: { 'x-path': request.path }, body: body.kind === 'text' ? body.text : body.kind }
}

/** Writes octets to the server and reads until it closes, or until `enough` has come. */
function exchange(text: string | readonly string[], enough = /$^/): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(listening.port, '127.0.0.1')
    let received = ''
    const end = () => {
      socket.destroy()
      resolve(received)
    }
    socket.setTimeout(5000, end)
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
      if (enough.test(received)) end()
    })
    socket.on('close', end)
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? end() : reject(error),
    )
    for (const each of [text].flat()) socket.write(each)
  })
}

const close = 'Host: as.example\r\nConnection: close\r\n'

test('[HT-06] a request whose length can be read in two ways is refused and the connection closed', async () => {
  answer = echo
  seen.length = 0
  const post = `POST /token HTTP/1.1\r\nHost: as.example\r\n`
  const smuggled = 'GET /admin HTTP/1.1\r\nHost: as.example\r\n\r\n'
  const heads = [
    'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n',
    'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n',
    'Content-Length: 5\r\nContent-Length: 6\r\n',
    'Content-Length: 5, 6\r\n',
    'Content-Length: +5\r\n',
    'Content-Length: 0x5\r\n',
    'Content-Length: -1\r\n',
    'Transfer-Encoding: xchunked\r\n',
    'Transfer-Encoding: chunked, identity\r\n',
    'Transfer-Encoding : chunked\r\n',
    'X: a\r\n Content-Length: 5\r\n',
    'X: a\nContent-Length: 5\r\n',
    'X: a\rContent-Length: 5\r\n',
    'X: a\0b\r\n',
    'X Y: a\r\n',
  ]

  for (const head of heads) {
    const received = await exchange(`${post}${head}\r\n0\r\n\r\n${smuggled}`)
    assert.match(received, /^HTTP\/1\.1 400 /, JSON.stringify(head))
    assert.equal(received.match(/HTTP\/1\.1/g)?.length, 1, JSON.stringify(head))
  }
  assert.ok(seen.every((each) => each.path !== '/admin'))
})

test('[HT-06] only a target that is a path is served', async () => {
  answer = echo
  seen.length = 0
  for (const target of ['http://as.example/token', 'https://evil.example/', '*', 'token', 'as.example:443']) {
    assert.match(await exchange(`GET ${target} HTTP/1.1\r\n${close}\r\n`), /^HTTP\/1\.1 400 /, target)
  }
  assert.doesNotMatch(await exchange('CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n'), / 200 /)
  assert.match(await exchange('GET /token HTTP/1.1\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 400 /)
  assert.deepEqual(seen, [])
})

test('[HT-10] the path comes as it was written', async () => {
  // req: HT-12
  answer = echo
  for (const [target, path] of [
    ['//token', '/token'],
    ['/token/', '/token/'],
    ['/%74oken', '/%74oken'],
    ['/a/../token?x=/../y', '/a/../token'],
    ['/token;x#f', '/token;x#f'],
  ] as const) {
    const received = await exchange(`GET ${target} HTTP/1.1\r\n${close}\r\n`)
    assert.ok(received.includes(`x-path: ${path}\r\n`), target)
  }
})

test('[HT-03] a body within the limit is read, a larger one is told so, and an endless one is cut off', async () => {
  answer = echo
  const post = (length: number, body: string, enough?: RegExp) =>
    exchange([`POST /token HTTP/1.1\r\n${close}Content-Length: ${length}\r\n\r\n`, body], enough)

  assert.match(await post(maxBodyBytes, 'a'.repeat(maxBodyBytes)), /\r\n\r\na{65536}$/)
  assert.match(await post(maxBodyBytes + 1, 'a'.repeat(maxBodyBytes + 1)), /\r\n\r\ntoo_large$/)
  const endless = await post(1_000_000_000, 'a'.repeat(2 * 1024 * 1024))
  assert.doesNotMatch(endless, / 200 [^]*a{10}/)
})

test('[HT-01] a body in chunks, with trailers, is one body, and trailers are no headers', async () => {
  answer = echo
  const chunked = `POST /token HTTP/1.1\r\n${close}Transfer-Encoding: chunked\r\n\r\n3\r\na=1\r\n4;x=y\r\n&b=2\r\n0\r\nAuthorization: Basic x\r\n\r\n`

  const received = await exchange(chunked)

  assert.match(received, /\r\n\r\na=1&b=2$/)
  assert.equal(seen.at(-1)?.header('authorization'), undefined)
})

test('[HT-03] heads of any size end in an answer or a closed connection, and a target beyond 16 KiB is not served', async () => {
  // req: O21-1.7.1-01, O21-1.7.1-02
  answer = echo
  const withHeader = (length: number) =>
    exchange(`GET /token HTTP/1.1\r\n${close}Cookie: ${'a'.repeat(length)}\r\n\r\n`)
  const withTarget = (length: number) => exchange(`GET /token?${'a'.repeat(length)} HTTP/1.1\r\n${close}\r\n`)

  assert.match(await withHeader(32 * 1024), /^HTTP\/1\.1 200 /)
  assert.match(await withTarget(8000), /^HTTP\/1\.1 200 /)
  assert.match(await withTarget(16 * 1024 - 7), /^HTTP\/1\.1 200 /)
  assert.match(await withTarget(16 * 1024 - 6), /^HTTP\/1\.1 414 /)
  assert.match(await withHeader(1024 * 1024), /^HTTP\/1\.1 431 |^$/)
  assert.match(await withTarget(1024 * 1024), /^HTTP\/1\.1 431 |^$/)
})

test('[CA-01] a header that comes twice is seen as repeated', async () => {
  answer = echo
  await exchange(`GET / HTTP/1.1\r\n${close}Authorization: Basic YTpi\r\nAuthorization: Basic YzpkCg\r\n\r\n`)

  assert.equal(seen.at(-1)?.repeated('authorization'), true)
  assert.equal(seen.at(-1)?.repeated('host'), false)
})

test('[HT-13] an answer that cannot be sent ends the connection, and the server goes on', async () => {
  answer = async () => ({ status: 200, headers: { 'x-a': 'line\r\nSet-Cookie: x=y' }, body: '' })
  const broken = await exchange(`GET / HTTP/1.1\r\n${close}\r\n`)
  answer = () => Promise.reject(new Error('no answer'))
  const thrown = await exchange(`GET / HTTP/1.1\r\n${close}\r\n`)
  answer = echo
  const whole = await exchange(`GET / HTTP/1.1\r\n${close}\r\n`)

  assert.equal(broken, '')
  assert.equal(thrown, '')
  assert.match(whole, /^HTTP\/1\.1 200 /)
})

test('[R10] a HEAD is answered without a body, and a stream reaches the client piece by piece', async () => {
  answer = async () => ({ status: 200, headers: {}, body: 'text' })
  const head = await exchange(`HEAD / HTTP/1.1\r\n${close}\r\n`)
  answer = async () => ({
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    body: (async function* () {
      yield 'data: 1\n\n'
      yield 'data: 2\n\n'
    })(),
  })
  const stream = await exchange(`GET / HTTP/1.1\r\n${close}\r\n`)

  assert.match(head, /content-length: 4\r\n[^]*\r\n\r\n$/)
  assert.match(stream, /data: 1\n\n[^]*data: 2\n\n/)
})

test('[HT-05] whoever does not finish a request is gone within 15 s, the pause between two looks included', () => {
  const { headersTimeout, requestTimeout, connectionsCheckingInterval } = slowClients

  assert.ok(Math.max(headersTimeout, requestTimeout) + connectionsCheckingInterval <= 15_000)
})

test('an answer that has no body by its status says no length of it; others say theirs', async () => {
  // @see RFC 9110 section 8.6: to a cache the length in a 304 is that of what it keeps
  for (const [status, length] of [
    [204, undefined],
    [304, undefined],
    [200, '0'],
    [303, '0'],
  ] as const) {
    answer = async () => ({ status, headers: {}, body: '' })
    const received = await exchange(`GET / HTTP/1.1\r\n${close}\r\n`)
    assert.equal(/content-length: (\d+)/i.exec(received)?.[1], length, String(status))
  }
})

test('[HT-14] HTTP/2 is not spoken, so that its floods have nobody to reach', async () => {
  answer = echo
  const session = connectHttp2(listening.url)
  const failed = once(session, 'error')
  const stream = session.request({ ':path': '/over-http2' })
  stream.on('error', () => {})
  await failed
  session.destroy()

  assert.equal(
    seen.some(({ path }) => path === '/over-http2'),
    false,
  )
  assert.equal((await fetch(`${listening.url}/over-http1`)).status, 200)
})

test('a request that announces no body has an empty one, and its connection goes on', async () => {
  answer = echo

  const received = await exchange(
    ['POST /first HTTP/1.1\r\nHost: as.example\r\n\r\n', `POST /second HTTP/1.1\r\n${close}\r\n`],
    /second/,
  )

  assert.match(received, /200 OK[^]*x-path: \/first\r\n[^]*content-length: 0\r\n[^]*200 OK[^]*x-path: \/second\r\n/)
})
