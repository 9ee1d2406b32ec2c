import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthorizationServer, HttpRequest } from 'hufu'
import { createDemoClock } from './demo-clock.ts'

/** Answers with how far its clock is from the machine's, in whole seconds, after a moment. */
function start() {
  const clock = createDemoClock()
  const answer = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return { status: 200, headers: {}, body: String(Math.round((clock.now() - Date.now()) / 1000)) }
  }
  const server = clock.obey({ handle: answer } as unknown as AuthorizationServer)
  const ask = async (header: string | undefined) => {
    const request = { header: (name: string) => (name === 'demo-clock' ? header : undefined) } as HttpRequest
    return (await server.handle(request)).body
  }

  return { clock, ask }
}

test('the clock moves for the request that asks for it, and for no other beside it', async () => {
  const { clock, ask } = start()

  const seen = await Promise.all([
    ask(undefined),
    ask(clock.header(600)['demo-clock']),
    ask(undefined),
    ask(clock.header(-600)['demo-clock']),
  ])

  assert.deepEqual(seen, ['0', '600', '0', '-600'])
})

test('without the word of this run the header is nothing', async () => {
  const { clock, ask } = start()
  const header = clock.header(600)['demo-clock']!

  const seen = await Promise.all(
    ['+600', '+600 not-the-word', header.slice(0, -1), header.replace('600', 'x')].map(ask),
  )

  assert.deepEqual(seen, ['0', '0', '0', '0'])
})
