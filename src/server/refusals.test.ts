import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '../base/time.ts'
import { StoreUnavailable } from '../ports/store.ts'
import { openSqlite } from '../store/sqlite/index.ts'
import { anEvent, createClock, seededRandom, slowStore } from '../testing/index.ts'
import { settleAll } from './audit-keeping.ts'
import { toldOneByOne, withBoundedRefusals } from './refusals.ts'

const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0)

test('[LG-04] a flood of refusals takes bounded room, and what is written sums up to what was refused', async () => {
  const inner = openSqlite({ file: ':memory:' })
  try {
    const clock = createClock()
    const ports = { store: inner, now: clock.now, random: seededRandom('refusals') }
    const store = withBoundedRefusals(slowStore(inner, seededRandom(1)))
    const refusal = (address: string, reason = 'client_secret_wrong') =>
      store.appendAudit(anEvent({ type: 'client_refused', outcome: 'refused', reason, address, at: clock.now() }))

    await Promise.all(
      Array.from({ length: 2000 }, (_, index) => refusal('192.0.2.1', `document_unfit host${index}.example`)),
    )
    await Promise.all(Array.from({ length: toldOneByOne }, () => refusal('192.0.2.2')))
    await refusal('192.0.2.1', 'client_unknown')
    await store.appendAudit(anEvent({ type: 'token_issued' }))

    assert.equal((await inner.listAudit(undefined, 1000)).length, 2 * toldOneByOne + 2)
    await settleAll(ports)
    clock.advance(seconds(60))
    await settleAll(ports)
    const events = await inner.listAudit(undefined, 1000)
    const beyond = events.filter(({ count }) => count > 1)

    assert.equal(sum(events.map(({ count }) => count)), 2000 + toldOneByOne + 2)
    assert.deepEqual(
      beyond.map(({ type, outcome, reason, address, clientId, count }) => [
        type,
        outcome,
        reason,
        address,
        clientId,
        count,
      ]),
      [['client_refused', 'refused', 'document_unfit', '192.0.2.1', undefined, 2000 - toldOneByOne]],
    )
  } finally {
    await inner.close()
  }
})

test('a refusal that could not be written is an error to whoever refuses, and the next one is written again', async () => {
  const inner = openSqlite({ file: ':memory:' })
  try {
    let broken = true
    const store = withBoundedRefusals({
      ...inner,
      appendRefusals: async (...given) => {
        if (broken) throw new StoreUnavailable('frozen')
        await inner.appendRefusals(...given)
      },
    })
    const refused = anEvent({ outcome: 'refused' })
    await assert.rejects(store.appendAudit(refused), StoreUnavailable)
    broken = false
    await store.appendAudit(refused)

    assert.deepEqual(await inner.listAudit(undefined, 10), [refused])
  } finally {
    await inner.close()
  }
})
