import { setTimeout as pause } from 'node:timers/promises'
import { checksumOf, doableBeside, findPending } from '../migration.ts'
import type { AppliedStep, Migration } from '../migration.ts'
import { aliveMs } from '../retention.ts'
import type { Database, Run } from './database.ts'
import { isLockRefused, isTableMissing } from './errors.ts'
import { plain, sql } from './sql.ts'
import type { RunningInstance } from '../upkeep.ts'

/** Any number will do, so long as no other program uses the same one in the same database: "HuFu". */
export const migrationLock = 0x48754675

/** A step that waits for a lock holds up whoever comes after it: so it gives up soon, and tries again. */
const lockTimeoutMs = 500
const maxAttempts = 240
const pauseMs = 250

const subject = 'the database'

/** @property steps transactions with as much time as they need, for the steps alone */
export type MigrationDatabase = Database & { readonly steps: Database['transaction'] }

/**
 * Brings the database up to the newest step that every instance which runs can live with, each step in a transaction
 * of its own: of several instances that start at once, the others wait and then find nothing to do. Throws for one
 * that needs a newer Hufu, and one whose earlier steps were others than ours; such a database is not touched.
 *
 * @returns the steps that wait for other instances
 */
export async function migrate(
  database: MigrationDatabase,
  migrations: readonly Migration[],
  onStep: (done: Migration) => void = () => {},
): Promise<readonly Migration[]> {
  for (;;) {
    const pending = await loadPending(database.run, migrations)
    if (pending.length === 0) return pending
    const [next] = doableBeside(await loadRunning(database.run), pending)
    if (next === undefined) return pending
    if (await applyNext(database, migrations)) onStep(next)
  }
}

/** The steps that the database lacks; throws as {@link migrate}. */
export const loadPending = async (run: Run, migrations: readonly Migration[]) =>
  findPending(await loadApplied(run), migrations, subject)

export async function loadApplied(run: Run): Promise<readonly AppliedStep[]> {
  return unlessMissing(run, 'SELECT number, checksum, requires FROM migrations ORDER BY number')
}

/** What every database has besides the steps: which there were, who works on it, and what `EpochStore` speaks of. */
const ownTables = `
  CREATE TABLE IF NOT EXISTS migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    requires integer NOT NULL DEFAULT 0,
    applied_at timestamptz NOT NULL DEFAULT now()
  );

  CREATE TABLE IF NOT EXISTS instances (
    id text PRIMARY KEY,
    version text NOT NULL,
    step integer NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now()
  );

  CREATE TABLE IF NOT EXISTS epoch (
    database_id text NOT NULL DEFAULT replace(gen_random_uuid()::text, '-', ''),
    valid_after bigint NOT NULL DEFAULT 0,
    mark bigint NOT NULL DEFAULT 0,
    backed_up_at bigint
  );
  INSERT INTO epoch SELECT WHERE NOT EXISTS (SELECT FROM epoch);
`

/** The instances that were seen of late, with the newest step that each knows. */
export const loadAlive = (run: Run): Promise<readonly RunningInstance[]> =>
  unlessMissing(
    run,
    `SELECT id, version, step, (extract(epoch FROM seen_at) * 1000)::bigint AS "seenAt"
    FROM instances WHERE seen_at > now() - interval '${aliveMs} milliseconds' ORDER BY seen_at`,
  )

/** Which step each of them knows. */
export const loadRunning = async (run: Run): Promise<readonly number[]> =>
  (await loadAlive(run)).map(({ step }) => step)

async function unlessMissing<Row>(run: Run, statement: string): Promise<readonly Row[]> {
  try {
    return (await run(plain(statement))).rows as readonly Row[]
  } catch (error) {
    if (isTableMissing(error)) return []
    throw error
  }
}

/** False if another instance was faster. */
async function applyNext({ steps }: MigrationDatabase, migrations: readonly Migration[]): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await steps(async ({ run }) => {
        await run(plain(`SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = ${lockTimeoutMs}`))
        await run(sql`SELECT pg_advisory_xact_lock(${migrationLock})`)
        await run(plain(ownTables))
        // Asked again now that no one else can write: another instance may just have done it.
        const [next] = doableBeside(await loadRunning(run), await loadPending(run, migrations))
        if (next !== undefined) await apply(run, next)

        return next !== undefined
      })
    } catch (error) {
      if (!isLockRefused(error) || attempt === maxAttempts) throw error
    }
    await pause(pauseMs)
  }
}

async function apply(run: Run, migration: Migration): Promise<void> {
  const { number, name, requires = 0 } = migration
  await run(plain(migration.sql))
  await run(sql`
    INSERT INTO migrations (number, name, checksum, requires)
    VALUES (${number}, ${name}, ${checksumOf(migration)}, ${requires})
  `)
}
