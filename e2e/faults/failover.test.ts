import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { execute } from '../../src/store/contract/real-postgres.ts'
import { startFleet } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { startNode } from '../support/postgres-cluster.ts'
import type { PostgresNode } from '../support/postgres-cluster.ts'
import { openLedger } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import { suffer } from './suffer.ts'

let primary: PostgresNode
let standby: PostgresNode
let fleet: Fleet
let ledger: Ledger

/** Two servers that know the addresses of both nodes, with nothing in between that would choose for them. */
before(async () => {
  primary = await startNode()
  standby = await primary.addStandby()
  await execute(primary.address(), 'CREATE DATABASE hufu')
  const hosts = [primary, standby].map(({ port }) => `127.0.0.1:${port}`).join(',')
  fleet = await startFleet({ database: `postgres://hufu@${hosts}/hufu`, size: 2 })
  ledger = await openLedger(fleet.members.map(({ url }) => url))
})

after(async () => {
  ledger?.close()
  await fleet?.remove()
  await primary?.remove()
})

test('[CD-10] servers that know both nodes of a database find the one that was promoted, and nothing acknowledged is lost', async (t) => {
  const replaced = async () => {
    await primary.stop('killed')
    await pause(300)
    await standby.promote()
    await standby.untilItWrites()
  }
  const name = 'a database that is killed and replaced by its standby, whose address the servers know'
  const inTime = await suffer(t, ledger, name, replaced, { before: 1_500, after: 3_500 })

  assert.ok(inTime, 'each answer within 3 s, all well within 2 s of its return')
})
