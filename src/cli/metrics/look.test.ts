import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../base/time.ts'
import { StoreUnavailable } from '../../ports/store.ts'
import type { Store } from '../../ports/store.ts'
import { anEvent } from '../../testing/index.ts'
import { look } from './look.ts'

const storeThat = (listUnsealedAudit: Store['listUnsealedAudit']) => ({ listUnsealedAudit }) as Store

test('metrics are there without the database: it is not asked when it has just not answered, and may fail', async () => {
  const asked: number[] = []
  const store = storeThat(async (limit) => {
    asked.push(limit)
    throw new StoreUnavailable('frozen')
  })

  assert.deepEqual(await look({ store }, false), {
    listener: undefined,
    store: undefined,
    server: undefined,
    unsealed: undefined,
  })
  assert.deepEqual(asked, [])
  assert.equal((await look({ store }, true)).unsealed, undefined)
  assert.deepEqual(asked, [1])
})

test('the audit lags by the age of its oldest event without a seal, never less than nothing', async () => {
  const now = Date.now()
  const lagOf = async (at: number) =>
    (await look({ store: storeThat(async () => [anEvent({ at: instant(at) })]) }, true)).unsealed

  assert.ok(((await lagOf(now - 5000)) ?? 0) >= 5)
  assert.equal(await lagOf(now + 60_000), 0)
  assert.equal((await look({ store: storeThat(async () => []) }, true)).unsealed, 0)
})
