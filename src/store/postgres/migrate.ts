import { hash } from 'node:crypto'
import type { Database, Run } from './database.ts'
import { isTableMissing } from './errors.ts'
import type { Migration } from './schema.ts'
import { plain, sql } from './sql.ts'

/** Any number will do, so long as no other program uses the same one in the same database: "HuFu". */
const lock = 0x48754675

/**
 * Brings the database up to the newest step, all in one transaction: of several instances that start at once, the
 * others wait and then find nothing to do. Throws for one that was made by a newer Hufu, and one whose earlier steps
 * were others than ours; such a database is not touched.
 */
export async function migrate({ run, transaction }: Database, migrations: readonly Migration[]): Promise<void> {
  if ((await loadApplied(run, migrations)) === migrations.length) return
  await transaction(async (steps) => {
    await steps.run(sql`SELECT pg_advisory_xact_lock(${lock})`)
    await steps.run(plain(ownTable))
    // Asked again now that no one else can write: another instance may just have done it.
    const applied = await loadApplied(steps.run, migrations)
    for (const migration of migrations.slice(applied)) await apply(steps.run, migration)
  })
}

const ownTable = `
  CREATE TABLE IF NOT EXISTS migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )
`

/** How many steps were done; all of them ours. */
async function loadApplied(run: Run, migrations: readonly Migration[]): Promise<number> {
  const steps = await loadSteps(run)
  for (const [index, { number, checksum }] of steps.entries()) {
    const ours = migrations[index]
    if (ours === undefined)
      throw new Error(`the database was made by a newer Hufu (schema step ${number}): update Hufu to use it`)
    if (ours.number !== number || checksumOf(ours) !== checksum)
      throw new Error(`the database has another schema step ${number} than this Hufu: it was not made by a release`)
  }

  return steps.length
}

async function loadSteps(run: Run): Promise<readonly { readonly number: number; readonly checksum: string }[]> {
  try {
    const { rows } = await run(plain('SELECT number, checksum FROM migrations ORDER BY number'))

    return rows as { number: number; checksum: string }[]
  } catch (error) {
    if (isTableMissing(error)) return []
    throw error
  }
}

async function apply(run: Run, migration: Migration): Promise<void> {
  await run(plain(migration.sql))
  const { number, name } = migration
  await run(sql`INSERT INTO migrations (number, name, checksum) VALUES (${number}, ${name}, ${checksumOf(migration)})`)
}

const checksumOf = (migration: Migration) => hash('sha256', migration.sql, 'hex')
