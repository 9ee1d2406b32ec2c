import { seconds } from '../base/time.ts'
import type { LogoutDelivery } from '../ports/logout-store.ts'
import type { Subject } from '../protocol/account.ts'
import type { SessionId } from '../protocol/authorization.ts'
import type { ClientId } from '../protocol/client.ts'

/** A delivery that nobody works on any more, as when OpenID Connect was turned off, leaves after a day. */
export const keepDeliveries = seconds(86_400)

/** Who waits to be told of the end of a session, as both databases give it. */
export interface DeliveryRow {
  readonly session_id: SessionId
  readonly client_id: ClientId
  readonly subject: Subject
  readonly attempts: number
}

export const toDelivery = (row: DeliveryRow): LogoutDelivery => ({
  sessionId: row.session_id,
  clientId: row.client_id,
  subject: row.subject,
  attempts: row.attempts,
})
