import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, createServer, request as send } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { HttpRequest, HttpResponse } from './message.ts'
import { listen } from './node.ts'
import type { Limits } from './node.ts'
import { createAdmission } from './overload.ts'

const ok: HttpResponse = { status: 200, headers: {}, body: 'ok' }

async function start(context: TestContext, limits: Limits, handle: (request: HttpRequest) => Promise<HttpResponse>) {
  const listening = await listen({ handle, isVital: (target) => target === '/livez' }, { port: 0, limits })
  const agent = new Agent({ keepAlive: true })
  context.after(() => {
    agent.destroy()
    return listening.close()
  })
  const ask = (path: string, headers: Record<string, string> = {}, over: Agent = agent) =>
    new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
      const asked = send({ port: listening.port, path, headers, agent: over }, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }))
      })
      asked.on('error', reject).end()
    })

  return { ask, port: listening.port }
}

test('[HT-05] a request beyond the limit is refused at once with the time to come back, and health is answered all the same', async (context) => {
  const gate = Promise.withResolvers<void>()
  let reached = 0
  const { ask } = await start(context, { requests: 2 }, async ({ path }) => {
    reached++
    if (path !== '/livez') await gate.promise
    return ok
  })
  const held = [ask('/a'), ask('/b')]
  while (reached < 2) await new Promise((resolve) => setImmediate(resolve))

  const [program, person, alive] = await Promise.all([
    ask('/token'),
    ask('/authorize?code=canary', { accept: 'text/html' }),
    ask('/livez'),
  ])
  assert.equal(reached, 3)
  gate.resolve()
  const answered = await Promise.all(held)
  const after = await ask('/token')

  assert.deepEqual(
    [program.status, program.headers['retry-after'], program.headers['cache-control']],
    [503, '1', 'no-store'],
  )
  assert.equal((JSON.parse(program.text) as { error: string }).error, 'temporarily_unavailable')
  assert.match(person.text, /^<!doctype html>[^]*HF-LIMIT-0691[^]*服务器正忙/)
  assert.ok(!person.text.includes('canary'))
  assert.equal(alive.status, 200)
  assert.deepEqual(
    [...answered, after].map(({ status }) => status),
    [200, 200, 200],
  )
})

test('[HT-05] a connection that was refused is heard again after a moment', async (context) => {
  const gate = Promise.withResolvers<void>()
  let reached = 0
  const { ask } = await start(context, { requests: 1 }, async () => {
    reached++
    await gate.promise
    return ok
  })
  const held = ask('/a')
  while (reached < 1) await new Promise((resolve) => setImmediate(resolve))
  const one = new Agent({ keepAlive: true, maxSockets: 1 })
  context.after(() => one.destroy())

  const refused = await ask('/b', {}, one)
  const again = ask('/c', {}, one)
  gate.resolve()

  assert.deepEqual([refused.status, (await held).status, (await again).status], [503, 200, 200])
})

test('[HT-05] requests that wait for their body, or for something to happen, do not count', async (context) => {
  const gate = Promise.withResolvers<void>()
  let waiting = 0
  const { ask } = await start(context, { requests: 1 }, async ({ path, aside }) => {
    if (path !== '/waits') return ok
    waiting++
    await aside?.(gate.promise)
    return ok
  })
  const poll = ask('/waits')
  while (waiting < 1) await new Promise((resolve) => setImmediate(resolve))

  const other = await ask('/other')
  gate.resolve()

  assert.deepEqual([other.status, (await poll).status], [200, 200])
})

test('[HT-05] a connection beyond the limit is closed, and there is room again when another one goes', async (context) => {
  const { ask } = await start(context, { connections: 1 }, async () => ok)
  const [first, second] = [new Agent({ keepAlive: true }), new Agent({ keepAlive: true })]
  context.after(() => second.destroy())

  assert.equal((await ask('/', {}, first)).status, 200)
  await assert.rejects(ask('/', {}, second), { code: 'ECONNRESET' })
  first.destroy()
  const later = async (): Promise<number> => (await ask('/', {}, second).catch(later as () => never)).status as number

  assert.equal(await later().catch(later), 200)
})

