import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import type { Subject } from '../protocol/account.ts'
import type { AuditEvent } from '../protocol/audit-event.ts'
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
  const subject = signedIn?.account.subject
  const event = auditEvent(ports, caller, 'sign_out', 'done', { subject, clientId })
  await ports.store.endSession(sessionId, event, revokedBySignOut(ports, caller, subject))
  ports.logouts.soon()
}

/** What is written of authorizations that end with a session. */
export const revokedBySignOut = (
  ports: Pick<Ports, 'now' | 'random'>,
  caller: Caller,
  subject: Subject | undefined,
): AuditEvent => auditEvent(ports, caller, 'authorization_revoked', 'done', { subject, reason: 'signed_out' })

/** So many apps are named at most. */
const maxNamed = 10

/** Names of the apps that are told when this browser signs out. */
export async function findTold({ signedIn }: Browser, { store }: Ports): Promise<readonly string[]> {
  if (signedIn === undefined) return []
  const ids = await store.findSessionClients(signedIn.session.begunAs)
  const clients = await Promise.all(ids.slice(0, maxNamed).map((each) => store.findClient(each)))

  return clients.flatMap((each) => each?.name ?? [])
}
