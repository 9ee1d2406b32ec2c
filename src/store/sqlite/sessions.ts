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
  const remove = database.prepare('DELETE FROM sessions WHERE id = ?')

  const find = (id: SessionId) => toSession(select.get(sought(id)))
  const findBegunAs = (id: SessionId) => toSession(selectBegunAs.get(sought(id)))

  function start(session: BrowserSession, replaces: SessionId | undefined): void {
    if (replaces !== undefined) end(replaces)
    insert.run(
      stored(session.id),
      stored(session.begunAs),
      session.subject,
      session.authenticatedAt,
      joinWords(session.amr),
      session.expiresAt,
    )
  }

  const end = (id: SessionId) => remove.run(sought(id)).changes === 1

  return { find, findBegunAs, start, end }
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
