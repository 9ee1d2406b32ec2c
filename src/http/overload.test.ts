import assert from 'node:assert/strict'
import { Agent, request as send } from 'node:http'
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
    while (admission.admits()) admission.begin()
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
    admission.begin()
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
