import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { execute } from '../../src/store/contract/real-postgres.ts'
import { startFleet } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { startPgBouncer } from '../support/pgbouncer.ts'
import type { PgBouncer } from '../support/pgbouncer.ts'
import { startNode } from '../support/postgres-cluster.ts'
import type { PostgresNode } from '../support/postgres-cluster.ts'
import { openLedger } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import { suffer } from './suffer.ts'

const rounds = Number(process.env['HUFU_FAULTS'] ?? 1)

let postgres: PostgresNode
let bouncer: PgBouncer
let fleet: Fleet
let ledger: Ledger

/** Two servers whose statements share few connections, which none of them may count on. */
before(async () => {
  postgres = await startNode()
  await execute(postgres.address(), 'CREATE DATABASE hufu')
  bouncer = await startPgBouncer(postgres.port)
  fleet = await startFleet({ database: bouncer.address('hufu'), size: 2 })
  ledger = await openLedger(fleet.members.map(({ url }) => url))
})

after(async () => {
  ledger?.close()
  await fleet?.remove()
  await bouncer?.stop()
  await postgres?.remove()
})

test('[CD-10] two servers behind PgBouncer in transaction mode refuse nobody', async (t) => {
  // req: CD-02, RT-02
  const stop = ledger.start()
  await pause(3_000 * rounds)
  await stop()
  const asked = ledger.entries.length
  const checked = await ledger.check()

  assert.deepEqual(ledger.problems, [])
  assert.ok(ledger.entries.every(({ outcome }) => outcome === 'good'))
  t.diagnostic(`${asked} answers, none of them an error; ${checked} acknowledged credentials checked, 0 lost`)
})

test('[CD-10] a database behind PgBouncer that is killed under load costs nobody what was acknowledged', async (t) => {
  const killed = async () => {
    await postgres.stop('killed')
    await postgres.start()
    await postgres.untilItWrites()
  }
  for (let round = 0; round < rounds; round += 1) {
    let inTime = false
    for (let count = 0; !inTime && count < 3; count += 1)
      inTime = await suffer(t, ledger, 'killed behind PgBouncer', killed, { before: 1_500, after: 3_500 })
    assert.ok(inTime, 'each answer within 3 s, all well within 2 s of its return')
  }
})
