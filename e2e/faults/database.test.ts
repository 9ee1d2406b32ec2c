import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { execute } from '../../src/store/contract/real-postgres.ts'
import { startFleet } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { startNode } from '../support/postgres-cluster.ts'
import type { PostgresNode } from '../support/postgres-cluster.ts'
import { startTcpRelay } from '../support/tcp-relay.ts'
import type { TcpRelay } from '../support/tcp-relay.ts'
import { openLedger } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import { suffer } from './suffer.ts'
import type { Fault } from './suffer.ts'

/** How often each fault happens. */
const rounds = Number(process.env['HUFU_FAULTS'] ?? 1)
/** A machine with other work is slow now and then; a server that is slow is so each time. */
const tries = 3

let primary: PostgresNode
let standby: PostgresNode
let relay: TcpRelay
let fleet: Fleet
let ledger: Ledger

/** Two servers that reach the database by a relay, with a standby that every commit waits for. */
before(async () => {
  primary = await startNode()
  standby = await primary.addStandby()
  await execute(primary.address(), 'CREATE DATABASE hufu')
  relay = await startTcpRelay(primary.port)
  fleet = await startFleet({ database: `postgres://hufu@127.0.0.1:${relay.port}/hufu`, size: 2 })
  ledger = await openLedger(fleet.members.map(({ url }) => url))
})

after(async () => {
  ledger?.close()
  await fleet?.remove()
  await relay?.close()
  await primary?.remove()
})

const restart = async (how: 'fast' | 'immediate' | 'killed', awayMs = 0) => {
  await primary.stop(how)
  await pause(awayMs)
  await primary.start()
  await primary.untilItWrites()
}

const faults: Readonly<Record<string, Fault>> = {
  'is frozen': async () => {
    primary.freeze()
    await pause(4_000)
    primary.thaw()
  },
  'is frozen on the way to it': async () => {
    relay.freeze()
    await pause(4_000)
    relay.thaw()
  },
  'loses all its connections': async () => relay.cut(),
  'is 300 ms away': async () => {
    relay.delay(300)
    await pause(2_000)
    relay.delay(0)
  },
  'is restarted': () => restart('fast', 1_000),
  'is restarted in a hurry': () => restart('immediate'),
  'is killed': () => restart('killed'),
  // The last: the old one does not come back.
  'is killed and replaced by its standby': async () => {
    await primary.stop('killed')
    await pause(300)
    relay.switchTo(standby.port)
    relay.cut()
    await standby.promote()
    await standby.untilItWrites()
  },
}

for (const [name, fault] of Object.entries(faults)) {
  test(`[CD-10] a database that ${name} under load costs nobody what was acknowledged, and every answer meanwhile says to come again`, async (t) => {
    const once = name.includes('replaced')
    for (let round = 0; round < (once ? 1 : rounds); round += 1) {
      let inTime = false
      for (let count = 0; !inTime && count < (once ? 1 : tries); count += 1)
        inTime = await suffer(t, ledger, `a database that ${name}`, fault, { before: 1_500, after: 3_500 })
      assert.ok(inTime, 'each answer within 3 s, all well within 2 s of its return')
    }
  })
}
