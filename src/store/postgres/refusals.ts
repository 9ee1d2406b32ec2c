import type { Instant } from '../../base/time.ts'
import type { AuditStore, RefusalQuota } from '../../ports/audit-store.ts'
import type { AuditEvent } from '../../protocol/audit-event.ts'
import { fromDocument, hashedKey, toDocument } from '../rows.ts'
import { together } from './all-or-nothing.ts'
import { appendAudit } from './audit.ts'
import type { Run } from './database.ts'
import { join, plain, sql } from './sql.ts'

interface CountedRow {
  readonly specimen: string
  readonly beyond: number
}

/** Counts them and writes those that are within the limit, in one statement: what is written asks what was counted. */
export async function appendRefusals(
  run: Run,
  events: readonly AuditEvent[],
  { key, limit, windowEnd }: RefusalQuota,
): Promise<void> {
  const more = events.length
  const counted = sql`
    counted AS (
      INSERT INTO refusals (key_hash, count, beyond, specimen, window_end)
      VALUES (${hashedKey(key)}, ${more}, ${Math.max(0, more - limit)}, ${toDocument(events[0]!)}, ${windowEnd})
      ON CONFLICT (key_hash) DO UPDATE SET
        count = refusals.count + ${more},
        beyond = refusals.beyond + LEAST(${more}, GREATEST(0, refusals.count + ${more - limit}))
      RETURNING count
    )
  `
  const written = events.slice(0, limit).map((event, index) => {
    const isWithin = sql`AND EXISTS (SELECT 1 FROM counted WHERE count <= ${limit + more - 1 - index})`

    return sql`${plain(`written_${index}`)} AS (${appendAudit(event).head} ${isWithin})`
  })
  await run(sql`WITH ${join([counted, ...written], ', ')} SELECT count FROM counted`)
}

/** In a transaction. What was not more than its limit says nothing new. */
export async function settleRefusals(
  run: Run,
  now: Instant,
  limit: number,
  describe: Parameters<AuditStore['settleRefusals']>[2],
): Promise<number> {
  const { rows } = await run(sql`
    WITH due AS (
      SELECT key_hash FROM refusals WHERE window_end <= ${now}
      ORDER BY window_end LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    DELETE FROM refusals USING due WHERE refusals.key_hash = due.key_hash RETURNING specimen, beyond
  `)
  const events = (rows as CountedRow[])
    .filter(({ beyond }) => beyond > 0)
    .map(({ specimen, beyond }) => describe(fromDocument(specimen) as AuditEvent, beyond))
  if (events.length > 0) await run(together(...events.map(appendAudit)))

  return rows.length
}
