import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { HttpRequest, HttpResponse } from './message.ts'
import { listen } from './node.ts'
import { slowReadLimit } from './send.ts'

async function start(context: TestContext, handle: (request: HttpRequest) => Promise<HttpResponse>) {
  const listening = await listen({ handle }, { port: 0 })
  context.after(() => listening.close())

  return { listening, open: () => connect(listening.port, '127.0.0.1') }
}

const get = 'GET / HTTP/1.1\r\nHost: as.example\r\n\r\n'
const ok: HttpResponse = { status: 200, headers: {}, body: 'ok' }

test('a server that closes ends streams and requests that wait for something, and answers what is under way', async (context) => {
  const slow = Promise.withResolvers<HttpResponse>()
  let isEnded = false
  const { listening, open } = await start(context, async ({ path, ending }) => {
    if (path === '/slow') return slow.promise
    if (path === '/waits')
      return new Promise((resolve) => {
        ending?.addEventListener('abort', () => resolve({ ...ok, body: 'nothing new' }))
      })
    const never = { next: () => new Promise<never>(() => {}), return: async () => ((isEnded = true), last) }
    const body = { [Symbol.asyncIterator]: () => never }

    return { status: 200, headers: { 'content-type': 'text/event-stream' }, body }
  })
  const received = ['/slow', '/waits', '/stream'].map((path) => {
    const socket = open()
    socket.write(get.replace('/', path))

    return readAll(socket)
  })
  await new Promise((resolve) => setTimeout(resolve, 50))

  const closing = listening.close()
  await Promise.all([received[1], received[2]])
  slow.resolve(ok)
  const [answered = '', waited = '', streamed = ''] = await Promise.all(received)
  await closing

  assert.match(answered, /connection: close\r\n[^]*\r\nok$/i)
  assert.match(waited, /connection: close\r\n[^]*\r\nnothing new$/i)
  assert.match(streamed, /\r\n0\r\n\r\n$/)
  assert.equal(isEnded, true)
})

test('[HT-05] a client that never finishes its request is cut at the limit of closing', async (context) => {
  const { listening, open } = await start(context, async (request) => {
    await request.body()
    return ok
  })
  const stuck = open()
  stuck.write(`POST / HTTP/1.1\r\nHost: as.example\r\nContent-Length: 9\r\n\r\nhalf`)
  const received = readAll(stuck)
  await new Promise((resolve) => setTimeout(resolve, 50))

  await listening.close({ limit: 20 })

  assert.equal(await received, '')
})

test('[HT-05] a client that does not take its answer, or a piece of a stream, is cut', async (context) => {
  const big = 'a'.repeat(32 * 1024 * 1024)
  const closed: string[] = []
  async function* pieces() {
    try {
      for (;;) yield big
    } finally {
      closed.push('stream')
    }
  }
  let asked = 0
  const { open } = await start(context, async ({ path }) => {
    asked++
    return { ...ok, body: path === '/' ? big : pieces() }
  })
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const sockets = ['/', '/stream'].map((path) => {
    const socket = open().pause()
    socket.write(get.replace('/', path))

    return socket
  })
  while (asked < sockets.length) await wait(1)
  await wait(50)

  context.mock.timers.tick(slowReadLimit - 1)
  await wait(20)
  const before = [...closed]
  context.mock.timers.tick(1)
  const received = await Promise.all(sockets.map(async (socket) => (await readAll(socket.resume())).length))

  assert.deepEqual(before, [])
  assert.ok(received.every((length) => length < big.length))
  assert.deepEqual(closed, ['stream'])
})

test('clients that come straight back until nobody listens are answered or find nobody, and none is reset', async (context) => {
  const { listening, open } = await start(context, async () => ok)
  const outcomes = new Set<string>()
  const ask = async (): Promise<void> => {
    const socket = open()
    socket.on('connect', () => socket.write(get.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')))
    const failed = once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code ?? '')
    const outcome = await Promise.race([failed, readAll(socket).then((text) => text.slice(9, 12))])
    outcomes.add(outcome)
    if (outcome === '200') return ask()
  }
  const clients = Array.from({ length: 32 }, ask)
  await new Promise((resolve) => setTimeout(resolve, 50))

  await listening.close()
  await Promise.all(clients)

  assert.deepEqual(outcomes, new Set(['200', 'ECONNREFUSED']))
})

test('who comes back after just the delay is answered', async (context) => {
  const { listening, open } = await start(context, async () => ok)
  const delay = 1
  const closed = listening.close({ delay })
  await new Promise((resolve) => setTimeout(resolve, delay + 20))

  const socket = open()
  socket.write(get)
  const answer = await readAll(socket)
  await closed

  assert.match(answer, /^HTTP\/1\.1 200 .*\r\nconnection: close\r\n/is)
})

const last = { done: true, value: undefined } as const

/** By turns of the event loop, since time itself is held. */
async function wait(turns: number): Promise<void> {
  for (let at = 0; at < turns; at++) await new Promise((resolve) => setImmediate(resolve))
}

async function readAll(socket: Socket): Promise<string> {
  let received = ''
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')))
  socket.on('error', () => {})
  if (!socket.closed) await once(socket, 'close')

  return received
}
