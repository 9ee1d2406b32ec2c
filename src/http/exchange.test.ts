import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aRequest } from '../testing/build-request.ts'
import { createClock } from '../testing/clock.ts'
import { observed } from './exchange.ts'
import type { Exchange } from './message.ts'
import { text } from './respond.ts'

test('[LG-06] who watches sees request and answer, and changes neither', async () => {
  const seen: Exchange[] = []
  const handle = observed(
    async (request) => {
      const body = await request.body()

      return text(200, body.kind === 'text' ? body.text : '')
    },
    (exchange) => {
      seen.push(exchange)
      throw new Error('the observer fell over')
    },
    createClock().now,
  )

  const answer = await handle(
    aRequest({ method: 'POST', path: '/token', query: 'a=1', body: { kind: 'text', text: 'code=1' } }),
  )

  assert.equal(answer.body, 'code=1')
  assert.equal(seen.length, 1)
  assert.deepEqual(seen[0]?.request, { method: 'POST', path: '/token', query: 'a=1', headers: {}, body: 'code=1' })
  assert.equal(seen[0]?.response.status, 200)
})
