import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../base/time.ts'
import { keepUsedCodesMs } from '../retention.ts'
import type { registrationTable } from './registrations.ts'

type Remover = (now: Instant, limit: number) => number

/**
 * Removes what has expired, at most `limit` rows a call; audit events stay. Each call begins with another table, so
 * that a flood in one does not keep the others full.
 */
export function createPrune(database: DatabaseSync, clients: ReturnType<typeof registrationTable>): Remover {
  const removers = [
    authorizationRemover(database),
    clients.prune,
    ...simple.map(([table, key, expiry, keepMs]) => remover(database, table, key, expiry, keepMs)),
  ]
  let turn = 0

  return (now, limit) => {
    turn = (turn + 1) % removers.length
    const order = [...removers.slice(turn), ...removers.slice(0, turn)]

    return order.reduce((count, remove) => count + (count < limit ? remove(now, limit - count) : 0), 0)
  }
}

const simple = [
  ['codes', 'id', 'expires_at', keepUsedCodesMs],
  ['devices', 'id', 'expires_at', keepUsedCodesMs],
  ['opaque_tokens', 'id', 'expires_at', 0],
  ['revoked_tokens', 'id', 'expires_at', 0],
  ['registration_tokens', 'id', 'expires_at', 0],
  ['sessions', 'id', 'expires_at', 0],
  ['session_clients', 'rowid', 'expires_at', 0],
  ['logout_deliveries', 'rowid', 'expires_at', 0],
  ['transactions', 'id', 'expires_at', 0],
  ['pushed_requests', 'id', 'expires_at', 0],
  ['used_once', 'key_hash', 'expires_at', 0],
  ['attempts', 'key_hash', 'window_end', 0],
  ['changes', 'position', 'expires_at', 0],
] as const

function remover(database: DatabaseSync, table: string, key: string, expiry: string, keepMs: number): Remover {
  const remove = database.prepare(`
    DELETE FROM ${table} WHERE ${key} IN (
      SELECT ${key} FROM ${table} WHERE ${expiry} <= ? ORDER BY ${expiry} LIMIT ?
    )
  `)

  return (now, limit) => Number(remove.run(now - keepMs, limit).changes)
}

/** Rotation moves `ends_at` but not `prune_at` (see the schema): a row that lives on is filed anew, which counts too. */
function authorizationRemover(database: DatabaseSync): Remover {
  const select = database.prepare(`
    SELECT id, ends_at FROM authorizations WHERE prune_at <= ? ORDER BY prune_at LIMIT ?
  `)
  const remove = database.prepare('DELETE FROM authorizations WHERE id = ?')
  const fileAnew = database.prepare('UPDATE authorizations SET prune_at = ends_at WHERE id = ?')

  return (now, limit) => {
    const due = select.all(now, limit) as unknown as { readonly id: Uint8Array; readonly ends_at: Instant | null }[]
    for (const { id, ends_at } of due) {
      const leave = ends_at !== null && ends_at <= now ? remove : fileAnew
      leave.run(id)
    }

    return due.length
  }
}
