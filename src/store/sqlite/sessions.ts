import type { DatabaseSync } from 'node:sqlite'
import { toHex } from '../../base/encoding.ts'
import type { Instant } from '../../base/time.ts'
import type { Subject } from '../../protocol/account.ts'
import type { BrowserSession, SessionId } from '../../protocol/authorization.ts'
import { joinWords, sought, splitWords, stored } from './rows.ts'

interface SessionRow {
  readonly id: Uint8Array
  readonly begun_as: Uint8Array
  readonly subject: Subject
  readonly authenticated_at: Instant
  readonly amr: string
  readonly expires_at: Instant
}

export function sessionTable(database: DatabaseSync) {
  const select = database.prepare('SELECT * FROM sessions WHERE id = ?')
  const selectBegunAs = database.prepare('SELECT * FROM sessions WHERE begun_as = ?')
  const insert = database.prepare(`
    INSERT INTO sessions (id, begun_as, subject, authenticated_at, amr, expires_at)
    VALUES (?, ?, ?, ?, ?, ?)
  `)
  const removeBegunAs = database.prepare('DELETE FROM sessions WHERE begun_as = ?')
  const removeOne = database.prepare('DELETE FROM sessions WHERE id = ?')

  const find = (id: SessionId) => toSession(select.get(sought(id)))
  const findBegunAs = (id: SessionId) => toSession(selectBegunAs.get(sought(id)))

  const start = (session: BrowserSession) =>
    insert.run(
      stored(session.id),
      stored(session.begunAs),
      session.subject,
      session.authenticatedAt,
      joinWords(session.amr),
      session.expiresAt,
    )

  /** Takes one away for another that goes on with it. */
  const give = (id: SessionId) => removeOne.run(sought(id))

  /** Whatever goes on with the first one ends with it. True if there was any. */
  const end = (begunAs: SessionId) => removeBegunAs.run(sought(begunAs)).changes > 0

  return { find, findBegunAs, start, give, end }
}

function toSession(found: unknown): BrowserSession | undefined {
  if (found === undefined) return undefined
  const row = found as SessionRow

  return {
    id: toHex(row.id) as SessionId,
    begunAs: toHex(row.begun_as) as SessionId,
    subject: row.subject,
    authenticatedAt: row.authenticated_at,
    amr: splitWords(row.amr),
    expiresAt: row.expires_at,
  }
}
