import { fromBase64Url, toBase64Url } from '../base/encoding.ts'
import { addSeconds, hasPassed, seconds } from '../base/time.ts'
import type { Instant, Seconds } from '../base/time.ts'
import type { Random } from '../ports/random.ts'
import { stillStands } from '../protocol/account.ts'
import type { Account, Subject } from '../protocol/account.ts'
import type { BrowserSession, SessionId } from '../protocol/authorization.ts'
import { hashSecret } from '../protocol/credential.ts'

/** Half a day since the password was given; being used does not make it longer. */
export const defaultSessionLifetime = seconds(12 * 3600)

const cookieBytes = 32

/**
 * Begins a browser session, always with a new cookie: whatever the browser brought along is never taken on (attack row
 * UI-03). Only for a person who has shown all their factors (UI-08).
 *
 * @param amr the means of the sign-in (RFC 8176 section 2)
 * @param before the session that is alive in this browser, if there is one
 */
export function createBrowserSession(
  subject: Subject,
  now: Instant,
  lifetime: Seconds,
  random: Random,
  amr: readonly string[],
  before?: BrowserSession,
): { readonly cookie: string; readonly session: BrowserSession } {
  const cookie = toBase64Url(random(cookieBytes))

  const id = idOf(cookie)
  const begunAs = before?.subject === subject ? before.begunAs : id

  return {
    cookie,
    session: { id, begunAs, subject, authenticatedAt: now, amr, expiresAt: addSeconds(now, lifetime) },
  }
}

/** Where to look for the session of a cookie; `undefined` for text that no cookie of ours ever was. */
export function sessionIdOf(cookie: string | undefined): SessionId | undefined {
  if (cookie === undefined || cookie.length > 64) return undefined

  return fromBase64Url(cookie)?.length === cookieBytes ? idOf(cookie) : undefined
}

/**
 * Whether the session still speaks for the account: not over, account there and not disabled, and no password change or
 * "sign out everywhere" since.
 */
export function isAlive(session: BrowserSession, account: Account | undefined, now: Instant): boolean {
  return (
    account?.subject === session.subject &&
    stillStands(account, session.authenticatedAt) &&
    !hasPassed(session.expiresAt, now)
  )
}

const idOf = (cookie: string) => hashSecret(cookie) as SessionId
