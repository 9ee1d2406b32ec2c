import type { Instant } from '../../base/time.ts'
import type { StoredAuthorizeRequest, Transaction, TransactionId } from '../../protocol/authorization.ts'
import { fromDocument, sought, stored, toDocument } from '../rows.ts'
import type { Run } from './database.ts'
import { change, insert, sql } from './sql.ts'

interface TransactionRow {
  readonly browser_hash: string
  readonly request: string
  readonly created_at: Instant
  readonly expires_at: Instant
  readonly answered_at: Instant | null
}

export async function findTransaction(run: Run, id: TransactionId): Promise<Transaction | undefined> {
  const { rows } = await run(sql`SELECT * FROM transactions WHERE id = ${sought(id)}`)

  return toTransaction(id, rows[0])
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
