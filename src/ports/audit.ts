import { uuid7 } from '../base/id.ts'
import type { AuditEvent, AuditType } from '../protocol/audit-event.ts'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

/** Who asked, as far as HTTP knows. */
export interface Caller {
  readonly address: string | undefined
  readonly requestId: string | undefined
}

type Details = Partial<Pick<AuditEvent, 'reason' | 'clientId' | 'subject' | 'authorizationId' | 'grantType' | 'scope'>>

/** Describes one security decision. */
export function auditEvent(
  ports: { readonly now: Clock; readonly random: Random },
  caller: Caller,
  type: AuditType,
  outcome: AuditEvent['outcome'],
  details: Details = {},
): AuditEvent {
  const at = ports.now()

  return {
    id: uuid7(at, ports.random(10)),
    at,
    type,
    outcome,
    reason: details.reason,
    clientId: details.clientId,
    subject: details.subject,
    authorizationId: details.authorizationId,
    address: caller.address,
    requestId: caller.requestId,
    grantType: details.grantType,
    scope: details.scope,
  }
}
