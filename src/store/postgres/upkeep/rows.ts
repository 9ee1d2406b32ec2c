import type { DatabaseSync } from 'node:sqlite'
import { fromHex, toHex } from '../../../base/encoding.ts'
import { lastingTables } from '../../tables.ts'
import type { OnRows } from '../../upkeep.ts'
import { plain } from '../sql.ts'

/* The rows of a backup, which is a file of SQLite, and those of PostgreSQL: the same columns, of other types. */

/** Columns that one of the two stores has alone, by table: how they are filled stands with who fills them. */
export const ownOfSqlite: Readonly<Record<string, readonly string[]>> = { audit: ['number'], audit_seals: ['last'] }

/** Likewise; a test tells when there are more. */
export const ownOfPostgres: Readonly<Record<string, readonly string[]>> = { clients: ['disabled_at'], audit: ['seal'] }

export type Field = string | number | null
export type StoredRow = Readonly<Record<string, Field>>

/** A table of a backup, and which columns both stores have. */
export interface SharedTable {
  readonly table: string
  readonly columns: readonly string[]
  readonly octets: readonly string[]
}

export function sharedTables(draft: DatabaseSync): readonly SharedTable[] {
  return lastingTables.map((table) => {
    const all = draft.prepare(`SELECT name, type FROM pragma_table_info('${table}')`).all() as unknown as {
      readonly name: string
      readonly type: string
    }[]
    const shared = all.filter(({ name }) => ownOfSqlite[table]?.includes(name) !== true)

    return {
      table,
      columns: shared.map(({ name }) => name),
      octets: shared.filter(({ type }) => type === 'BLOB').map(({ name }) => name),
    }
  })
}

/** Octets come from PostgreSQL as hexadecimal digits. */
export const toFile = ({ octets }: SharedTable, column: string, value: Field): Field | Uint8Array =>
  typeof value === 'string' && octets.includes(column) ? fromHex(value) : value

/** Octets go to PostgreSQL as it writes them itself. */
export const fromFile = (value: Field | Uint8Array): Field =>
  value instanceof Uint8Array ? `\\x${toHex(value)}` : value

/** Rows that come as one parameter, each value as the column wants it. */
export const insertRows = (table: string, columns: readonly string[], rows: readonly StoredRow[]) => {
  const names = columns.join(', ')

  return {
    texts: [`INSERT INTO ${table} (${names}) SELECT ${names} FROM json_populate_recordset(NULL::${table}, `, '::json)'],
    values: [JSON.stringify(rows)],
  }
}

/** Counts what it is called for, and tells every thousandth time. */
export function counting(onRows: OnRows): () => void {
  let rows = 0

  return () => {
    rows += 1
    if (rows % 1000 === 0) onRows(rows)
  }
}

export const selectRows = (from: string, columns: readonly string[], order: string) =>
  plain(`DECLARE lasting NO SCROLL CURSOR FOR SELECT ${columns.join(', ')} FROM ${from} ORDER BY ${order}`)
