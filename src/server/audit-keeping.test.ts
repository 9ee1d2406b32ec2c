import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pruneOld } from '../audit/retention.ts'
import { sealAll } from '../audit/sealer.ts'
import { verifyAudit } from '../audit/verify.ts'
import { seconds } from '../base/time.ts'
import { openSqlite } from '../store/sqlite/index.ts'
import { anEvent, createClock, seededRandom } from '../testing/index.ts'

const key = new Uint8Array(32).fill(3)

test('[LG-05] all events get seals, many at once in several, and what is old leaves without a false alarm', async () => {
  const store = openSqlite({ file: ':memory:' })
  try {
    const clock = createClock()
    const { now } = clock
    const ports = { store, now, random: seededRandom('audit') }
    for (let count = 0; count < 450; count += 1) await store.appendAudit(anEvent())
    await sealAll(store, key, now)
    clock.advance(seconds(100))
    const young = anEvent({ reason: 'young' })
    await store.appendAudit(young)
    await sealAll(store, key, now)

    assert.deepEqual(
      (await store.listAuditSeals(0, 10)).map(({ marks }) => marks.length),
      [200, 200, 50, 1],
    )
    await pruneOld(ports, key, seconds(101))
    assert.equal((await verifyAudit(store, key, undefined)).sealed, 451, 'nothing is old enough')

    await pruneOld(ports, key, seconds(100))
    const { sealed, unsealed, prunedThrough, findings } = await verifyAudit(store, key, undefined)
    assert.deepEqual([sealed, unsealed, prunedThrough, findings], [1, 1, 3, []])
    assert.deepEqual(
      (await store.listAudit(undefined, 10)).map(({ type, reason }) => (reason === 'young' ? 'young' : type)),
      ['young', 'audit_pruned'],
    )
  } finally {
    await store.close()
  }
})
