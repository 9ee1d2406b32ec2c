import type { Instant } from '../../base/time.ts'
import type { Attempts } from '../../ports/store.ts'
import { hashedKey } from '../rows.ts'
import type { Run } from './database.ts'
import { sql } from './sql.ts'

interface AttemptsRow {
  readonly count: number
  readonly window_end: Instant
}

export async function findAttempts(run: Run, key: string, now: Instant): Promise<Attempts | undefined> {
  const { rows } = await run(
    sql`SELECT count, window_end FROM attempts WHERE key_hash = ${hashedKey(key)} AND window_end > ${now}`,
  )

  return rows[0] === undefined ? undefined : toAttempts(rows[0])
}

/** Gives `count` and `window_end`. */
export const countedUnder = (key: string, windowEnd: Instant, now: Instant) => sql`
  INSERT INTO attempts (key_hash, count, window_end) VALUES (${hashedKey(key)}, 1, ${windowEnd})
  ON CONFLICT (key_hash) DO UPDATE SET
    count = CASE WHEN attempts.window_end > ${now} THEN attempts.count + 1 ELSE 1 END,
    window_end = CASE WHEN attempts.window_end > ${now} THEN attempts.window_end ELSE excluded.window_end END
  RETURNING count, window_end
`

export async function countAttempt(run: Run, key: string, windowEnd: Instant, now: Instant): Promise<Attempts> {
  const { rows } = await run(countedUnder(key, windowEnd, now))

  return toAttempts(rows[0])
}

export function toAttempts(row: unknown): Attempts {
  const { count, window_end } = row as AttemptsRow

  return { count, windowEnd: window_end }
}
