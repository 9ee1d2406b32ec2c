import type { DatabaseSync } from 'node:sqlite'
import type { AuditEvent } from '../../protocol/audit-event.ts'
import { auditColumnNames, auditColumns, refuseBadPage, toEvent } from '../audit.ts'
import { asHex, sought } from './rows.ts'

const octets: readonly string[] = ['id', 'authorization_id']

export const eventColumns = auditColumnNames.map((name) => (octets.includes(name) ? asHex(name) : name)).join(', ')

/**
 * `auditLine` of an event: SQLite writes the very JSON that JSON.stringify writes, in half of the time, and it is one value
 * to bring over instead of 15 (measured: all in all 1.9 instead of 4.1 µs to seal an event).
 */
export const line = `json_array(${auditColumnNames
  .map((name) => (octets.includes(name) ? `nullif(lower(hex(${name})), '')` : name))
  .join(', ')})`

export function auditTable(database: DatabaseSync) {
  // By position: by name it takes 3 µs more, for each event.
  const insert = database.prepare(`
    INSERT INTO audit (${auditColumnNames.join(', ')}) VALUES (${auditColumnNames.map(() => '?').join(', ')})
  `)
  const select = database.prepare(`SELECT ${eventColumns} FROM audit WHERE audit.id > ? ORDER BY audit.id LIMIT ?`)

  const append = (event: AuditEvent) => void insert.run(...Object.values(auditColumns(event)))

  function list(after: string | undefined, limit: number): readonly AuditEvent[] {
    refuseBadPage(limit)

    return select.all(sought(after ?? ''), limit).map((row) => toEvent(row))
  }

  return { append, list }
}
