import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { instant } from '../../base/time.ts'
import type { Instant } from '../../base/time.ts'
import type { Store } from '../../ports/store.ts'
import type { AuditEvent } from '../../protocol/audit-event.ts'
import { holds, isNext, makeSeal } from '../../protocol/audit-seal.ts'
import type { AuditSeal } from '../../protocol/audit-seal.ts'
import { anEvent, anId, morning } from '../../testing/index.ts'
import { atOnce, countOf, within } from './suite.ts'
import type { Suite } from './suite.ts'

/** Of all chains of the tests. */
export const sealKey = new Uint8Array(32).fill(7)

/** What JSON can write in more than one way, and what is long in UTF-8: whoever makes the text of an event, it is the same. */
const odd = `"\\/\b\f\n\r\t\u0001\u001f\u007f\u2028\u2029 虎符 😀`

/** Puts on one seal. */
export const sealNow = (store: Store, limit = 1000, at: Instant = morning) =>
  store.sealAudit(limit, (previous, lines) => makeSeal(sealKey, previous, lines, at))

/** That the chain is whole, and every event is in it once; returns those of each seal. */
export async function checkChain(store: Store): Promise<readonly (readonly AuditEvent[])[]> {
  const found: (readonly AuditEvent[])[] = []
  let previous: AuditSeal | undefined
  for (;;) {
    const [seal] = await store.listAuditSeals(previous?.number ?? 0, 1)
    if (seal === undefined) break
    const sealed = await store.listSealedAudit(seal.number, seal.number)
    const events = sealed.map(({ event }) => event)
    assert.ok(isNext(sealKey, seal, previous), `seal ${seal.number} does not follow`)
    assert.ok(holds(seal, events), `seal ${seal.number} has other events`)
    assert.equal(seal.marks.length, events.length)
    assert.ok(sealed.every((each) => each.seal === seal.number))
    found.push(events)
    previous = seal
  }
  const ids = found.flat().map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)

  return found
}

