import { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../../base/time.ts'
import { keepNumbers } from '../../backup/copy.ts'
import { writeBackup } from '../../backup/file.ts'
import { findPending, newestOf } from '../../migration.ts'
import type { Migration } from '../../migration.ts'
import { migrate as migrateFile } from '../../sqlite/migrate.ts'
import { migrations as stepsOfFile } from '../../sqlite/schema.ts'
import { UpkeepRefused } from '../../upkeep.ts'
import type { BackedUp, OnRows } from '../../upkeep.ts'
import type { OpenDatabase, Run } from '../database.ts'
import { loadEpoch } from '../epoch.ts'
import { loadApplied } from '../migrate.ts'
import { plain, sql } from '../sql.ts'
import { counting, selectRows, sharedTables, toFile } from './rows.ts'
import type { Field, SharedTable, StoredRow } from './rows.ts'
import { loadTables } from './status.ts'

/** Rows that are fetched at once. */
const page = 1000

/** As it stands at one instant: servers go on meanwhile. */
export async function backUp(
  database: OpenDatabase,
  migrations: readonly Migration[],
  name: string,
  now: Instant,
  onRows: OnRows = () => {},
): Promise<BackedUp> {
  const made = await writeBackup(name, now, (draft) =>
    database.steps(async ({ run }) => {
      await run(plain('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY'))
      await refuseOtherSchema(run, migrations)
      await fill(draft, { run, onRow: counting(onRows) })
    }),
  )
  await database.run(sql`UPDATE epoch SET backed_up_at = ${now}`)

  return made
}

/** What a column means that we do not know, and what stands in for one that is not there yet, would be guesses. */
async function refuseOtherSchema(run: Run, migrations: readonly Migration[]): Promise<void> {
  const applied = (await loadTables(run)).includes('migrations') ? await loadApplied(run) : []
  findPending(applied, migrations, 'the database')
  const [here, known] = [applied.at(-1)?.number ?? 0, newestOf(migrations)]
  if (here !== known)
    throw new UpkeepRefused(
      'schema_differs',
      `the database is at step ${here} of the schema, this program at ${known}: use the Hufu that runs on it, or migrate first`,
    )
}

async function fill(draft: string, source: Source): Promise<void> {
  const { run } = source
  const copy = new DatabaseSync(draft)
  try {
    // Whoever makes the draft puts it on disk at the end.
    copy.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF')
    migrateFile(copy, draft, stepsOfFile)
    copy.exec('BEGIN')
    const { databaseId, validAfter } = await loadEpoch(run)
    copy.prepare('UPDATE epoch SET database_id = ?, valid_after = ?').run(databaseId, validAfter)
    // Events are numbered by the seals that are there already.
    const tables = sharedTables(copy).toSorted((one) => (one.table === 'audit_seals' ? -1 : 0))
    for (const each of tables) await (writers[each.table] ?? copyTable)(source, copy, each)
    copy.exec('COMMIT; PRAGMA journal_mode = DELETE')
    keepNumbers(copy)
  } finally {
    copy.close()
  }
}

interface Source {
  readonly run: Run
  readonly onRow: () => void
}

type Writer = (source: Source, copy: DatabaseSync, table: SharedTable) => Promise<void>

const copyTable: Writer = (source, copy, table) => write(source, copy, table, { order: '1' })

const writers: Readonly<Record<string, Writer>> = {
  /** In SQLite a seal says up to which number it reaches: what left since its time was over has its number all the same. */
  audit_seals: async (source, copy, table) => {
    let last = 0
    await write(source, copy, table, {
      from: `audit_seals LEFT JOIN (SELECT seal, count(*) AS there FROM audit GROUP BY seal) AS found ON seal = number`,
      order: 'number',
      besides: 'greatest(octet_length(marks) / 8, coalesce(there, 0)) AS size',
      own: 'last',
      fill: ({ size }) => (last += size as number),
    })
  },
  /** And an event has a number, after those of the seal before. */
  audit: async (source, copy, table) => {
    const newest = copy.prepare('SELECT coalesce(max(last), 0) AS last FROM audit_seals').get() as { last: number }
    const before = copy.prepare('SELECT coalesce(max(last), 0) AS last FROM audit_seals WHERE number < ?')
    let [seal, last] = [0 as Field, 0]
    await write(source, copy, table, {
      order: 'seal NULLS LAST, id',
      besides: 'seal',
      own: 'number',
      fill: (row) => {
        if (row['seal'] !== seal) {
          seal = row['seal'] ?? null
          ;({ last } = seal === null ? newest : (before.get(seal) as { last: number }))
        }

        return (last += 1)
      },
    })
  },
}

interface Writing {
  readonly order: string
  /** The table alone if nothing else is said. */
  readonly from?: string
  /** What PostgreSQL is asked besides, for `fill`. */
  readonly besides?: string
  /** A column of SQLite that PostgreSQL has not. */
  readonly own?: string
  readonly fill?: (row: StoredRow) => number
}

async function write({ run, onRow }: Source, copy: DatabaseSync, table: SharedTable, how: Writing): Promise<void> {
  const { order, from = table.table, besides, own, fill: filled } = how
  const { columns } = table
  const names = own === undefined ? columns : [...columns, own]
  const insert = copy.prepare(
    `INSERT INTO ${table.table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
  )
  await run(selectRows(from, besides === undefined ? columns : [...columns, besides], order))
  for (;;) {
    const { rows } = await run(plain(`FETCH ${page} FROM lasting`))
    for (const row of rows as readonly StoredRow[]) {
      const values = columns.map((column) => toFile(table, column, row[column] ?? null))
      insert.run(...values, ...(filled === undefined ? [] : [filled(row)]))
      onRow()
    }
    if (rows.length < page) break
  }
  await run(plain('CLOSE lasting'))
}
