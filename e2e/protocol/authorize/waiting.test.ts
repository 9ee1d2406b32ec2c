import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startServer } from '../../support/server.ts'

const limit = 10_000

test('[RQ-07] requests that wait for a person are bounded for each place: 429, others go on, and so do those that wait', async (t) => {
  const as = await startServer()
  t.after(() => as.close())
  const begin = (address: string) => as.server.fetch(new Request(as.authorize().url, { redirect: 'manual' }), address)
  const first = await begin('203.0.113.9')
  const now = as.clock.now()
  await Promise.all(
    Array.from({ length: limit - 2 }, () => as.store.countAttempt('waiting 203.0.113.9', (now + 1) as typeof now, now)),
  )

  const last = await begin('203.0.113.9')
  const refused = await begin('203.0.113.9')
  const elsewhere = await begin('203.0.113.10')
  const waits = await as.server.fetch(
    new Request(first.headers.get('location')!, {
      headers: { cookie: first.headers.get('set-cookie')!.split(';')[0]! },
    }),
  )

  assert.deepEqual(
    [first.status, last.status, refused.status, elsewhere.status, waits.status],
    [303, 303, 429, 303, 200],
  )
  assert.equal(refused.headers.get('retry-after'), '3600')
  assert.match(await refused.text(), /HF-LIMIT-0604/)
  const events = await as.store.listAudit(undefined, 1000)
  assert.equal(events.filter(({ reason }) => reason === 'requests_waiting').length, 1)
})
