import type { Instant } from '../../../base/time.ts'
import { newestOf } from '../../migration.ts'
import type { Migration } from '../../migration.ts'
import { dueBy, lastingTables, passingTables } from '../../tables.ts'
import { mostUnsealed } from '../../upkeep.ts'
import type { DatabaseStatus, TableStatus } from '../../upkeep.ts'
import type { Run } from '../database.ts'
import { loadAlive, loadApplied, loadPending } from '../migrate.ts'
import { plain, sql } from '../sql.ts'

/** Up to here rows are counted, which takes a moment; of more there is the estimate of PostgreSQL. */
const mostCounted = 100_000

/** In a transaction, so that all of it is of one moment. */
export async function loadStatus(run: Run, migrations: readonly Migration[], now: Instant): Promise<DatabaseStatus> {
  await run(plain('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY'))
  const there = await loadTables(run)
  const isThere = (table: string) => there.includes(table)
  const pending = isThere('migrations') ? await loadPending(run, migrations) : migrations
  const applied = isThere('migrations') ? await loadApplied(run) : []
  const { rows } = await run(
    plain(`SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS bytes`),
  )
  const tables: TableStatus[] = []
  for (const table of [...lastingTables, ...Object.keys(passingTables)].filter(isThere))
    tables.push(await loadTable(run, table, now))

  return {
    engine: 'postgres',
    ...(rows[0] as { readonly version: string; readonly bytes: number }),
    schema: {
      here: applied.at(-1)?.number ?? 0,
      known: newestOf(migrations),
      lacks: pending.map(({ number }) => number),
    },
    instances: isThere('instances') ? await loadAlive(run) : [],
    ...(await loadMarks(run, isThere('epoch'))),
    tables,
    unsealed: isThere('audit') ? await count(run, 'audit WHERE seal IS NULL', mostUnsealed) : 0,
  }
}

/** Asked for before a table is, since a statement that fails ends the transaction. */
export async function loadTables(run: Run): Promise<readonly string[]> {
  const { rows } = await run(
    plain(`SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND pg_table_is_visible(oid)`),
  )

  return (rows as readonly { readonly name: string }[]).map(({ name }) => name)
}

export async function countRows(run: Run, table: string): Promise<number> {
  const counted = await count(run, table, mostCounted)
  if (counted < mostCounted) return counted
  const { rows } = await run(sql`
    SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint AS rows
    FROM pg_partition_tree(${table}::regclass) JOIN pg_class ON pg_class.oid = relid WHERE isleaf
  `)

  return Math.max(counted, (rows[0] as { readonly rows: number }).rows)
}

async function loadTable(run: Run, table: string, now: Instant): Promise<TableStatus> {
  const dueAt = passingTables[table]?.dueAt
  const due = dueAt === undefined ? 0 : await count(run, `${table} WHERE ${dueAt} <= ${dueBy(table, now)}`, mostDue)
  const { rows } = await run(sql`
    SELECT coalesce(sum(pg_total_relation_size(relid)), 0)::bigint AS bytes FROM pg_partition_tree(${table}::regclass)
  `)

  return { table, rows: await countRows(run, table), due, ...(rows[0] as { readonly bytes: number }) }
}

/** Found by an index. */
const mostDue = 1_000_000

async function count(run: Run, from: string, most: number): Promise<number> {
  const { rows } = await run(plain(`SELECT count(*) AS rows FROM (SELECT FROM ${from} LIMIT ${most}) AS counted`))

  return (rows[0] as { readonly rows: number }).rows
}

async function loadMarks(run: Run, isThere: boolean) {
  if (!isThere) return { mark: 0, backedUpAt: undefined, restoredAt: undefined }
  const { rows } = await run(plain('SELECT mark, backed_up_at, valid_after FROM epoch'))
  const row = rows[0] as {
    readonly mark: number
    readonly backed_up_at: Instant | null
    readonly valid_after: Instant | 0
  }

  return {
    mark: row.mark,
    backedUpAt: row.backed_up_at ?? undefined,
    restoredAt: row.valid_after === 0 ? undefined : row.valid_after,
  }
}
