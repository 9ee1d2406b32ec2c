import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import type { ClientId } from '../protocol/client.ts'
import type { Browser } from './browser.ts'

/** Ends the session of this browser, if it has one. @param clientId of the app that asked for it */
export async function endBrowserSession(
  { sessionId, signedIn }: Browser,
  ports: Ports,
  caller: Caller,
  clientId?: ClientId,
): Promise<void> {
  if (sessionId === undefined) return
  const event = auditEvent(ports, caller, 'sign_out', 'done', { subject: signedIn?.account.subject, clientId })
  await ports.store.endSession(sessionId, event)
}
