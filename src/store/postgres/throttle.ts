import type { Instant } from '../../base/time.ts'
import type { Attempts } from '../../ports/store.ts'
import { hashedKey } from '../rows.ts'
import type { Run } from './database.ts'
import type { Lookup } from './gather.ts'
import { sql } from './sql.ts'

export interface AttemptsRow {
  readonly count: number
  readonly window_end: Instant
}

/** Of a window that may be over. */
export const attemptsByKey: Lookup<[key: string], Attempts> = {
  columns: 'count, window_end',
  from: 'attempts',
  by: { key_hash: ['bytea', hashedKey] },
  read: toAttempts,
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

  return toAttempts(rows[0] as AttemptsRow)
}

export function toAttempts({ count, window_end }: AttemptsRow): Attempts {
  return { count, windowEnd: window_end }
}