/** The chain of seals, refusals that are counted, and what leaves when its time is over. */
export function describeAudit({ name, open, test }: Suite): void {
  test(
    `${name}: [LG-05] the next seal is put on the events that have none, as many as are asked for, and is read by all`,
    within(open, async ({ store, each }) => {
      const events = Array.from({ length: 5 }, () => anEvent({ authorizationId: anId(), reason: odd }))
      for (const event of events) await store.appendAudit(event)

      assert.deepEqual(await each(1).listUnsealedAudit(1000), events)
      assert.equal(await store.findNewestSeal(), undefined)
      const first = await each(1).sealAudit(3, (previous, lines) => makeSeal(sealKey, previous, lines, morning))
      const second = await sealNow(store, 3)

      assert.equal(await sealNow(each(1)), undefined)
      assert.deepEqual(await each(1).listAuditSeals(0, 1000), [first, second])
      assert.deepEqual(await store.listAuditSeals(1, 1), [second])
      assert.deepEqual(await each(1).findNewestSeal(), second)
      assert.deepEqual(await checkChain(each(1)), [events.slice(0, 3), events.slice(3)])
      assert.deepEqual(
        (await store.listSealedAudit(1, 2)).map(({ seal }) => seal),
        [1, 1, 1, 2, 2],
      )
      assert.deepEqual(await store.listUnsealedAudit(1000), [])
    }),
  )

  test(
    `${name}: [LG-05] an event of an hour ago that comes late gets the next seal, and no false alarm`,
    within(open, async ({ store, each }) => {
      const late = anEvent({ at: instant(morning - 3_600_000) })
      const [early, early2, ahead] = [anEvent(), anEvent(), anEvent({ at: instant(morning + 3_600_000) })]
      await store.appendAudit(early)
      await store.appendAudit(ahead)
      await sealNow(store)
      await each(1).appendAudit(late)
      await each(1).appendAudit(early2)
      await sealNow(each(1), 1000, instant(morning - 3_600_000))

      assert.deepEqual(
        (await checkChain(store)).map((events) => new Set(events)),
        [new Set([early, ahead]), new Set([late, early2])],
      )
    }),
  )

  test(
    `${name}: [LG-05] what is written while several put seals on gets one seal each, in one chain`,
    within(open, async ({ store, each }) => {
      let writing = true
      const sealing = atOnce(4, async (index) => {
        while (writing) {
          await sealNow(each(index), 7)
          await setImmediate()
        }
      })
      const events = Array.from({ length: 120 }, () => anEvent())
      await Promise.all(events.map((event, index) => each(index).appendAudit(event)))
      writing = false
      await sealing
      await sealNow(store)

      assert.deepEqual(await store.listUnsealedAudit(1000), [])
      assert.deepEqual(new Set((await checkChain(each(1))).flat()), new Set(events))
    }),
  )

  test(
    `${name}: [LG-04] of refusals alike the first are written and the others counted, and the sum is what was refused`,
    within(open, async ({ store, each }) => {
      const quota = { key: 'token_refused 192.0.2.7', limit: 4, windowEnd: instant(morning + 60_000) }
      const refusal = () => anEvent({ type: 'token_refused', outcome: 'refused', reason: 'code_unknown' })
      await atOnce(15, (index) => each(index).appendRefusals([refusal(), refusal()], quota))
      await store.appendRefusals([refusal()], { ...quota, key: 'another' })

      assert.equal((await store.listAudit(undefined, 1000)).length, 5)
      const describe = ({ type, reason }: AuditEvent, count: number) => anEvent({ type, reason, count })
      assert.equal(await store.settleRefusals(instant(morning + 59_999), 10, describe), 0)
      const settled = await atOnce(4, (index) => each(index).settleRefusals(quota.windowEnd, 10, describe))

      const events = await each(1).listAudit(undefined, 1000)
      assert.equal(
        settled.reduce((sum, count) => sum + count, 0),
        2,
      )
      assert.deepEqual(
        events.map(({ count }) => count).toSorted((one, other) => one - other),
        [1, 1, 1, 1, 1, 26],
      )
      assert.ok(events.every(({ type, reason }) => type === 'token_refused' && reason === 'code_unknown'))

      await store.appendRefusals([refusal()], quota)
      assert.equal((await store.listAudit(undefined, 1000)).length, 7, 'a count that was written begins anew')
    }),
  )

  test(
    `${name}: refusals and their count are written both or not at all`,
    within(open, async ({ store, each }) => {
      const quota = { key: 'k', limit: 1, windowEnd: instant(morning + 60_000) }
      const taken = anEvent()
      await store.appendAudit(taken)

      await assert.rejects(store.appendRefusals([taken], quota))
      await each(1).appendRefusals([anEvent()], quota)

      assert.equal((await store.listAudit(undefined, 10)).length, 2)
    }),
  )

  test(
    `${name}: [LG-05] what is old leaves by whole seals, the seals stay, and numbers are never given again`,
    within(open, async ({ store, each }) => {
      const [first, second] = [anEvent(), anEvent()]
      await store.appendAudit(first)
      await sealNow(store, 1000, morning)
      await store.appendAudit(second)
      await sealNow(store, 1000, instant(morning + 1000))
      const unsealed = anEvent()

      assert.equal(await store.findOldAudit(instant(morning - 1)), undefined)
      assert.equal(await each(1).findOldAudit(instant(morning + 999)), 1)
      assert.equal(await store.pruneAudit(1, 10), 1)
      assert.equal(await store.findOldAudit(instant(morning + 999)), undefined)
      assert.deepEqual(await each(1).listAudit(undefined, 10), [second])
      assert.equal(await each(1).findOldAudit(instant(morning + 1000)), 2)
      assert.deepEqual(
        await atOnce(2, (index) => each(index).pruneAudit(2, 10)).then((all) => countOf(all, Boolean)),
        1,
      )

      await store.appendAudit(unsealed)
      assert.deepEqual(await store.listUnsealedAudit(10), [unsealed])
      await sealNow(each(1))
      assert.equal((await store.listAuditSeals(0, 10)).length, 3)
      assert.deepEqual(await store.listSealedAudit(1, 3), [{ seal: 3, event: unsealed }])
    }),
  )
}
