import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startFleet } from '../support/fleet.ts'
import type { FleetOptions, FleetMember } from '../support/fleet.ts'
import { startNode } from '../support/postgres-cluster.ts'
import { mountSmallDisk } from '../support/small-disk.ts'
import type { SmallDisk } from '../support/small-disk.ts'
import { openLedger } from './ledger.ts'
import { suffer } from './suffer.ts'

const rounds = Number(process.env['HUFU_FAULTS'] ?? 1)

/** Milliseconds that the disk is of no use. */
const away = 2_000

async function sufferFrom(
  t: TestContext,
  name: string,
  options: FleetOptions,
  fault: (member: FleetMember) => Promise<void>,
): Promise<void> {
  const fleet = await startFleet(options)
  const ledger = await openLedger(fleet.members.map(({ url }) => url))
  try {
    for (let round = 0; round < rounds; round += 1) {
      const before = ledger.entries.length
      let inTime = false
      for (let count = 0; !inTime && count < 3; count += 1)
        inTime = await suffer(t, ledger, name, () => fault(fleet.members[0]!), { before: 1_000, after: 3_000 })
      assert.ok(
        ledger.entries.slice(before).some(({ outcome }) => outcome === 'unavailable'),
        'the fault was felt',
      )
      assert.ok(inTime, 'each answer within 3 s, all well within 2 s of its end')
    }
  } finally {
    ledger.close()
    await fleet.remove()
  }
}

const full = (disk: SmallDisk) => async () => {
  const until = performance.now() + away
  // What is freed meanwhile is taken too.
  for (; performance.now() < until; await pause(50)) disk.fill()
  disk.free()
}

test('[CD-10] a server whose disk is full refuses with 503, goes on when there is space again, and has lost nothing', async (t) => {
  const disk = mountSmallDisk(64)
  try {
    await sufferFrom(t, 'SQLite on a full disk', { data: join(disk.folder, 'data') }, full(disk))
  } finally {
    disk.remove()
  }
})

test('[CD-10] a server that gets an error at every write refuses with 503, goes on when it may write again, and has lost nothing', async (t) => {
  const limit = (pid: number | undefined, bytes: string) =>
    void execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])

  await sufferFrom(t, 'SQLite that may not write', {}, async (member) => {
    limit(member.process().pid, '0')
    await pause(away)
    limit(member.process().pid, 'unlimited')
  })
})

test('[CD-10] servers whose database has a full disk refuse with 503, go on when there is space again, and have lost nothing', async (t) => {
  const disk = mountSmallDisk(400)
  const postgres = await startNode({ folder: disk.folder, settings: { max_wal_size: '64MB', min_wal_size: '32MB' } })
  const fill = full(disk)
  try {
    await sufferFrom(t, 'PostgreSQL on a full disk', { database: postgres.address(), size: 2 }, async () => {
      await fill()
      await postgres.untilItWrites()
    })
  } finally {
    await postgres.remove()
    disk.remove()
  }
})
