import type { DatabaseSync } from 'node:sqlite'
import { instant } from '../../../base/time.ts'
import type { Instant } from '../../../base/time.ts'
import type { AuditEvent } from '../../../protocol/audit-event.ts'
import { passingTables } from '../../tables.ts'
import { UpkeepRefused } from '../../upkeep.ts'
import { auditTable } from '../audit.ts'
import { epochTable } from '../epoch.ts'
import { loadRunning } from '../migrate.ts'

/**
 * Whatever was given up to the event is dead, and the database begins another epoch: for one that was put back, which
 * does not know what was ended, rotated and used up since. Its schema is up to date.
 *
 * @returns the cut-off: the time of the event, or later, since it rises each time
 */
export function endEverything(database: DatabaseSync, file: string, event: AuditEvent): Instant {
  database.exec('BEGIN IMMEDIATE')
  try {
    refuseInUse(database, file)
    const { validAfter } = epochTable(database).load()
    const at = instant(Math.max(event.at, validAfter + 1))
    for (const table of Object.keys(passingTables)) database.exec(`DELETE FROM ${table}`)
    database.exec('DELETE FROM instances')
    database.exec(endRegistrationTokens)
    // Whoever read the list of changes to some place begins anew.
    database.exec('DELETE FROM change_list; INSERT INTO change_list VALUES (lower(hex(randomblob(16))))')
    database.prepare('UPDATE epoch SET valid_after = ?, mark = 0').run(at)
    auditTable(database).append({ ...event, at })
    database.exec('COMMIT')

    return at
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** Who registered itself stays, as all clients do, and can change itself no more. */
const endRegistrationTokens = `
  UPDATE clients SET document = json_set(document, '$.registration.tokenHash', NULL)
  WHERE document ->> '$.registration.tokenHash' IS NOT NULL
`

/** Throws if an instance was seen of late: what it holds in memory would go on. */
export function refuseInUse(database: DatabaseSync, file: string): void {
  if (loadRunning(database).length > 0)
    throw new UpkeepRefused('in_use', `${file}: an instance was seen within the last minute`)
}
