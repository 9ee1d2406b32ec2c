import type { Instant } from '../../base/time.ts'
import type { Assumptions } from '../../protocol/plan.ts'
import { hashedKey } from '../rows.ts'
import type { ClientTable } from './clients.ts'
import { soughtText } from './rows.ts'
import { join, plain, sql } from './sql.ts'
import type { Part } from './sql.ts'

/**
 * Met if what a decision took from memory is still so: the client is the one that was remembered, to the letter, nobody
 * has guessed at its secret too often, and the person's sign-in stands. Nothing is locked, since today's answer is all
 * that a read before the write would have given.
 */
export function stillHold({ client, failures, account }: Assumptions, clients: ClientTable, now: Instant): Part {
  const document = clients.documentHashOf(client)
  const guesses = failures.map(
    ({ key, limit }) => sql`
      AND NOT EXISTS (
        SELECT 1 FROM attempts WHERE key_hash = ${hashedKey(key)} AND count >= ${limit} AND window_end > ${now}
      )`,
  )
  const person =
    account === undefined
      ? plain('')
      : sql`
      AND EXISTS (
        SELECT 1 FROM accounts
        WHERE subject = ${soughtText(account.subject)} AND disabled_at IS NULL AND valid_after <= ${account.authenticatedAt}
      )`

  return {
    head: sql`
      SELECT 1 FROM clients
      WHERE id = ${soughtText(client.id)} AND removed_at IS NULL AND sha256(convert_to(document, 'UTF8')) = ${document}
        ${join(guesses, '')} ${person}`,
    tail: '',
    writes: false,
  }
}
