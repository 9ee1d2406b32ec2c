import type { Instant } from '../../base/time.ts'
import { hashedKey } from '../rows.ts'
import type { Run } from './database.ts'
import { insertOnce, sql } from './sql.ts'

/** Met for the first to say so. */
export const useOnce = (key: string, expiresAt: Instant) =>
  insertOnce('used_once', { key_hash: hashedKey(key), expires_at: expiresAt })

export const isUsed = async (run: Run, key: string) =>
  (await run(sql`SELECT 1 FROM used_once WHERE key_hash = ${hashedKey(key)}`)).count === 1
