import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { asRacer, createHttpClient, form, startChildServer } from '../support/child-server.ts'
import type { ChildServer } from '../support/child-server.ts'

/** So many stops; `HUFU_ROUNDS` for more. */
const rounds = Number(process.env['HUFU_ROUNDS'] ?? 2)
const clients = 32

async function start(context: TestContext, delay: string): Promise<ChildServer> {
  const server = await startChildServer({}, { HUFU_SHUTDOWN_DELAY: delay })
  context.after(server.remove)

  return server
}

const askForToken = form({ grant_type: 'client_credentials', scope: 'orders.read' })

test('a server that is told to stop under keep-alive load fails no request', async (context) => {
  const server = await start(context, '0.3')
  let running = server
  let answered = 0
  const failures: string[] = []
  for (let round = 0; round < rounds; round++) {
    const { url } = running
    // One connection for each, so that a request is never written behind another one.
    const callers = Array.from({ length: clients }, () => createHttpClient(url, 1))
    const ended = once(running.process, 'exit')
    const hammering = callers.map(async ({ send, close }) => {
      for (;;) {
        try {
          const { status, headers } = await send('POST', '/token', asRacer, askForToken)
          if (status === 200) answered++
          else failures.push(`status ${status}`)
          // Whoever is told goes elsewhere with the next request, as a balancer does that asks `/readyz`.
          if (headers['connection'] === 'close') break
        } catch (error) {
          failures.push(String(error))
          break
        }
      }
      close()
    })
    await new Promise((resolve) => setTimeout(resolve, 300))
    running.process.kill('SIGTERM')
    await Promise.all(hammering)
    const [exit] = (await ended) as [number]
    assert.equal(exit, 0)
    running = await running.restart()
    context.after(running.remove)
  }
  context.diagnostic(`${answered} requests over ${rounds} stops, ${failures.length} failed`)

  assert.deepEqual(failures, [])
  assert.ok(answered > clients * rounds)
})

test('clients that come straight back to a server that stops are answered or find nobody, and none is reset', async (context) => {
  const server = await start(context, '0.1')
  const port = Number(new URL(server.url).port)
  const head = `POST /token HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: ${asRacer.authorization}\r\nContent-Type: ${asRacer['content-type']}\r\nContent-Length: ${askForToken.length}\r\n\r\n`
  let running = server
  let answered = 0
  const failures: string[] = []
  async function comeBack(): Promise<void> {
    for (;;) {
      const socket = connect(port, '127.0.0.1')
      socket.write(head + askForToken)
      let code = ''
      socket.on('error', (error: NodeJS.ErrnoException) => (code = error.code ?? ''))
      const status = (await readAll(socket)).slice(9, 12)
      if (status === '200') answered++
      else if (code === 'ECONNREFUSED') return
      else failures.push(`${status} ${code}`)
    }
  }
  for (let round = 0; round < rounds; round++) {
    const ended = once(running.process, 'exit')
    const crowd = Array.from({ length: clients }, comeBack)
    await new Promise((resolve) => setTimeout(resolve, 300))
    running.process.kill('SIGTERM')
    await Promise.all(crowd)
    await ended
    running = await running.restart()
    context.after(running.remove)
  }
  context.diagnostic(
    `straight back to a stopping server: ${answered} requests over ${rounds} stops, ${failures.length} failed`,
  )

  assert.deepEqual(failures, [])
})

test('between the signal and the end the server says that it stops, serves, and tells connections to close', async (context) => {
  const server = await start(context, '1')
  const http = createHttpClient(server.url)
  context.after(http.close)
  const before = await http.send('GET', '/readyz')
  const ended = once(server.process, 'exit')

  server.process.kill('SIGTERM')
  await untilTold(http)
  const [ready, live, token] = await Promise.all([
    http.send('GET', '/readyz'),
    http.send('GET', '/livez'),
    http.send('POST', '/token', asRacer, askForToken),
  ])

  assert.deepEqual([before.status, before.text, before.headers['connection']], [200, 'ready\n', 'keep-alive'])
  assert.deepEqual([ready.status, ready.text], [503, 'stopping\n'])
  assert.deepEqual([live.status, token.status], [200, 200])
  for (const { headers } of [ready, live, token]) assert.equal(headers['connection'], 'close')
  assert.deepEqual(await ended, [0, null])
})

test('a body that is on its way when the server stops arrives whole, and its answer goes out', async (context) => {
  const server = await start(context, '0')
  const { hostname, port } = new URL(server.url)
  const ended = once(server.process, 'exit')
  const head = (path: string) =>
    `POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: ${asRacer.authorization}\r\nContent-Type: ${asRacer['content-type']}\r\nContent-Length: ${askForToken.length}\r\n\r\n`
  const sockets = ['/token', '/nothing-here'].map((path) => {
    const socket = connect(Number(port), hostname)
    socket.setEncoding('latin1')
    socket.write(head(path) + askForToken.slice(0, 10))

    return { socket, received: readAll(socket) }
  })
  await new Promise((resolve) => setTimeout(resolve, 200))

  server.process.kill('SIGTERM')
  await new Promise((resolve) => setTimeout(resolve, 300))
  for (const { socket } of sockets) socket.write(askForToken.slice(10))
  const [token, nothing] = await Promise.all(sockets.map(({ received }) => received))

  assert.match(token ?? '', /^HTTP\/1\.1 200 [^]*access_token/)
  assert.match(nothing ?? '', /^HTTP\/1\.1 404 /)
  assert.deepEqual(await ended, [0, null])
})

test('connections on which nothing goes on do not hold up the end', async (context) => {
  const server = await start(context, '0')
  const { hostname, port } = new URL(server.url)
  const ended = once(server.process, 'exit')
  const silent = connect(Number(port), hostname)
  const quiet = connect(Number(port), hostname)
  quiet.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(quiet, 'data')

  server.process.kill('SIGTERM')
  await Promise.all([readAll(silent), readAll(quiet)])

  assert.deepEqual(await ended, [0, null])
})

/** The signal takes its time. */
async function untilTold(http: ReturnType<typeof createHttpClient>): Promise<void> {
  for (;;) if ((await http.send('GET', '/readyz')).status === 503) return
}

async function readAll(socket: ReturnType<typeof connect>): Promise<string> {
  let received = ''
  socket.on('data', (chunk: string | Buffer) => (received += chunk.toString()))
  socket.on('error', () => {})
  // `once` would reject where a connection is refused.
  await new Promise((resolve) => socket.once('close', resolve))

  return received
}
