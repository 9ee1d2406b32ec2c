import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startFleet } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { startNode } from '../support/postgres-cluster.ts'
import type { PostgresNode } from '../support/postgres-cluster.ts'
import { openLedger } from '../faults/ledger.ts'
import type { Ledger } from '../faults/ledger.ts'
import { suffer } from '../faults/suffer.ts'

/*
 * The short form of e2e/faults/database.test.ts; its times are printed and not judged.
 */

let postgres: PostgresNode
let fleet: Fleet
let ledger: Ledger

before(async () => {
  postgres = await startNode({ settings: { fsync: 'off' } })
  fleet = await startFleet({ database: postgres.address(), size: 2 })
  ledger = await openLedger(
    fleet.members.map(({ url }) => url),
    { clients: 3 },
  )
})

after(async () => {
  ledger?.close()
  await fleet?.remove()
  await postgres?.remove()
})

test('[CD-10] two servers whose database is killed under load lose nothing that they acknowledged, and say to come again until it is back', async (t) => {
  const killed = async () => {
    await postgres.stop('killed')
    await pause(300)
    await postgres.start()
  }
  await suffer(t, ledger, 'a database that is killed', killed, { before: 500, after: 500 })
})
