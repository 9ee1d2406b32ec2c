import type { Instant } from '../../base/time.ts'
import type { StoredAuthorizeRequest, Transaction, TransactionId } from '../../protocol/authorization.ts'
import { fromDocument, sought, stored, toDocument } from '../rows.ts'
import type { Run } from './database.ts'
import type { Lookup } from './gather.ts'
import { change, insert, sql } from './sql.ts'

interface TransactionRow {
  readonly id: TransactionId
  readonly browser_hash: string
  readonly request: string
  readonly created_at: Instant
  readonly expires_at: Instant
  readonly answered_at: Instant | null
}

export const transactionById: Lookup<[TransactionId], Transaction> = {
  columns: 'id, browser_hash, request, created_at, expires_at, answered_at',
  from: 'transactions',
  by: { id: ['bytea', sought] },
  read: toTransaction,
}

export async function countTransactions(run: Run, limit: number): Promise<number> {
  const { rows } = await run(sql`SELECT count(*) AS waiting FROM (SELECT 1 FROM transactions LIMIT ${limit}) AS kept`)

  return (rows[0] as { readonly waiting: number }).waiting
}

export const saveTransaction = (transaction: Transaction) =>
  insert('transactions', {
    id: stored(transaction.id),
    browser_hash: transaction.browserHash,
    request: toDocument(transaction.request),
    created_at: transaction.createdAt,
    expires_at: transaction.expiresAt,
    answered_at: transaction.answeredAt ?? null,
  })

/** Met for the one who answers it. */
export const answerTransaction = (id: TransactionId, now: Instant) =>
  change(sql`UPDATE transactions SET answered_at = ${now} WHERE id = ${sought(id)} AND answered_at IS NULL`)

function toTransaction(row: TransactionRow): Transaction {
  return {
    id: row.id,
    browserHash: row.browser_hash,
    request: fromDocument(row.request) as StoredAuthorizeRequest,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    answeredAt: row.answered_at ?? undefined,
  }
}