test('as many are admitted as were finished lately in seven tenths of a second, never fewer than a hundred', async (context) => {
  const clock = { now: 0 }
  context.mock.method(performance, 'now', () => clock.now)
  const admission = createAdmission({ requests: 1000 })
  const admitted = () => {
    const before = admission.running()
    while (admission.admits()) admission.beginNow()
    return admission.running() - before
  }
  const finish = (count: number) => Array.from({ length: count }, admission.end)
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  /** So many are finished in a second, and somebody else would have liked to come. */
  const fullSecond = async (count: number) => {
    admitted()
    assert.equal(admission.admits(), false)
    await second(count)
  }
  const second = async (count: number) => {
    finish(count)
    clock.now += 1000
    admission.beginNow()
    await turn()
    admission.end()
  }

  assert.equal(admitted(), 1000)
  await fullSecond(400)
  finish(admission.running())
  const slow = admitted()
  await fullSecond(0)
  await fullSecond(0)
  finish(admission.running())
  const frozen = admitted()
  finish(admission.running())
  for (let quiet = 0; quiet < 5; quiet++) await second(0)
  const restored = admitted()

  assert.deepEqual([slow, frozen, restored], [280, 100, 1000])
})

interface Exchange {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly socket: Socket
}

/** One request with a body as a server has it, and the client's end of its connection. */
async function exchange(context: TestContext): Promise<Exchange> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na=b')
  const [incoming, outgoing] = (await once(server, 'request')) as [IncomingMessage, ServerResponse]
  context.after(() => {
    client.destroy()
    incoming.socket.destroy()
    server.close()
  })

  return { incoming, outgoing, socket: client }
}

const immediate = () => new Promise((resolve) => setImmediate(resolve))

test('whoever is refused is not read for a moment, also when there was a body', async (context) => {
  const { incoming, outgoing, socket } = await exchange(context)
  context.mock.timers.enable({ apis: ['setTimeout'] })

  createAdmission().refuse(incoming, outgoing)
  await once(socket, 'data')
  for (let turns = 0; turns < 5; turns++) await immediate()
  const isPaused = incoming.socket.isPaused()
  context.mock.timers.tick(700)

  assert.deepEqual([isPaused, incoming.socket.isPaused()], [true, false])
})

test('[HT-05] whoever waited too long for a turn is refused, and for whoever has gone nothing is done', async (context) => {
  const [late, gone, early] = [await exchange(context), await exchange(context), await exchange(context)]
  const clock = { now: 0 }
  context.mock.method(performance, 'now', () => clock.now)
  const admission = createAdmission()
  const worked: string[] = []
  const begin = ({ incoming, outgoing }: Exchange, name: string) =>
    admission.begin(incoming, outgoing, () => void worked.push(name))
  const answer = once(late.socket, 'data')
  for (let count = 0; count < 128; count++) begin(early, 'early')
  gone.incoming.socket.destroy()
  for (const each of [gone, late]) begin(each, 'no')
  clock.now = 701
  begin(early, 'last')
  const before = worked.length
  await immediate()

  assert.match(String((await answer)[0]), /^HTTP\/1\.1 503 /)
  assert.deepEqual([before, worked.length, worked.at(-1)], [128, 129, 'last'])
  assert.deepEqual([admission.running(), admission.refused()], [129, 1])
})

test('a row that stays too long closes the door, those that were begun and wait for something else do not', async (context) => {
  const one = await exchange(context)
  const clock = { now: 0 }
  context.mock.method(performance, 'now', () => clock.now)
  const admission = createAdmission({ requests: 4000 })
  const come = (count: number) => {
    for (let each = 0; each < count; each++) admission.begin(one.incoming, one.outgoing, () => {})
  }
  const turns = async (number: number, each: number) => {
    for (let turn = 0; turn < number; turn++) {
      come(each)
      clock.now += 100
      await immediate()
    }
    return admission.admits()
  }

  // As many as a turn begins; then a few more each time.
  const isOpen = [await turns(3, 128), await turns(4, 400)]

  assert.deepEqual(isOpen, [true, false])
})
