import type { Instant } from '../../base/time.ts'
import { keepUsedCodesMs } from '../retention.ts'
import type { Database } from './database.ts'
import { dropPartitions, makePartitions, partitioned, restOf } from './partitions.ts'
import { pruneClients } from './registrations.ts'
import { plain, sql } from './sql.ts'

type Remover = (database: Database, now: Instant, limit: number) => Promise<number>

/**
 * Removes what has expired, at most `limit` rows a call; audit events stay. Each call begins with another table, so
 * that a flood in one does not keep the others full. Rows that another instance is at are left to it (SKIP LOCKED), so
 * that several share the work. What leaves with a partition is counted too, and may be more than the limit.
 */
export function createPrune(): Remover {
  const removers = [
    pruneAuthorizations,
    (({ transaction }, now, limit) => transaction(({ run }) => pruneClients(run, now, limit))) satisfies Remover,
    ...simple.map(([table, key, expiry, keepMs]) => remover(table, key, expiry, keepMs)),
    ...partitioned.map(({ table, keepMs }) => remover(restOf(table), 'id', 'expires_at', keepMs)),
  ]
  let turn = 0

  return async (database, now, limit) => {
    await makePartitions(database)
    const dropped = await dropPartitions(database, now)
    turn = (turn + 1) % removers.length
    let count = 0
    for (const remove of [...removers.slice(turn), ...removers.slice(0, turn)])
      if (count < limit) count += await remove(database, now, limit - count)

    return dropped + count
  }
}

const simple = [
  ['devices', 'id', 'expires_at', keepUsedCodesMs],
  ['registration_tokens', 'id', 'expires_at', 0],
  ['sessions', 'id', 'expires_at', 0],
  ['session_clients', 'session_id, client_id', 'expires_at', 0],
  ['logout_deliveries', 'session_id, client_id', 'expires_at', 0],
  ['used_once', 'key_hash', 'expires_at', 0],
  ['attempts', 'key_hash', 'window_end', 0],
  ['changes', 'id', 'expires_at', 0],
] as const

function remover(table: string, key: string, expiry: string, keepMs: number): Remover {
  const columns = key.split(', ')
  const isLeaving = columns.map((column) => `${table}.${column} = leaving.${column}`).join(' AND ')

  return async ({ run }, now, limit) => {
    const { count } = await run(sql`
      WITH leaving AS (
        SELECT ${plain(`${key} FROM ${table} WHERE ${expiry}`)} <= ${now - keepMs}
        ORDER BY ${plain(expiry)} LIMIT ${limit} FOR UPDATE SKIP LOCKED
      )
      DELETE FROM ${plain(`${table} USING leaving WHERE ${isLeaving}`)}
    `)

    return count
  }
}

/** Rotation moves `ends_at` but not `prune_at` (see the schema): a row that lives on is filed anew, which counts too. */
const pruneAuthorizations: Remover = async ({ run }, now, limit) => {
  const { rows } = await run(sql`
    WITH due AS (
      SELECT id, ends_at FROM authorizations WHERE prune_at <= ${now}
      ORDER BY prune_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ), removed AS (
      DELETE FROM authorizations USING due WHERE authorizations.id = due.id AND due.ends_at <= ${now}
    ), filed AS (
      UPDATE authorizations SET prune_at = due.ends_at FROM due
      WHERE authorizations.id = due.id AND (due.ends_at IS NULL OR due.ends_at > ${now})
    )
    SELECT count(*) AS due FROM due
  `)

  return (rows[0] as { readonly due: number }).due
}
