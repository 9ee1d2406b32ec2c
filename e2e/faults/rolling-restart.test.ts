import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startBalancer } from '../support/balancer.ts'
import type { Balancer } from '../support/balancer.ts'
import { startFleet } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { startNode } from '../support/postgres-cluster.ts'
import type { PostgresNode } from '../support/postgres-cluster.ts'
import { openLedger } from './ledger.ts'
import type { Ledger } from './ledger.ts'

const rounds = Number(process.env['HUFU_FAULTS'] ?? 1)

let postgres: PostgresNode
let fleet: Fleet
let balancer: Balancer

before(async () => {
  postgres = await startNode({ settings: { fsync: 'off' } })
  // Ten times as long as the balancer takes to notice.
  fleet = await startFleet({ database: postgres.address(), size: 2, config: { shutdownDelay: 1 } })
  balancer = await startBalancer(fleet.members.map(({ url }) => url))
})

after(async () => {
  await balancer?.close()
  await fleet?.remove()
  await postgres?.remove()
})

const allReady = async () => {
  while (balancer.ready().length < fleet.members.length) await pause(20)
}

async function restartAll(): Promise<number> {
  for (const member of fleet.members) {
    await allReady()
    await pause(500)
    assert.equal(await member.stop(), 0)
    await member.start()
  }
  await allReady()
  await pause(500)

  return fleet.members.length
}

const ways: Readonly<Record<string, () => Promise<Ledger>>> = {
  'a balancer that obeys /readyz': () => openLedger([balancer.url]),
  'connections that clients keep, and make anew elsewhere when they are told to': () =>
    openLedger(
      fleet.members.map(({ url }) => url),
      { elsewhere: true },
    ),
}

for (const [way, open] of Object.entries(ways)) {
  test(`two servers are restarted one after the other under load by way of ${way}, and no request fails`, async (t) => {
    const ledger = await open()
    try {
      const stop = ledger.start()
      let restarts = 0
      for (let round = 0; round < rounds; round += 1) restarts += await restartAll()
      await stop()
      const asked = ledger.entries.length
      const bad = ledger.entries.filter(({ outcome }) => outcome !== 'good')
      const failed = bad.length
      const checked = await ledger.check()

      assert.deepEqual(ledger.problems, [])
      t.diagnostic(
        `rolling restart by way of ${way}: ${restarts} restarts, ${asked} requests, ${failed} failed; ${checked} acknowledged credentials checked, 0 lost`,
      )
      assert.equal(
        failed,
        0,
        bad.map(({ outcome, at, cutBy }) => `${at.toFixed(1)}: ${outcome} ${cutBy ?? ''}`).join('; '),
      )
      assert.ok(checked > 20, 'the load was real')
    } finally {
      ledger.close()
    }
  })
}
