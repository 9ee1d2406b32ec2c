import { hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Migration } from './schema.ts'

/** Marks a file as ours in its header: "HuFu". */
export const applicationId = 0x48754675

/**
 * Brings the file up to the newest step, all in one transaction: of two processes that open a new file at once, the
 * second waits and then finds nothing to do. Throws for a file of another program, one made by a newer Hufu, and one
 * whose earlier steps were others than ours; such a file is not touched.
 */
export function migrate(database: DatabaseSync, file: string, migrations: readonly Migration[]): void {
  if (isCurrent(database, file, migrations)) return
  database.exec('BEGIN IMMEDIATE')
  try {
    // Asked again now that no one else can write: another process may just have done it.
    const applied = loadApplied(database, file, migrations)
    if (applied.length === 0) database.exec(`PRAGMA application_id = ${applicationId}; ${ownTable}`)
    for (const migration of migrations.slice(applied.length)) apply(database, migration)
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** Throws unless the file is empty or ours; nothing is written. */
export function refuseForeignFile(database: DatabaseSync, file: string): void {
  // First the tables, then the mark: another process may give the file both between these two lines.
  const { tables } = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: number }
  const mark = (database.prepare('PRAGMA application_id').get() as { application_id: number }).application_id
  if (mark === applicationId) return
  if (mark !== 0 || tables > 0) throw new Error(`${file} is a database of another program, not of Hufu`)
}

const ownTable = `
  CREATE TABLE migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at INTEGER NOT NULL
  ) STRICT;
`

interface Applied {
  readonly number: number
  readonly checksum: string
}

const isCurrent = (database: DatabaseSync, file: string, migrations: readonly Migration[]) =>
  loadApplied(database, file, migrations).length === migrations.length

function loadApplied(database: DatabaseSync, file: string, migrations: readonly Migration[]): readonly Applied[] {
  refuseForeignFile(database, file)
  const hasTable = database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'migrations'`).get() !== undefined
  if (!hasTable) return []
  const applied = database.prepare('SELECT number, checksum FROM migrations ORDER BY number').all()

  return (applied as unknown as Applied[]).map((step, index) => {
    const ours = migrations[index]
    if (ours === undefined)
      throw new Error(`${file} was made by a newer Hufu (schema step ${step.number}): update Hufu to open it`)
    if (ours.number !== step.number || checksum(ours) !== step.checksum)
      throw new Error(`${file} has another schema step ${step.number} than this Hufu: it was not made by a release`)

    return step
  })
}

function apply(database: DatabaseSync, migration: Migration): void {
  database.exec(migration.sql)
  database
    .prepare(`INSERT INTO migrations VALUES (?, ?, ?, unixepoch() * 1000)`)
    .run(migration.number, migration.name, checksum(migration))
}

const checksum = (migration: Migration) => hash('sha256', migration.sql, 'hex')
