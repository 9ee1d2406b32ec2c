import type { Instant } from '../../base/time.ts'
import { hashedKey } from '../rows.ts'
import type { Lookup } from './gather.ts'
import { insertOnce } from './sql.ts'

/** Met for the first to say so. */
export const useOnce = (key: string, expiresAt: Instant) =>
  insertOnce('used_once', { key_hash: hashedKey(key), expires_at: expiresAt })

export const usedByKey: Lookup<[key: string], true> = {
  columns: 'key_hash',
  from: 'used_once',
  by: { key_hash: ['bytea', hashedKey] },
  read: () => true,
}
