import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { startPostgres } from '../../src/store/contract/real-postgres.ts'
import { startFleet } from '../support/fleet.ts'
import { openLedger } from './ledger.ts'

/** Seconds of load in each state of the upgrade. */
const seconds = Number(process.env['HUFU_FAULTS'] ?? 1)

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const newer = ['--import', fileURLToPath(new URL('../support/further-steps.ts', import.meta.url))]

/** `hufu` to its end. @param flags {@link newer} for one that knows further steps */
async function hufu(flags: readonly string[], args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [...flags, main, ...args], { env: { ...process.env, ...env } })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const [exit] = (await once(child, 'close')) as [number | null]

  return { exit, out, err }
}

test('servers of two versions serve one PostgreSQL database under load while its schema is migrated, and no request fails', async (t) => {
  const postgres = await startPostgres()
  t.after(() => postgres.stop())
  const database = await postgres.createDatabase()
  const env = { HUFU_DATABASE: database }
  const old = await startFleet({ database, size: 2, config: { shutdownDelay: 1 } })
  t.after(() => old.remove())
  const [first, second] = [old.members[0]!, old.members[1]!]
  const ledger = await openLedger([first.url, second.url], { elsewhere: true })
  t.after(() => ledger.close())
  const stop = ledger.start()
  const aWhile = () => pause(seconds * 1000)
  await aWhile()

  // Somebody's forgotten session holds a lock on a table that every request reads.
  const forgotten = new pg.Client({ connectionString: database })
  await forgotten.connect()
  await forgotten.query('BEGIN; SELECT FROM clients LIMIT 1')
  const migrating = hufu(newer, ['db', 'migrate', '--json'], env)
  await aWhile()
  await forgotten.query('ROLLBACK')
  await forgotten.end()
  const migrated = await migrating
  assert.equal(migrated.exit, 0, migrated.err)
  const { applied } = JSON.parse(migrated.out) as { applied: readonly number[] }
  assert.equal(applied.length, 1)
  await aWhile()

  // The new one comes beside them and takes over from each in turn.
  const fresh = await startFleet({
    database,
    data: join(old.folder, 'data'),
    flags: newer,
    config: { shutdownDelay: 1 },
  })
  t.after(() => fresh.remove())
  const both = await openLedger([fresh.members[0]!.url], { clients: 3 })
  t.after(() => both.close())
  const stopBoth = both.start()
  await aWhile()
  const waiting = await hufu(newer, ['db', 'migrate', '--json'], { ...env, HUFU_TEST_STEPS: '2' })
  assert.equal(await first.stop(), 0)
  await aWhile()
  await stop()
  const checked = await ledger.check()
  assert.equal(await second.stop(), 0)
  await stopBoth()
  const checkedNew = await both.check()

  const entries = [...ledger.entries, ...both.entries]
  const failed = entries.filter(({ outcome }) => outcome !== 'good').length
  t.diagnostic(
    `upgrade of the schema under load: ${entries.length} requests, ${failed} failed; ${checked + checkedNew} acknowledged credentials checked`,
  )
  assert.deepEqual([...ledger.problems, ...both.problems], [])
  assert.equal(failed, 0)
  assert.ok(checked > 10 && checkedNew > 5, 'the load was real')
  assert.deepEqual([waiting.exit, /HF-DB-0808/.test(waiting.err)], [6, true], waiting.err)

  // What the old ones cannot live with is done when they are gone, and then they do not come back.
  assert.equal(await fresh.members[0]!.stop(), 0)
  const done = await hufu(newer, ['db', 'migrate'], { ...env, HUFU_TEST_STEPS: '2' })
  assert.equal(done.exit, 0, done.err)
  await assert.rejects(
    second.start(),
    /ended with 3: .*HF-DB-0801.*\n.*was made by a newer Hufu \(schema step \d+\): update Hufu/,
  )
})
