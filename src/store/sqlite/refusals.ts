import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../base/time.ts'
import type { RefusalQuota } from '../../ports/audit-store.ts'
import type { AuditEvent } from '../../protocol/audit-event.ts'
import { fromDocument, hashedKey, toDocument } from './rows.ts'

/** What was counted under one key and stands in the audit not yet. */
export interface Counted {
  readonly specimen: AuditEvent
  readonly beyond: number
}

export function refusalTable(database: DatabaseSync) {
  const upsert = database.prepare(`
    INSERT INTO refusals (key_hash, count, beyond, specimen, window_end) VALUES (?1, ?2, 0, ?3, ?4)
    ON CONFLICT (key_hash) DO UPDATE SET count = count + ?2
    RETURNING count
  `)
  const addBeyond = database.prepare('UPDATE refusals SET beyond = beyond + ? WHERE key_hash = ?')
  const takeDue = database.prepare(`
    DELETE FROM refusals WHERE key_hash IN (
      SELECT key_hash FROM refusals WHERE window_end <= ? ORDER BY window_end LIMIT ?
    )
    RETURNING specimen, beyond
  `)

  /** Those that are to be written now; the others are counted. */
  function count(events: readonly AuditEvent[], { key, limit, windowEnd }: RefusalQuota): readonly AuditEvent[] {
    const hash = hashedKey(key)
    const { count: all } = upsert.get(hash, events.length, toDocument(events[0]!), windowEnd) as { count: number }
    const within = events.slice(0, Math.max(0, limit - (all - events.length)))
    if (within.length < events.length) addBeyond.run(events.length - within.length, hash)

    return within
  }

  /** All whose window is over; what was not more than its limit says nothing new. */
  function take(now: Instant, limit: number): readonly Counted[] {
    const rows = takeDue.all(now, limit) as unknown as { readonly specimen: string; readonly beyond: number }[]

    return rows.map(({ specimen, beyond }) => ({ specimen: fromDocument(specimen) as AuditEvent, beyond }))
  }

  return { count, take }
}
