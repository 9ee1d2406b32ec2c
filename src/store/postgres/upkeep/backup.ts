import { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../../base/time.ts'
import { keepNumbers } from '../../backup/copy.ts'
import { writeBackup } from '../../backup/file.ts'
import { findPending, newestOf } from '../../migration.ts'
import type { Migration } from '../../migration.ts'
import { migrate as migrateFile } from '../../sqlite/migrate.ts'
import { migrations as stepsOfFile } from '../../sqlite/schema.ts'
import { UpkeepRefused } from '../../upkeep.ts'
import type { BackedUp } from '../../upkeep.ts'
import type { OpenDatabase, Run } from '../database.ts'
import { loadEpoch } from '../epoch.ts'
import { loadApplied } from '../migrate.ts'
import { plain, sql } from '../sql.ts'
import { selectRows, sharedTables, toFile } from './rows.ts'
import type { SharedTable, StoredRow } from './rows.ts'
import { loadTables } from './status.ts'

/** Rows that are fetched at once. */
const page = 1000

/** As it stands at one instant: servers go on meanwhile. */
export async function backUp(
  database: OpenDatabase,
  migrations: readonly Migration[],
  name: string,
  now: Instant,
): Promise<BackedUp> {
  const made = await writeBackup(name, now, (draft) =>
    database.steps(async ({ run }) => {
      await run(plain('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY'))
      await refuseOtherSchema(run, migrations)
      await fill(draft, run)
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

async function fill(draft: string, run: Run): Promise<void> {
  const copy = new DatabaseSync(draft)
  try {
    // Whoever makes the draft puts it on disk at the end.
    copy.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF')
    migrateFile(copy, draft, stepsOfFile)
    copy.exec('BEGIN')
    const { databaseId, validAfter } = await loadEpoch(run)
    copy.prepare('UPDATE epoch SET database_id = ?, valid_after = ?').run(databaseId, validAfter)
    for (const each of sharedTables(copy)) await (writers[each.table] ?? copyTable)(run, copy, each)
    copy.exec('COMMIT; PRAGMA journal_mode = DELETE')
    keepNumbers(copy)
  } finally {
    copy.close()
  }
}

type Writer = (run: Run, copy: DatabaseSync, table: SharedTable) => Promise<void>

const copyTable: Writer = (run, copy, table) => write(run, copy, table, { order: '1' })

/** Where each seal ends among the numbers of events: what left since its time was over has its number all the same. */
async function loadEnds(run: Run): Promise<ReadonlyMap<number, { readonly last: number; readonly first: number }>> {
  const { rows } = await run(
    plain(`
      SELECT number, octet_length(marks) / 8 AS marks, coalesce(found.count, 0) AS there
      FROM audit_seals LEFT JOIN (SELECT seal, count(*) AS count FROM audit GROUP BY seal) AS found ON seal = number
      ORDER BY number
    `),
  )
  let last = 0
  const ends = new Map<number, { last: number; first: number }>()
  for (const { number, marks, there } of rows as { number: number; marks: number; there: number }[]) {
    last += Math.max(marks, there)
    ends.set(number, { last, first: last - there + 1 })
  }

  return ends
}

const writers: Readonly<Record<string, Writer>> = {
  /** In SQLite an event has a number, and its seal says up to which it reaches. */
  audit: async (run, copy, table) => {
    const ends = await loadEnds(run)
    const given = new Map<number, number>()
    let newest = [...ends.values()].at(-1)?.last ?? 0
    await write(run, copy, table, {
      order: 'seal NULLS LAST, id',
      besides: 'seal',
      own: 'number',
      fill: ({ seal }) => {
        const end = ends.get(seal as number)
        if (end === undefined) return (newest += 1)
        const number = given.get(seal as number) ?? end.first
        given.set(seal as number, number + 1)

        return number
      },
    })
  },
  audit_seals: async (run, copy, table) => {
    const ends = await loadEnds(run)
    await write(run, copy, table, {
      order: 'number',
      own: 'last',
      fill: ({ number }) => ends.get(number as number)!.last,
    })
  },
}

interface Writing {
  readonly order: string
  /** A column of PostgreSQL that is read for `fill`. */
  readonly besides?: string
  /** A column of SQLite that PostgreSQL has not. */
  readonly own?: string
  readonly fill?: (row: StoredRow) => number
}

async function write(run: Run, copy: DatabaseSync, table: SharedTable, how: Writing): Promise<void> {
  const { order, besides, own, fill: filled } = how
  const { columns } = table
  const names = own === undefined ? columns : [...columns, own]
  const insert = copy.prepare(
    `INSERT INTO ${table.table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
  )
  await run(selectRows(table.table, besides === undefined ? columns : [...columns, besides], order))
  for (;;) {
    const { rows } = await run(plain(`FETCH ${page} FROM lasting`))
    for (const row of rows as readonly StoredRow[]) {
      const values = columns.map((column) => toFile(table, column, row[column] ?? null))
      insert.run(...values, ...(filled === undefined ? [] : [filled(row)]))
    }
    if (rows.length < page) break
  }
  await run(plain('CLOSE lasting'))
}
