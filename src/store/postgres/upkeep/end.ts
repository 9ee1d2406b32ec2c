import { instant } from '../../../base/time.ts'
import type { Instant } from '../../../base/time.ts'
import type { AuditEvent } from '../../../protocol/audit-event.ts'
import { passingTables } from '../../tables.ts'
import { UpkeepRefused } from '../../upkeep.ts'
import { appendAudit } from '../audit.ts'
import type { Run } from '../database.ts'
import { loadEpoch, readClock } from '../epoch.ts'
import { loadRunning } from '../migrate.ts'
import { plain, sql, whole } from '../sql.ts'

/** Somebody else is at the tables, as `pg_dump` is: then it is better told than waited for. */
const lockTimeoutMs = 10_000

/**
 * Takes the database for this transaction alone: an instance that starts waits at its first check-in. Throws if one was
 * seen of late: what it holds in memory would go on.
 */
export async function takeAlone(run: Run): Promise<void> {
  await run(plain(`SET LOCAL lock_timeout = ${lockTimeoutMs}`))
  await run(plain('LOCK TABLE instances, epoch IN ACCESS EXCLUSIVE MODE'))
  await refuseInUse(run)
}

export async function refuseInUse(run: Run): Promise<void> {
  if ((await loadRunning(run)).length > 0)
    throw new UpkeepRefused('in_use', 'the database: an instance was seen within the last minute')
}

/**
 * Whatever was given up to the event is dead, and the database begins another epoch: for one that was put back, which
 * does not know what was ended, rotated and used up since. In a transaction that has it alone.
 *
 * @returns the cut-off: the time of the event by the clock of the database, or later, since it rises each time
 */
export async function endEverything(run: Run, event: AuditEvent): Promise<Instant> {
  const { validAfter } = await loadEpoch(run)
  const at = instant(Math.max(event.at, await readClock(run), validAfter + 1))
  await run(plain(`TRUNCATE ${[...Object.keys(passingTables), 'instances'].join(', ')}`))
  await run(plain(endRegistrationTokens))
  // Whoever read the list of changes to some place begins anew.
  await run(plain(`UPDATE change_list SET epoch = replace(gen_random_uuid()::text, '-', ''), last = 0`))
  await run(sql`UPDATE epoch SET valid_after = ${at}, mark = 0`)
  await run(whole(appendAudit({ ...event, at })))

  return at
}

/** Who registered itself stays, as all clients do, and can change itself no more. */
const endRegistrationTokens = `
  UPDATE clients SET document = jsonb_set(document::jsonb, '{registration,tokenHash}', 'null')::text
  WHERE document::json #>> '{registration,tokenHash}' IS NOT NULL
`
