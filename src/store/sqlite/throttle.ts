import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../base/time.ts'
import type { Attempts } from '../../ports/store.ts'
import { hashedKey } from './rows.ts'

interface AttemptsRow {
  readonly count: number
  readonly window_end: Instant
}

export function throttleTable(database: DatabaseSync) {
  const select = database.prepare('SELECT count, window_end FROM attempts WHERE key_hash = ? AND window_end > ?')
  const upsert = database.prepare(`
    INSERT INTO attempts (key_hash, count, window_end) VALUES (?1, 1, ?2)
    ON CONFLICT (key_hash) DO UPDATE SET
      count = CASE WHEN window_end > ?3 THEN count + 1 ELSE 1 END,
      window_end = CASE WHEN window_end > ?3 THEN window_end ELSE excluded.window_end END
    RETURNING count, window_end
  `)

  const find = (key: string, now: Instant) => toAttempts(select.get(hashedKey(key), now))

  const count = (key: string, windowEnd: Instant, now: Instant) =>
    toAttempts(upsert.get(hashedKey(key), windowEnd, now))!

  return { find, count }
}

function toAttempts(found: unknown): Attempts | undefined {
  if (found === undefined) return undefined
  const row = found as AttemptsRow

  return { count: row.count, windowEnd: row.window_end }
}
