import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../base/time.ts'
import type { SealedEvent } from '../ports/audit-store.ts'
import type { AuditEvent } from '../protocol/audit-event.ts'
import { auditLine, describePruned, makeSeal } from '../protocol/audit-seal.ts'
import type { AuditSeal } from '../protocol/audit-seal.ts'
import { anEvent, anId, morning } from '../testing/index.ts'
import { verifyAudit } from './verify.ts'
import type { Head } from './verify.ts'

const key = new Uint8Array(32).fill(1)
const events = Array.from({ length: 6 }, (_, index) => anEvent({ reason: `event ${index}`, authorizationId: anId() }))

/** Three seals of two events each. */
function aChain() {
  const seals: AuditSeal[] = []
  const rows: SealedEvent[] = events.map((event, index) => ({ seal: Math.floor(index / 2) + 1, event }))
  for (const number of [1, 2, 3]) {
    const own = rows.filter(({ seal }) => seal === number).map(({ event }) => event)
    seals.push(makeSeal(key, seals.at(-1), own.map(auditLine), instant(morning + number)))
  }

  return { seals, rows, unsealed: [] as AuditEvent[] }
}

type Chain = ReturnType<typeof aChain>

const verify = ({ seals, rows, unsealed }: Chain, remembered?: Head, with_ = key) =>
  verifyAudit(
    {
      listAuditSeals: async (after, limit) => seals.filter(({ number }) => number > after).slice(0, limit),
      listSealedAudit: async (first, last) => rows.filter(({ seal }) => seal >= first && seal <= last),
      listUnsealedAudit: async () => unsealed,
    },
    with_,
    remembered,
  )

const findings = async (...given: Parameters<typeof verify>) => (await verify(...given)).findings

test('[LG-05] a chain that nobody touched verifies, and tells what there is', async () => {
  const chain = { ...aChain(), unsealed: [anEvent()] }
  const { hash } = chain.seals[2]!

  assert.deepEqual(await verify(chain, { seal: 2, hash: chain.seals[1]!.hash }), {
    sealed: 6,
    unsealed: 1,
    seals: 3,
    prunedThrough: 0,
    head: { seal: 3, hash },
    findings: [],
  })
})

test('[LG-05] whatever member of an event is changed, the event is named', async () => {
  const other: Required<{ [Name in keyof AuditEvent]: unknown }> = {
    id: anId(),
    at: instant(morning + 1),
    type: 'sign_in',
    outcome: 'refused',
    reason: undefined,
    clientId: 'another',
    subject: undefined,
    authorizationId: undefined,
    address: '192.0.2.8',
    requestId: anId(),
    grantType: undefined,
    scope: 'orders.write',
    resource: undefined,
    actor: 'somebody',
    count: 2,
  }
  for (const [name, value] of Object.entries(other)) {
    const chain = aChain()
    const changed = { ...events[2]!, [name]: value }
    chain.rows[2] = { seal: 2, event: changed }

    assert.deepEqual(await findings(chain), [{ kind: 'event_changed', seal: 2, event: changed.id }], name)
  }
})

test('[LG-05] an event that was removed, added, put elsewhere or out of order is found', async () => {
  const [removed, added, moved, turned] = [aChain(), aChain(), aChain(), aChain()]
  removed.rows.splice(3, 1)
  const extra = anEvent()
  added.rows.splice(1, 0, { seal: 1, event: extra })
  moved.rows.splice(2, 1, { seal: 1, event: events[2]! })
  turned.rows.splice(0, 2, { seal: 1, event: events[1]! }, { seal: 1, event: events[0]! })

  assert.deepEqual(await findings(removed), [{ kind: 'event_removed', seal: 2, place: 2 }])
  assert.deepEqual(await findings(added), [{ kind: 'event_added', seal: 1, event: extra.id }])
  assert.deepEqual(await findings(moved), [
    { kind: 'event_added', seal: 1, event: events[2]!.id },
    { kind: 'event_removed', seal: 2, place: 1 },
  ])
  assert.deepEqual(await findings(turned), [{ kind: 'order_changed', seal: 1 }])
})

test('[LG-05] a seal that was changed, removed or made without the key is found', async () => {
  for (const change of [
    { sealedAt: instant(morning) },
    { hash: '0'.repeat(64) },
    { mac: '0'.repeat(64) },
    { eventsHash: '0'.repeat(64) },
    { marks: [] },
  ]) {
    const chain = aChain()
    chain.seals[1] = { ...chain.seals[1]!, ...change }
    assert.ok((await findings(chain)).some(({ kind, seal }) => kind === 'seal_changed' && seal === 2))
  }
  const gap = aChain()
  gap.seals.splice(0, 1)
  const forged = aChain()
  forged.seals[2] = makeSeal(new Uint8Array(32), forged.seals[1], [auditLine(events[5]!)], instant(morning))
  forged.rows.splice(4, 1)

  assert.deepEqual(await findings(gap), [{ kind: 'seal_missing', seal: 1 }])
  assert.deepEqual(await findings(forged), [{ kind: 'seal_changed', seal: 3 }])
})

test('[LG-05] a seal with its events that follows on another history of the same server is found', async () => {
  const chain = aChain()
  const elsewhere = makeSeal(key, undefined, [auditLine(anEvent())], instant(morning))
  const own = [events[2]!, anEvent()]
  chain.seals.splice(1, 2, makeSeal(key, elsewhere, own.map(auditLine), instant(morning + 2)))
  chain.rows.splice(2, 4, ...own.map((event) => ({ seal: 2, event })))

  assert.deepEqual(await findings(chain), [{ kind: 'seal_changed', seal: 2 }])
})

test('[LG-05] only a remembered head finds that the end was cut off, and that another chain was put in its place', async () => {
  const whole = aChain()
  const head = { seal: 3, hash: whole.seals[2]!.hash }
  const cut = aChain()
  cut.seals.pop()
  cut.rows.splice(4)

  assert.deepEqual(await findings(cut), [])
  assert.deepEqual(await findings(cut, head), [{ kind: 'head_missing', seal: 3 }])
  assert.deepEqual(await findings(whole, { ...head, hash: '0'.repeat(64) }), [{ kind: 'head_differs', seal: 3 }])
})

test('[LG-05] what was removed when its time was over is no fault, unless somebody without the key says so', async () => {
  const pruned = aChain()
  pruned.rows.splice(0, 3)
  const tells = (reason: string) => [anEvent({ type: 'audit_pruned', reason })]
  const honest = describePruned(key, 2)

  assert.deepEqual(await findings({ ...pruned, unsealed: tells(honest) }), [])
  assert.equal((await verify({ ...pruned, unsealed: tells(honest) })).prunedThrough, 2)
  for (const lie of [
    describePruned(key, 1),
    describePruned(new Uint8Array(32), 2),
    honest.replace('through 2', 'through 3'),
    'through 2',
  ])
    assert.notDeepEqual(await findings({ ...pruned, unsealed: tells(lie) }), [], lie)
})
