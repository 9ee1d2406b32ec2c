import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { execute } from '../../src/store/contract/real-postgres.ts'
import { startFleet } from '../support/fleet.ts'
import { startPgBouncer } from '../support/pgbouncer.ts'
import { startNode } from '../support/postgres-cluster.ts'
import { openLedger } from './ledger.ts'

const events = 100_000 * Number(process.env['HUFU_FAULTS'] ?? 1)

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
/** Little, so that what grows with the database does not go unnoticed. */
const memoryMiB = 100

test('hufu db looks after a large database through PgBouncer while a server is under load, and moves it to a file', async (t) => {
  const postgres = await startNode({ settings: { fsync: 'off' } })
  t.after(() => postgres.remove())
  for (const name of ['hufu', 'moved']) await execute(postgres.address(), `CREATE DATABASE ${name}`)
  const bouncer = await startPgBouncer(postgres.port)
  t.after(() => bouncer.stop())
  const data = mkdtempSync(join(tmpdir(), 'hufu-upkeep-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const [there, back] = [join(data, 'there.backup'), join(data, 'back.backup')]
  const hufu = (database: string | undefined, ...args: string[]) => {
    const env = { ...process.env, ...(database !== undefined && { HUFU_DATABASE: bouncer.address(database) }) }
    const flags = [`--max-old-space-size=${memoryMiB}`, main, 'db', ...args, '--json', '--data', data]
    const ran = spawnSync(process.execPath, flags, { encoding: 'utf8', env })
    assert.equal(ran.status, 0, `${args.join(' ')}: ${ran.stderr}`)

    return JSON.parse(ran.stdout) as Record<string, unknown>
  }

  assert.deepEqual(hufu('hufu', 'migrate'), { applied: [1], waiting: [] })
  await execute(postgres.address('hufu'), manyEvents)
  const fleet = await startFleet({ database: bouncer.address('hufu') })
  t.after(() => fleet.remove())
  const ledger = await openLedger([fleet.members[0]!.url])
  t.after(() => ledger.close())
  const stop = ledger.start()
  const begun = performance.now()
  const made = hufu('hufu', 'backup', there) as { rows: { audit: number } }
  const took = performance.now() - begun
  const status = hufu('hufu', 'status') as { instances: unknown[] }
  hufu('hufu', 'prune')
  await stop()
  assert.equal(await fleet.members[0]!.stop(), 0)
  const restored = performance.now()
  hufu('moved', 'restore', there, '--end', 'all')
  const restoring = performance.now() - restored
  hufu('moved', 'backup', back)
  hufu(undefined, 'restore', back, '--end', 'all')

  assert.ok(made.rows.audit >= events)
  assert.equal(status.instances.length, 1)
  assert.deepEqual(ledger.problems, [])
  assert.equal(ledger.entries.filter(({ outcome }) => outcome !== 'good').length, 0)
  const moved = hufu(undefined, 'status') as { tables: { table: string; rows: number }[] }
  assert.equal(moved.tables.find(({ table }) => table === 'audit')?.rows, made.rows.audit + 2)
  t.diagnostic(
    `hufu db through PgBouncer: ${made.rows.audit} events in ${Math.round(statSync(there).size / 1_048_576)} MiB; ` +
      `backup ${(took / 1000).toFixed(1)} s under load, restore ${(restoring / 1000).toFixed(1)} s, ${memoryMiB} MiB of heap`,
  )
})

/** With a seal for each ten, as a server that is hardly busy makes them. */
const manyEvents = `
  INSERT INTO audit_seals SELECT number, 1, decode(repeat('00', 80), 'hex'), '\\x00', '\\x00', '\\x00'
    FROM generate_series(1, ${events / 10}) AS number;
  INSERT INTO audit (id, at, type, outcome, client_id, subject, address, request_id, count, seal)
    SELECT decode(lpad(to_hex(number), 32, '0'), 'hex'), 1, 'token_issued', 'done', 'racer', 'somebody', '192.0.2.1',
      md5(number::text), 1, 1 + (number - 1) / 10
    FROM generate_series(1, ${events}) AS number
`
