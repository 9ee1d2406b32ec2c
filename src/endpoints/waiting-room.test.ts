import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '../base/time.ts'
import type { Quota } from '../ports/store.ts'
import { aTransaction, createClock, aSettings } from '../testing/index.ts'
import { createWaitingRoom, maxWaiting } from './waiting-room.ts'

test('[RQ-07] in all no more wait than the disk can bear, and an address that is not known is not held to account', async () => {
  const clock = createClock()
  const quotas: (Quota | undefined)[] = []
  let waiting = maxWaiting - 1
  const store = {
    countWaiting: async (limit: number) => Math.min(limit, waiting),
    saveTransaction: async (_: unknown, quota?: Quota) => {
      quotas.push(quota)
      return 'done' as const
    },
  }
  const keep = createWaitingRoom({ store: store as never, settings: aSettings(), now: clock.now })

  assert.equal(await keep(aTransaction(), '192.0.2.7'), 'done')
  waiting = maxWaiting
  assert.equal(await keep(aTransaction(), 'unknown'), 'done', 'it looks again after a while')
  clock.advance(seconds(5))
  assert.equal(await keep(aTransaction(), '192.0.2.7'), 60)
  waiting = 0
  clock.advance(seconds(5))
  assert.equal(await keep(aTransaction(), '192.0.2.7'), 'done')
  assert.deepEqual(
    quotas.map((quota) => quota?.key),
    ['waiting 192.0.2.7', undefined, 'waiting 192.0.2.7'],
  )
})
