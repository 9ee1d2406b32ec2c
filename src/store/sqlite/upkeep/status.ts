import type { DatabaseSync } from 'node:sqlite'
import { instant } from '../../../base/time.ts'
import type { Instant } from '../../../base/time.ts'
import { newestOf } from '../../migration.ts'
import { dueBy, lastingTables, passingTables } from '../../tables.ts'
import { mostUnsealed } from '../../upkeep.ts'
import type { DatabaseStatus, TableStatus } from '../../upkeep.ts'
import { loadAlive, loadApplied, loadPending } from '../migrate.ts'
import { migrations } from '../schema.ts'

export function loadStatus(database: DatabaseSync, file: string, now: Instant): DatabaseStatus {
  const { version } = database.prepare('SELECT sqlite_version() AS version').get() as { version: string }
  const there = tablesOf(database)
  const tables = [...lastingTables, ...Object.keys(passingTables)].filter((table) => there.includes(table))

  return {
    engine: 'sqlite',
    version,
    bytes: pragma(database, 'page_count') * pragma(database, 'page_size'),
    schema: {
      here: loadApplied(database).at(-1)?.number ?? 0,
      known: newestOf(migrations),
      lacks: loadPending(database, file, migrations).map(({ number }) => number),
    },
    instances: loadAlive(database).map(({ seen_at, ...each }) => ({ ...each, seenAt: instant(seen_at) })),
    ...loadMarks(database, there),
    tables: tables.map((table) => loadTable(database, table, now)),
    unsealed: there.includes('audit_seals') ? count(database, unsealed) : 0,
  }
}

const unsealed = `
  SELECT count(*) AS rows FROM (
    SELECT 1 FROM audit WHERE number > (SELECT coalesce(max(last), 0) FROM audit_seals) LIMIT ${mostUnsealed}
  )
`

export const tablesOf = (database: DatabaseSync): readonly string[] =>
  database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
    .all()
    .map(({ name }) => name as string)

export const rowsOf = (database: DatabaseSync, table: string) =>
  count(database, `SELECT count(*) AS rows FROM ${table}`)

function loadTable(database: DatabaseSync, table: string, now: Instant): TableStatus {
  const dueAt = passingTables[table]?.dueAt
  const due =
    dueAt === undefined
      ? 0
      : count(database, `SELECT count(*) AS rows FROM ${table} WHERE ${dueAt} <= ${dueBy(table, now)}`)

  return { table, rows: rowsOf(database, table), due }
}

function loadMarks(database: DatabaseSync, there: readonly string[]) {
  const row = there.includes('epoch')
    ? (database.prepare('SELECT backed_up_at, valid_after, mark FROM epoch').get() as {
        readonly backed_up_at: number | null
        readonly valid_after: number
        readonly mark: number
      })
    : { backed_up_at: null, valid_after: 0, mark: 0 }

  return {
    mark: row.mark,
    backedUpAt: row.backed_up_at === null ? undefined : instant(row.backed_up_at),
    restoredAt: row.valid_after === 0 ? undefined : instant(row.valid_after),
  }
}

const count = (database: DatabaseSync, query: string) => (database.prepare(query).get() as { rows: number }).rows

const pragma = (database: DatabaseSync, name: 'page_count' | 'page_size') =>
  Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0])
