import type { Instant } from '../base/time.ts'
import type { Subject } from '../protocol/account.ts'
import type { AuditEvent } from '../protocol/audit-event.ts'
import type { SessionId } from '../protocol/authorization.ts'
import type { ClientId } from '../protocol/client.ts'

/** No more clients of one browser session are told of its end; each is there because a person signed in to it. */
export const maxClientsOfSession = 100

/** A client waits to be told that a session has ended. There is one for each session and client, ever. */
export interface LogoutDelivery {
  /** `begunAs` of the session that is over. */
  readonly sessionId: SessionId
  readonly clientId: ClientId
  readonly subject: Subject
  /** Counting this one. */
  readonly attempts: number
}

/** What came of an attempt: that was the last one, whatever the event says of it, or there is another. */
export type LogoutOutcome =
  | { readonly kind: 'over'; readonly event: AuditEvent }
  | { readonly kind: 'again'; readonly at: Instant }

/** The part of the store about clients that are told when a person signs out (Back-Channel Logout 1.0). */
export interface LogoutStore {
  /** Who will be told when this session ends, oldest first. @param begunAs of the session */
  findSessionClients(begunAs: SessionId): Promise<readonly ClientId[]>
  /**
   * Takes deliveries that are due, the longest due first, for the caller alone until `leaseEnd`: who has not settled
   * them by then is taken to be dead, and another may try. Of any number of concurrent callers each gets others.
   */
  claimLogouts(leaseEnd: Instant, limit: number, now: Instant): Promise<readonly LogoutDelivery[]>
  /** `false`, and nothing written, if another has taken the delivery over meanwhile. */
  settleLogout(delivery: LogoutDelivery, outcome: LogoutOutcome): Promise<boolean>
}
