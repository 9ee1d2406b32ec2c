import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../base/time.ts'
import type { StoredAuthorizeRequest, Transaction, TransactionId } from '../../protocol/authorization.ts'
import { fromDocument, sought, stored, toDocument } from './rows.ts'

interface TransactionRow {
  readonly browser_hash: string
  readonly request: string
  readonly created_at: Instant
  readonly expires_at: Instant
  readonly answered_at: Instant | null
}

export function transactionTable(database: DatabaseSync) {
  const select = database.prepare(`
    SELECT browser_hash, request, created_at, expires_at, answered_at FROM transactions WHERE id = ?
  `)
  const insert = database.prepare(`
    INSERT INTO transactions (id, browser_hash, request, created_at, expires_at, answered_at)
    VALUES (?, ?, ?, ?, ?, ?)
  `)
  const markAnswered = database.prepare('UPDATE transactions SET answered_at = ? WHERE id = ? AND answered_at IS NULL')

  const selectCount = database.prepare('SELECT count(*) AS waiting FROM (SELECT 1 FROM transactions LIMIT ?)')

  const find = (id: TransactionId) => toTransaction(id, select.get(sought(id)))

  function save(transaction: Transaction): void {
    insert.run(
      stored(transaction.id),
      transaction.browserHash,
      toDocument(transaction.request),
      transaction.createdAt,
      transaction.expiresAt,
      transaction.answeredAt ?? null,
    )
  }

  /** True for the one who answered it. */
  const answer = (id: TransactionId, now: Instant) => markAnswered.run(now, sought(id)).changes === 1

  const count = (limit: number) => (selectCount.get(limit) as { readonly waiting: number }).waiting

  return { find, save, answer, count }
}

function toTransaction(id: TransactionId, found: unknown): Transaction | undefined {
  if (found === undefined) return undefined
  const row = found as TransactionRow

  return {
    id,
    browserHash: row.browser_hash,
    request: fromDocument(row.request) as StoredAuthorizeRequest,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    answeredAt: row.answered_at ?? undefined,
  }
}
