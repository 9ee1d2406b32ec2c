import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../base/time.ts'
import { hashedKey } from './rows.ts'

export function onceTable(database: DatabaseSync) {
  const insert = database.prepare('INSERT INTO used_once VALUES (?, ?) ON CONFLICT DO NOTHING')

  const select = database.prepare('SELECT 1 FROM used_once WHERE key_hash = ?')

  /** True for the first to say so. */
  const use = (key: string, expiresAt: Instant) => insert.run(hashedKey(key), expiresAt).changes === 1

  const isUsed = (key: string) => select.get(hashedKey(key)) !== undefined

  return { use, isUsed }
}
