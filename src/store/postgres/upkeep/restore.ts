import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../../base/time.ts'
import { readBackup } from '../../backup/file.ts'
import { newestOf } from '../../migration.ts'
import { loadApplied as loadAppliedToFile } from '../../sqlite/migrate.ts'
import { migrations as stepsOfFile } from '../../sqlite/schema.ts'
import { lastingTables, passingTables } from '../../tables.ts'
import { UpkeepRefused } from '../../upkeep.ts'
import type { RestoreOptions } from '../../upkeep.ts'
import type { OpenDatabase, Run } from '../database.ts'
import { migrate } from '../migrate.ts'
import { migrations } from '../schema.ts'
import { plain, sql } from '../sql.ts'
import { endEverything, takeAlone } from './end.ts'
import { counting, fromFile, insertRows, sharedTables } from './rows.ts'
import type { Field, SharedTable, StoredRow } from './rows.ts'
import { loadTables } from './status.ts'

/** Rows that go in one statement. */
const page = 500

/**
 * Fills an empty database from a backup, in one transaction. Nothing that was given before lives on: no token, no code, no
 * session, whatever became of it since the backup.
 *
 * @returns the cut-off
 */
export async function restorePostgres(database: OpenDatabase, options: RestoreOptions): Promise<Instant> {
  const { backup, event, onRows = () => {} } = options
  // It has the hashes of passwords: for its owner alone, wherever files for a while are kept.
  const folder = mkdtempSync(join(tmpdir(), 'hufu-restore-'))
  const draft = join(folder, 'draft.db')
  try {
    readBackup(backup, draft)
    const source = new DatabaseSync(draft, { readOnly: true })
    try {
      refuseNewer(source, backup)
      // It is open: nobody finds it by its name, and nothing stays if this is interrupted.
      if (process.platform !== 'win32') rmSync(folder, { recursive: true, force: true })
      await refuseFull(database.run)
      await migrate(database, migrations)

      return await database.steps(async ({ run }) => {
        await takeAlone(run)
        await refuseFull(run)
        const onRow = counting(onRows)
        for (const each of sharedTables(source)) await copyTable(run, source, each, onRow)
        const { database_id, valid_after } = source.prepare('SELECT database_id, valid_after FROM epoch').get() as {
          database_id: string
          valid_after: number
        }
        await run(sql`UPDATE epoch SET database_id = ${database_id}, valid_after = ${valid_after}`)

        return endEverything(run, event)
      })
    } finally {
      source.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** SQLite would take its further columns along; here they would be lost. */
function refuseNewer(source: DatabaseSync, backup: string): void {
  const { number } = loadAppliedToFile(source).at(-1)!
  if (number > newestOf(stepsOfFile))
    throw new UpkeepRefused('backup_unusable', `${backup}: it was made by a newer Hufu (schema step ${number})`)
}

async function refuseFull(run: Run): Promise<void> {
  const there = await loadTables(run)
  for (const table of [...lastingTables, ...Object.keys(passingTables)].filter((each) => there.includes(each)))
    if ((await run(plain(`SELECT FROM ${table} LIMIT 1`))).count > 0)
      throw new UpkeepRefused('not_empty', `the database has rows in ${table}: make an empty one, and name that`)
}

async function copyTable(
  run: Run,
  source: DatabaseSync,
  { table, columns }: SharedTable,
  onRow: () => void,
): Promise<void> {
  const own = ownColumns[table]?.(source)
  const names = own === undefined ? columns : [...columns, own.column]
  const read = own === undefined ? columns : [...columns, own.from]
  let rows: StoredRow[] = []
  const send = async () => {
    if (rows.length > 0) await run(insertRows(table, names, rows))
    rows = []
  }
  for (const row of source
    .prepare(`SELECT ${read.join(', ')} FROM ${table} ORDER BY ${orders[table] ?? '1'}`)
    .iterate()) {
    const found = row as Record<string, Field | Uint8Array>
    const values = columns.map((column) => [column, fromFile(found[column]!)] as const)
    rows.push({ ...Object.fromEntries(values), ...(own && { [own.column]: own.of(found[own.from] as number) }) })
    onRow()
    if (rows.length === page) await send()
  }
  await send()
}

const orders: Readonly<Record<string, string>> = { audit: 'number' }

/** A column that PostgreSQL has alone, and what stands in it. */
interface OwnColumn {
  readonly column: string
  /** A column of the backup, or what SQLite makes of some. */
  readonly from: string
  readonly of: (found: number) => Field
}

const ownColumns: Readonly<Record<string, (source: DatabaseSync) => OwnColumn>> = {
  clients: () => ({ column: 'disabled_at', from: `document ->> '$.disabledAt'`, of: (at) => at ?? null }),
  audit: (source) => ({ column: 'seal', from: 'number', of: sealOf(source) }),
}

/** For events in the order of their numbers: the first seal that reaches so far. */
function sealOf(source: DatabaseSync): (event: number) => Field {
  const seals = source.prepare('SELECT number, last FROM audit_seals ORDER BY number').iterate()
  const next = () => {
    const { done = false, value } = seals.next()

    return done ? undefined : (value as unknown as { readonly number: number; readonly last: number })
  }
  let seal = next()

  return (event) => {
    while (seal !== undefined && seal.last < event) seal = next()

    return seal?.number ?? null
  }
}
