import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpRequest } from '../http/message.ts'
import { createHealth, withHealth } from './health.ts'

const asking = (path: string, method = 'GET') => ({ path, method }) as HttpRequest

function aHealth(askStore: () => Promise<unknown> = async () => {}) {
  const state = { isStarted: true, isStopping: false }
  const answer = createHealth({ isStarted: () => state.isStarted, isStopping: () => state.isStopping, askStore })

  return { state, ask: async (path: string, method?: string) => answer(asking(path, method)) }
}

test('a server is ready when it has started, its store answers and it is not stopping; it lives all the time', async () => {
  const { state, ask } = aHealth()
  const told = async () => {
    const [{ status, body, headers }, { status: lives }] = await Promise.all([ask('/readyz'), ask('/livez')])
    assert.equal(headers['cache-control'], 'no-store')

    return [status, body, lives]
  }

  assert.deepEqual(await told(), [200, 'ready\n', 200])
  state.isStarted = false
  assert.deepEqual(await told(), [503, 'starting\n', 200])
  state.isStopping = true
  assert.deepEqual(await told(), [503, 'stopping\n', 200])
  assert.equal((await ask('/livez', 'POST')).status, 405)
})

test('a store that fails or hangs makes the server not ready, and a flood of questions reaches it once', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  let asked = 0
  const failing = aHealth(() => {
    asked++
    return Promise.reject(new Error('gone'))
  })
  const hanging = aHealth(() => new Promise(() => {}))

  const answers = await Promise.all(Array.from({ length: 50 }, () => failing.ask('/readyz')))
  const late = hanging.ask('/readyz')
  await Promise.resolve()
  context.mock.timers.tick(2000)

  assert.deepEqual([...new Set(answers.map(({ body }) => body))], ['store unavailable\n'])
  assert.equal(asked, 1)
  assert.equal((await late).status, 503)
})

test('only the two paths are answered here', async () => {
  const here = { status: 200, headers: {}, body: 'health' }
  const there = { status: 200, headers: {}, body: 'server' }
  const { handle } = withHealth({ handle: async () => there }, async () => here)
  const bodies = await Promise.all(
    ['/livez', '/readyz', '/livez/', '/Readyz', '/x/livez'].map(async (each) => (await handle(asking(each))).body),
  )

  assert.deepEqual(bodies, ['health', 'health', 'server', 'server', 'server'])
})
