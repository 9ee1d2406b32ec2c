import { addSeconds } from '../../base/time.ts'
import type { Instant } from '../../base/time.ts'
import { maxClientsOfSession } from '../../ports/logout-store.ts'
import type { LogoutDelivery } from '../../ports/logout-store.ts'
import type { SessionId } from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import { sought, stored } from '../rows.ts'
import type { Run } from './database.ts'
import { change, sql } from './sql.ts'
import type { Part } from './sql.ts'
import { keepDeliveries, toDelivery } from '../delivery.ts'
import type { DeliveryRow } from '../delivery.ts'

/* Who is told of the end of a session, and who waits to be told. */

export async function findSessionClients(run: Run, begunAs: SessionId): Promise<readonly ClientId[]> {
  const { rows } = await run(
    sql`SELECT client_id FROM session_clients WHERE session_id = ${sought(begunAs)} ORDER BY since`,
  )

  return rows.map((row) => (row as DeliveryRow).client_id)
}

/**
 * Holds the session, so that it does not end before the client is among those who are told. Who comes at the same time
 * as others is not counted, so that there may be a few more than `maxClientsOfSession`.
 */
export const recordClient = (begunAs: SessionId, clientId: ClientId, since: string): Part => ({
  head: sql`
    INSERT INTO session_clients (session_id, client_id, subject, since, expires_at)
    SELECT begun_as, ${clientId}, subject, ${stored(since)}, expires_at FROM sessions
    WHERE
      begun_as = ${stored(begunAs)}
      AND (SELECT count(*) FROM session_clients WHERE session_id = ${stored(begunAs)}) < ${maxClientsOfSession}
  `,
  tail: 'FOR SHARE ON CONFLICT DO NOTHING RETURNING 1',
  writes: true,
})

export const prolongClients = (begunAs: SessionId, until: Instant) =>
  change(sql`UPDATE session_clients SET expires_at = ${until} WHERE session_id = ${stored(begunAs)}`)

/** All who took part in the sessions wait to be told from now on. */
export function tellClients(begunAs: readonly SessionId[], now: Instant): readonly Part[] {
  const ids = begunAs.map(stored)
  const end = addSeconds(now, keepDeliveries)
  const waiting = {
    head: sql`
      INSERT INTO logout_deliveries (session_id, client_id, subject, attempts, due_at, expires_at)
      SELECT session_id, client_id, subject, 0, ${now}, ${end} FROM session_clients WHERE session_id = ANY (${ids})
    `,
    tail: 'ON CONFLICT DO NOTHING RETURNING 1',
    writes: true,
  }

  return [waiting, change(sql`DELETE FROM session_clients WHERE session_id = ANY (${ids})`)]
}

/** What another instance is taking at the moment is left to it. */
export async function claimLogouts(
  run: Run,
  leaseEnd: Instant,
  limit: number,
  now: Instant,
): Promise<readonly LogoutDelivery[]> {
  const { rows } = await run(sql`
    WITH due AS (
      SELECT session_id, client_id FROM logout_deliveries WHERE due_at <= ${now}
      ORDER BY due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE logout_deliveries AS taken SET due_at = ${leaseEnd}, attempts = attempts + 1
    FROM due WHERE taken.session_id = due.session_id AND taken.client_id = due.client_id
    RETURNING taken.session_id, taken.client_id, subject, attempts
  `)

  return (rows as readonly DeliveryRow[]).map(toDelivery)
}

/** Met unless another has taken it over meanwhile. */
export const removeDelivery = (delivery: LogoutDelivery) =>
  change(sql`DELETE FROM logout_deliveries WHERE ${isStill(delivery)}`)

/** Likewise. */
export const postponeDelivery = (delivery: LogoutDelivery, at: Instant) =>
  change(sql`UPDATE logout_deliveries SET due_at = ${at} WHERE ${isStill(delivery)}`)

const isStill = ({ sessionId, clientId, attempts }: LogoutDelivery) =>
  sql`session_id = ${sought(sessionId)} AND client_id = ${clientId} AND attempts = ${attempts}`
