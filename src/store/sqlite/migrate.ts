import type { DatabaseSync } from 'node:sqlite'
import { checksumOf, doableBeside, findPending } from '../migration.ts'
import type { AppliedStep, Migration } from '../migration.ts'
import { aliveMs } from '../retention.ts'

/** Marks a file as ours in its header: "HuFu". */
export const applicationId = 0x48754675

/**
 * Brings the file up to the newest step that every process which runs on it can live with, each step in a transaction
 * of its own: of two processes that open a new file at once, the second waits and then finds nothing to do. Throws for
 * a file of another program, one that needs a newer Hufu, and one whose earlier steps were others than ours; such a
 * file is not touched.
 *
 * @returns the steps that wait for other processes
 */
export function migrate(
  database: DatabaseSync,
  file: string,
  migrations: readonly Migration[],
  onStep: (done: Migration) => void = () => {},
): readonly Migration[] {
  for (;;) {
    const pending = loadPending(database, file, migrations)
    const [next] = doableBeside(loadRunning(database), pending)
    if (next === undefined) return pending
    if (applyNext(database, file, migrations)) onStep(next)
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

/** The steps that the file lacks; throws as {@link migrate}. */
export function loadPending(database: DatabaseSync, file: string, migrations: readonly Migration[]) {
  refuseForeignFile(database, file)

  return findPending(loadApplied(database), migrations, file)
}

export function loadApplied(database: DatabaseSync): readonly AppliedStep[] {
  if (!hasTable(database, 'migrations')) return []
  const applied = database.prepare('SELECT number, checksum, requires FROM migrations ORDER BY number').all()

  return applied as unknown as AppliedStep[]
}

/** What every file has besides the steps: which there were, who works on it, and what `EpochStore` speaks of. */
const ownTables = `
  CREATE TABLE migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    requires INTEGER NOT NULL,
    applied_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE instances (
    id TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    step INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE epoch (
    database_id TEXT NOT NULL,
    valid_after INTEGER NOT NULL,
    mark INTEGER NOT NULL,
    backed_up_at INTEGER
  ) STRICT;
  INSERT INTO epoch VALUES (lower(hex(randomblob(16))), 0, 0, NULL);
`

const hasTable = (database: DatabaseSync, name: string) =>
  database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(name) !== undefined

interface AliveRow {
  readonly id: string
  readonly version: string
  readonly step: number
  readonly seen_at: number
}

/** The processes that were seen of late, with the newest step that each knows. */
export function loadAlive(database: DatabaseSync) {
  if (!hasTable(database, 'instances')) return []
  const rows = database
    .prepare('SELECT id, version, step, seen_at FROM instances WHERE seen_at > ?')
    .all(Date.now() - aliveMs)

  return rows as unknown as readonly AliveRow[]
}

/** Which step each of them knows. */
export const loadRunning = (database: DatabaseSync) => loadAlive(database).map(({ step }) => step)

/** False if another process was faster. */
function applyNext(database: DatabaseSync, file: string, migrations: readonly Migration[]): boolean {
  database.exec('BEGIN IMMEDIATE')
  try {
    // Asked again now that no one else can write: another process may just have done it.
    const [next] = doableBeside(loadRunning(database), loadPending(database, file, migrations))
    if (!hasTable(database, 'migrations')) database.exec(`PRAGMA application_id = ${applicationId}; ${ownTables}`)
    if (next !== undefined) apply(database, next)
    database.exec('COMMIT')

    return next !== undefined
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

function apply(database: DatabaseSync, migration: Migration): void {
  const { number, name, requires = 0 } = migration
  database.exec(migration.sql)
  database
    .prepare(`INSERT INTO migrations VALUES (?, ?, ?, ?, unixepoch() * 1000)`)
    .run(number, name, checksumOf(migration), requires)
}
