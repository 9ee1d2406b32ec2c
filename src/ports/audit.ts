import { uuid7 } from '../base/id.ts'
import type { AuditEvent, AuditType } from '../protocol/audit-event.ts'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

/** Who asked, as far as HTTP knows. */
export interface Caller {
  readonly address: string | undefined
  readonly requestId: string | undefined
}

let last = { at: 0, count: 0 }

/**
 * Several events of one millisecond are told apart by the twelve bits after the time, so that they are read in the
 * order in which they happened (RFC 9562 section 6.2, method 1). Never exhausted: that many are not written so fast.
 */
function inOrder(at: number, random: Uint8Array): Uint8Array {
  last = { at, count: at === last.at ? (last.count + 1) % 4096 : 0 }
  random[0] = last.count >> 8
  random[1] = last.count & 0xff

  return random
}

type Details = Partial<Omit<AuditEvent, 'id' | 'at' | 'type' | 'outcome' | 'address' | 'requestId'>>

/** Describes one security decision. Its id is greater than that of any event this process described before. */
export function auditEvent(
  ports: { readonly now: Clock; readonly random: Random },
  caller: Caller,
  type: AuditType,
  outcome: AuditEvent['outcome'],
  details: Details = {},
): AuditEvent {
  const at = ports.now()

  return {
    id: uuid7(at, inOrder(at, ports.random(10))),
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
    resource: details.resource,
    actor: details.actor,
    count: details.count ?? 1,
  }
}
