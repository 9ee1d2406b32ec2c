import type { Instant } from '../../base/time.ts'
import type { Account, Subject } from '../../protocol/account.ts'
import type { BrowserSession, SessionId } from '../../protocol/authorization.ts'
import { joinWords, sought, splitWords, stored } from '../rows.ts'
import type { Run } from './database.ts'
import type { Lookup } from './gather.ts'
import { assign, change, holdRow, insert, plain, sql } from './sql.ts'
import type { Row } from './sql.ts'

interface SessionRow {
  readonly id: SessionId
  readonly begun_as: SessionId
  readonly subject: Subject
  readonly authenticated_at: Instant
  readonly amr: string
  readonly expires_at: Instant
}

const columns = 'id, begun_as, subject, authenticated_at, amr, expires_at'

export const sessionById: Lookup<[SessionId], BrowserSession> = {
  columns,
  from: 'sessions',
  by: { id: ['bytea', sought] },
  read: toSession,
}

export const sessionBegunAs: Lookup<[SessionId], BrowserSession> = {
  ...sessionById,
  by: { begun_as: ['bytea', sought] },
}

/** In a transaction: whoever else wants to hold or end the session waits. */
export async function lockSession(run: Run, id: SessionId): Promise<BrowserSession | undefined> {
  const { rows } = await run(sql`SELECT ${plain(columns)} FROM sessions WHERE id = ${sought(id)} FOR UPDATE`)

  return rows[0] === undefined ? undefined : toSession(rows[0] as SessionRow)
}

/** In a transaction, likewise: the sessions that speak for the account no more, as `stillStands` has it. */
export async function lockFallen(
  run: Run,
  { subject, disabledAt, validAfter }: Account,
): Promise<readonly SessionId[]> {
  const { rows } = await run(sql`
    SELECT begun_as FROM sessions
    WHERE subject = ${subject} AND (${disabledAt !== undefined} OR authenticated_at < ${validAfter})
    ORDER BY id FOR UPDATE
  `)

  return rows.map((row) => (row as SessionRow).begun_as)
}

/** Met if the session is there; it cannot end meanwhile, and many may hold it at once. */
export const holdSession = (begunAs: SessionId) =>
  holdRow(sql`SELECT 1 FROM sessions WHERE begun_as = ${sought(begunAs)}`)

export const saveSession = (session: BrowserSession) => insert('sessions', toRow(session))

/** The row stays the same one, so that who holds the session meanwhile does not take it for ended. */
export const replaceSession = (id: SessionId, session: BrowserSession) =>
  change(sql`UPDATE sessions SET ${assign(toRow(session))} WHERE id = ${sought(id)}`)

export const removeSessions = (begunAs: readonly SessionId[]) =>
  change(sql`DELETE FROM sessions WHERE begun_as = ANY (${begunAs.map(stored)})`)

const toRow = (session: BrowserSession): Row => ({
  id: stored(session.id),
  begun_as: stored(session.begunAs),
  subject: session.subject,
  authenticated_at: session.authenticatedAt,
  amr: joinWords(session.amr),
  expires_at: session.expiresAt,
})

function toSession(row: SessionRow): BrowserSession {
  return {
    id: row.id,
    begunAs: row.begun_as,
    subject: row.subject,
    authenticatedAt: row.authenticated_at,
    amr: splitWords(row.amr),
    expiresAt: row.expires_at,
  }
}
