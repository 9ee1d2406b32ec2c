import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../base/time.ts'
import type { Subject } from '../../protocol/account.ts'
import type { BrowserSession, SessionId } from '../../protocol/authorization.ts'
import { accountColumns } from './accounts.ts'
import type { Owners } from './owners.ts'
import { asHex, joinWords, prepareByPosition, sought, splitWords, stored } from './rows.ts'

/** In the order of {@link columns}. */
type SessionRow = readonly [
  id: string,
  begunAs: string,
  subject: Subject,
  authenticatedAt: Instant,
  amr: string,
  expiresAt: Instant,
]

const columns = `${asHex('id')}, ${asHex('begun_as')}, sessions.subject, authenticated_at, amr, expires_at`
const width = 6

export function sessionTable(database: DatabaseSync, owners: Owners) {
  const select = prepareByPosition(
    database,
    `SELECT ${columns}, ${accountColumns} FROM sessions LEFT JOIN accounts USING (subject) WHERE sessions.id = ?`,
  )
  const selectBegunAs = prepareByPosition(database, `SELECT ${columns} FROM sessions WHERE sessions.begun_as = ?`)
  const insert = database.prepare(`
    INSERT INTO sessions (id, begun_as, subject, authenticated_at, amr, expires_at)
    VALUES (?, ?, ?, ?, ?, ?)
  `)
  const removeBegunAs = database.prepare('DELETE FROM sessions WHERE begun_as = ?')
  const removeOne = database.prepare('DELETE FROM sessions WHERE id = ?')

  function find(id: SessionId): BrowserSession | undefined {
    const found = select.get(sought(id)) as unknown as SessionRow | undefined
    if (found !== undefined) owners.note('session', id, found, width)

    return toSession(found)
  }
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
  const [id, begunAs, subject, authenticatedAt, amr, expiresAt] = found as SessionRow

  return {
    id: id as SessionId,
    begunAs: begunAs as SessionId,
    subject,
    authenticatedAt,
    amr: splitWords(amr),
    expiresAt,
  }
}
