import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../base/time.ts'
import type { Subject } from '../../protocol/account.ts'
import type { BrowserSession, SessionId } from '../../protocol/authorization.ts'
import { sought, stored } from './rows.ts'

interface SessionRow {
  readonly subject: Subject
  readonly authenticated_at: Instant
  readonly expires_at: Instant
}

export function sessionTable(database: DatabaseSync) {
  const select = database.prepare('SELECT subject, authenticated_at, expires_at FROM sessions WHERE id = ?')
  const insert = database.prepare('INSERT INTO sessions VALUES (?, ?, ?, ?)')
  const remove = database.prepare('DELETE FROM sessions WHERE id = ?')

  const find = (id: SessionId) => toSession(id, select.get(sought(id)))

  function start(session: BrowserSession, replaces: SessionId | undefined): void {
    if (replaces !== undefined) end(replaces)
    insert.run(stored(session.id), session.subject, session.authenticatedAt, session.expiresAt)
  }

  const end = (id: SessionId) => remove.run(sought(id)).changes === 1

  return { find, start, end }
}

function toSession(id: SessionId, found: unknown): BrowserSession | undefined {
  if (found === undefined) return undefined
  const row = found as SessionRow

  return {
    id,
    subject: row.subject,
    authenticatedAt: row.authenticated_at,
    expiresAt: row.expires_at,
  }
}
