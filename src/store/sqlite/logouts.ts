import type { DatabaseSync } from 'node:sqlite'
import { addSeconds } from '../../base/time.ts'
import type { Instant } from '../../base/time.ts'
import { maxClientsOfSession } from '../../ports/logout-store.ts'
import type { LogoutDelivery } from '../../ports/logout-store.ts'
import type { Account } from '../../protocol/account.ts'
import type { SessionId } from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import { asHex, sought, stored } from './rows.ts'
import { keepDeliveries, toDelivery } from '../delivery.ts'
import type { DeliveryRow } from '../delivery.ts'

/** Who is told of the end of a session, and who waits to be told. */
export function logoutTables(database: DatabaseSync) {
  const selectClients = database.prepare('SELECT client_id FROM session_clients WHERE session_id = ? ORDER BY rowid')
  const insertClient = database.prepare(`
    INSERT INTO session_clients (session_id, client_id, subject, expires_at)
    SELECT begun_as, ?1, subject, expires_at FROM sessions
    WHERE begun_as = ?2 AND (SELECT count(*) FROM session_clients WHERE session_id = ?2) < ${maxClientsOfSession}
    LIMIT 1
    ON CONFLICT DO NOTHING
  `)
  const prolong = database.prepare('UPDATE session_clients SET expires_at = ? WHERE session_id = ?')
  const enqueue = database.prepare(`
    INSERT INTO logout_deliveries (session_id, client_id, subject, attempts, due_at, expires_at)
    SELECT session_id, client_id, subject, 0, ?1, ?2 FROM session_clients WHERE session_id = ?3
    ON CONFLICT DO NOTHING
  `)
  const removeClients = database.prepare('DELETE FROM session_clients WHERE session_id = ?')
  const selectFallen = database.prepare(`
    SELECT DISTINCT ${asHex('begun_as')} FROM sessions WHERE subject = ? AND (? OR authenticated_at < ?)
  `)
  const isDue = database.prepare('SELECT 1 FROM logout_deliveries WHERE due_at <= ? LIMIT 1')
  const take = database.prepare(`
    UPDATE logout_deliveries SET due_at = ?, attempts = attempts + 1
    WHERE rowid IN (SELECT rowid FROM logout_deliveries WHERE due_at <= ? ORDER BY due_at LIMIT ?)
    RETURNING ${asHex('session_id')}, client_id, subject, attempts
  `)
  const mine = 'WHERE session_id = ? AND client_id = ? AND attempts = ?'
  const remove = database.prepare(`DELETE FROM logout_deliveries ${mine}`)
  const postpone = database.prepare(`UPDATE logout_deliveries SET due_at = ? ${mine}`)

  const clientsOf = (begunAs: SessionId) =>
    selectClients.all(sought(begunAs)).map((row) => (row as unknown as { readonly client_id: ClientId }).client_id)

  const record = (begunAs: SessionId, clientId: ClientId) => insertClient.run(clientId, stored(begunAs))

  const goesOn = (begunAs: SessionId, until: Instant) => prolong.run(until, stored(begunAs))

  /** All who took part in the session wait to be told from now on. */
  function end(begunAs: SessionId, now: Instant): void {
    enqueue.run(now, addSeconds(now, keepDeliveries), sought(begunAs))
    removeClients.run(sought(begunAs))
  }

  /** The sessions that speak for the account no more, as `stillStands` has it. */
  const findFallen = ({ subject, disabledAt, validAfter }: Account) =>
    selectFallen
      .all(subject, disabledAt === undefined ? 0 : 1, validAfter)
      .map((row) => (row as unknown as { readonly begun_as: SessionId }).begun_as)

  const hasDue = (now: Instant) => isDue.get(now) !== undefined

  const claim = (leaseEnd: Instant, limit: number, now: Instant): readonly LogoutDelivery[] =>
    (take.all(leaseEnd, now, limit) as unknown as readonly DeliveryRow[]).map(toDelivery)

  const over = ({ sessionId, clientId, attempts }: LogoutDelivery) =>
    remove.run(sought(sessionId), clientId, attempts).changes === 1

  const again = ({ sessionId, clientId, attempts }: LogoutDelivery, at: Instant) =>
    postpone.run(at, sought(sessionId), clientId, attempts).changes === 1

  return { clientsOf, record, goesOn, end, findFallen, hasDue, claim, over, again }
}
