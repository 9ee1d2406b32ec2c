import { hasPassed } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import type { Store } from '../ports/store.ts'
import type { BrowserSession, SessionId } from '../protocol/authorization.ts'
import type { Client } from '../protocol/client.ts'

/** What was begun in a browser: an authorization code, or an authorization. */
interface Begun {
  readonly sessionId: SessionId | undefined
}

/** The browser session that the access of an app in the page hangs on; nobody else's is looked up. */
export async function findSessionOf(begun: Begun, client: Client, store: Store): Promise<BrowserSession | undefined> {
  return client.kind === 'browser' && begun.sessionId !== undefined
    ? store.findSessionBegunAs(begun.sessionId)
    : undefined
}

/**
 * True if an app that runs in the page has nothing any more because the person is no longer signed in
 * (RFC 10017 section 6.3.2.3). Other apps go on without.
 */
export const hasSignedOut = (begun: Begun, client: Client, session: BrowserSession | undefined, now: Instant) =>
  client.kind === 'browser' &&
  begun.sessionId !== undefined &&
  (session === undefined || hasPassed(session.expiresAt, now))
