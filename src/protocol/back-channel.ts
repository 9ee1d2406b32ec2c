import { hash } from 'node:crypto'
import type { Result } from '../base/result.ts'
import { seconds, toEpochSeconds } from '../base/time.ts'
import type { Instant, Seconds } from '../base/time.ts'
import type { Subject } from './account.ts'
import type { SessionId } from './authorization.ts'
import type { ClientId } from './client.ts'
import { sidOf } from './identity-token.ts'

/** A logout token is read when it comes (Back-Channel Logout 1.0 section 2.4). */
const logoutTokenLifetime = seconds(120)

/** Waits after each attempt at which nobody could be reached; after the last one nobody is tried any more. */
const waits = [10, 60, 300, 1800].map(seconds)

/** Attempts for one client and session, all in all. */
export const maxAttempts = waits.length + 1

export interface LogoutFacts {
  readonly issuer: string
  readonly clientId: ClientId
  /** As the client knows the person. */
  readonly subject: Subject
  /** `begunAs` of the session that is over. */
  readonly sessionId: SessionId
  readonly now: Instant
}

/**
 * The claims of a logout token. Its `jti` is the same at every attempt, so that a client that heard of this already can
 * tell; it never has a `nonce`, so that it never passes for an ID token.
 *
 * @see OpenID Connect Back-Channel Logout 1.0 section 2.4
 */
export function describeLogoutToken({ issuer, clientId, subject, sessionId, now }: LogoutFacts) {
  const issuedAt = toEpochSeconds(now)

  return {
    iss: issuer,
    sub: subject,
    aud: clientId,
    iat: issuedAt,
    exp: issuedAt + logoutTokenLifetime,
    jti: hash('sha256', `logout ${sessionId} ${clientId}`, 'hex').slice(0, 32),
    events: { [logoutEvent]: {} },
    sid: sidOf(sessionId, clientId),
  }
}

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

export type DeliveryDecision =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'again'; readonly wait: Seconds }

/**
 * What follows from an attempt. An answer is an answer, also a refusal or a redirect; only whom nobody could reach is tried
 * again, a few times (section 2.8).
 *
 * @param answer the status of the client's answer, or why there was none
 * @param attempts with this one
 */
export function decideDelivery(answer: Result<number, string>, attempts: number): DeliveryDecision {
  if (answer.ok)
    return answer.value === 200 || answer.value === 204
      ? { kind: 'delivered' }
      : { kind: 'failed', reason: `status_${answer.value}` }
  const wait = waits[attempts - 1]
  const mayPass = answer.error === 'unreachable' || answer.error === 'too_slow'

  return mayPass && wait !== undefined ? { kind: 'again', wait } : { kind: 'failed', reason: answer.error }
}
