import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { AuditEvent } from '../../../protocol/audit-event.ts'
import { passingTables } from '../../tables.ts'
import { UpkeepRefused } from '../../upkeep.ts'
import { auditTable } from '../audit.ts'
import { loadRunning } from '../migrate.ts'

/**
 * Whatever was given up to the event is dead, and the database begins another epoch: for one that was put back, which
 * does not know what was ended, rotated and used up since. Its schema is up to date.
 */
export function endEverything(database: DatabaseSync, event: AuditEvent): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    for (const table of Object.keys(passingTables)) database.exec(`DELETE FROM ${table}`)
    database.exec('DELETE FROM instances')
    // Whoever read the list of changes to some place begins anew.
    database.exec('DELETE FROM change_list; INSERT INTO change_list VALUES (lower(hex(randomblob(16))))')
    database
      .prepare('UPDATE epoch SET database_id = ?, valid_after = ?, mark = 0')
      .run(randomBytes(16).toString('hex'), event.at)
    auditTable(database).append(event)
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** Throws if an instance was seen of late: what it holds in memory would go on. */
export function refuseInUse(database: DatabaseSync, file: string): void {
  if (loadRunning(database).length > 0)
    throw new UpkeepRefused('in_use', `${file}: an instance was seen within the last minute`)
}
