import assert from 'node:assert/strict'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { listen } from 'hufu/node'
import { m1 } from '../../support/fixtures.ts'
import { proofOf, startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'

/*
 * Octets on a socket, against the whole server. What a client library would never send.
 */
let as: TestServer
let port: number
let close: () => Promise<void>

before(async () => {
  as = await startServer()
  const listening = await listen(as.server, { port: 0 })
  port = listening.port
  close = listening.close
})
after(async () => {
  await close()
  await as.close()
})

const form = 'grant_type=client_credentials'
const authorization = `Authorization: ${proofOf(m1).headers['authorization']}\r\n`
const head = `POST /token HTTP/1.1\r\nHost: as.example\r\n${authorization}Content-Type: application/x-www-form-urlencoded\r\n`
const honest = `${head}Connection: close\r\nContent-Length: ${form.length}\r\n\r\n${form}`

test('[HT-03] the token endpoint takes a body of 64 KiB and not an octet more, whichever way its length is told', async () => {
  // req: HT-01
  const padded = (length: number) =>
    // Words that nobody defined, each within its own limit.
    `${form}${'&x='.padEnd(8000, 'x').repeat(9)}`.slice(0, length)
  const plain = (length: number) =>
    send(`${head}Connection: close\r\nContent-Length: ${length}\r\n\r\n${padded(length)}`)
  const chunked = (length: number) =>
    send(
      `${head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n1000;q=1\r\n${padded(4096)}\r\n${(length - 4096).toString(16)}\r\n${padded(length).slice(4096)}\r\n0\r\nAuthorization: Basic eDp5\r\n\r\n`,
    )

  for (const ask of [plain, chunked]) {
    assert.match(await ask(64 * 1024), /^HTTP\/1\.1 200 [^]*"access_token"/)
    assert.match(await ask(64 * 1024 + 1), /^HTTP\/1\.1 413 [^]*"invalid_request"/)
  }
})

test('[HT-03] a head of less than 48 KiB is read, and a longer one is 431 and the end of the connection', async () => {
  const padding = (length: number) => `X-Padding: ${'x'.repeat(length)}\r\n`
  const withHead = (length: number) =>
    send(honest.replace('Connection', `${padding(length - honest.length - padding(0).length)}Connection`))
  const endless = `GET / HTTP/1.1\r\nHost: as.example\r\n${padding(1000).repeat(2000)}`

  assert.match(await withHead(48 * 1024 - 256), /^HTTP\/1\.1 200 /)
  assert.match(await withHead(48 * 1024 + 256), /^HTTP\/1\.1 431 [^]*Connection: close\r\n/i)
  assert.match(await send(endless), /^HTTP\/1\.1 431 |^$/)
})

test('[HT-06] what is smuggled behind another request is never carried out', async () => {
  const before = await issued()
  const smuggled = honest
  const carriers = [
    `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `${head}Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
    `${head}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${smuggled}`,
    `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `${head}Transfer-Encoding: chunked\r\n\r\n0_1\r\n${smuggled}`,
    `${head}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n${smuggled}`,
    `${head}Transfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n0\r\n\r\n${smuggled}`,
    `${head}Transfer-Encoding: chunked\r\n\r\n1;\n\r\n${smuggled}`,
    `GET / HTTP/1.1\nHost: as.example\n\n${smuggled}`,
    `GET / HTTP/1.1\r\nHost: as.example\r\n X: y\r\n\r\n${smuggled}`,
    `GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n${smuggled}`,
    `GET / HTTP/9.9\r\nHost: as.example\r\n\r\n${smuggled}`,
    `CONNECT as.example:443 HTTP/1.1\r\nHost: as.example\r\n\r\n${smuggled}`,
    `GET https://as.example/ HTTP/1.1\r\nHost: as.example\r\n\r\n${smuggled}`,
    `GET /?${'x'.repeat(20_000)} HTTP/1.1\r\nHost: as.example\r\n\r\n${smuggled}`,
    `OPTIONS * HTTP/1.1\r\nHost: as.example\r\n\r\n${smuggled}`,
    `GET / HTTP/1.1\r\nHost: as.example\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  ]

  for (const carrier of carriers) {
    const received = await send(carrier)
    assert.doesNotMatch(received, /access_token|HTTP\/1\.1 101/, JSON.stringify(carrier.slice(0, 300)))
    assert.ok((received.match(/^HTTP\/1\.1 /gm)?.length ?? 0) <= 1, JSON.stringify(carrier.slice(0, 300)))
  }
  assert.equal(await issued(), before)
  assert.match(await send(honest), /^HTTP\/1\.1 200 /)
  assert.equal(await issued(), before + 1)
})

test('[HT-05] whoever is slow with head, body or the first word is let go, and everybody else is served meanwhile', async () => {
  const slow = [
    ...Array.from({ length: 200 }, () => trickle('')),
    ...Array.from({ length: 20 }, () => trickle('POST /token HTTP/1.1\r\nHost: as.example\r\n', 'X')),
    ...Array.from({ length: 20 }, () => trickle(`${head}Content-Length: 60000\r\n\r\n`, 'x')),
    ...Array.from({ length: 20 }, () => trickle(`${head}Transfer-Encoding: chunked\r\n\r\n`, '1\r\nx\r\n')),
  ]
  const served = await Promise.all(Array.from({ length: 20 }, () => send(honest)))

  for (const each of served) assert.match(each, /^HTTP\/1\.1 200 /)
  // They end by themselves, or this test never does.
  const ends = await Promise.all(slow)
  for (const received of ends) assert.match(received, /^HTTP\/1\.1 (?:408|400) |^$/)
  assert.match(await send(honest), /^HTTP\/1\.1 200 /)
})

const issued = async () =>
  (await as.store.listAudit(undefined, 1000)).filter(({ type }) => type === 'token_issued').length

/** Writes all at once and reads until the server closes the connection. */
function send(octets: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(octets)

  return received(socket)
}

/** Writes the beginning, then a little again and again for as long as it may. */
function trickle(beginning: string, drop = ''): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(beginning)
  const timer = setInterval(() => drop !== '' && socket.write(drop), 500)

  return received(socket).finally(() => clearInterval(timer))
}

function received(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
    socket.on('close', () => resolve(text))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error)
    })
  })
}
