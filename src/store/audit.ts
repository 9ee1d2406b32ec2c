import { fromHex } from '../base/encoding.ts'
import type { Instant } from '../base/time.ts'
import type { Subject } from '../protocol/account.ts'
import type { AuditEvent, AuditType } from '../protocol/audit-event.ts'
import type { AuditSeal } from '../protocol/audit-seal.ts'
import type { AuthorizationId } from '../protocol/authorization.ts'
import type { ClientId } from '../protocol/client.ts'
import type { ResourceId } from '../protocol/resource.ts'
import { stored } from './rows.ts'

/* What the stores have in common about the audit. */

const maxPage = 1000
const markDigits = 16

/** As many sealed events as are read at once: a seal may have been given more than it had. */
export const maxSealedPage = 20_000

/** Throws unless a page of that size is given. */
export function refuseBadPage(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxPage)
    throw new RangeError(`a page of the audit has 1 to ${maxPage}`)
}

/** An event as both stores keep it; octets come as hexadecimal, and none at all as nothing or as an empty text. */
interface AuditRow {
  readonly id: string
  readonly at: Instant
  readonly type: AuditType
  readonly outcome: AuditEvent['outcome']
  readonly reason: string | null
  readonly client_id: ClientId | null
  readonly subject: Subject | null
  readonly authorization_id: AuthorizationId | '' | null
  readonly address: string | null
  readonly request_id: string | null
  readonly grant_type: string | null
  readonly scope: string | null
  readonly resource: ResourceId | null
  readonly actor: string | null
  readonly count: number
}

type Columns = Readonly<Record<(typeof auditColumnNames)[number], string | number | Uint8Array | null>>

export const auditColumnNames = [
  'id',
  'at',
  'type',
  'outcome',
  'reason',
  'client_id',
  'subject',
  'authorization_id',
  'address',
  'request_id',
  'grant_type',
  'scope',
  'resource',
  'actor',
  'count',
] as const

/** What stands in the columns for an event. */
export const auditColumns = (event: AuditEvent): Columns => ({
  id: stored(event.id),
  at: event.at,
  type: event.type,
  outcome: event.outcome,
  reason: event.reason ?? null,
  client_id: event.clientId ?? null,
  subject: event.subject ?? null,
  authorization_id: event.authorizationId === undefined ? null : stored(event.authorizationId),
  address: event.address ?? null,
  request_id: event.requestId ?? null,
  grant_type: event.grantType ?? null,
  scope: event.scope ?? null,
  resource: event.resource ?? null,
  actor: event.actor ?? null,
  count: event.count,
})

/** What a row of the audit says. */
export function toEvent(found: unknown): AuditEvent {
  const row = found as AuditRow

  return {
    id: row.id,
    at: row.at,
    type: row.type,
    outcome: row.outcome,
    reason: row.reason ?? undefined,
    clientId: row.client_id ?? undefined,
    subject: row.subject ?? undefined,
    authorizationId: row.authorization_id || undefined,
    address: row.address ?? undefined,
    requestId: row.request_id ?? undefined,
    grantType: row.grant_type ?? undefined,
    scope: row.scope ?? undefined,
    resource: row.resource ?? undefined,
    actor: row.actor ?? undefined,
    count: row.count,
  }
}

export interface SealRow {
  readonly number: number
  readonly sealed_at: Instant
  readonly marks: string
  readonly events_hash: string
  readonly hash: string
  readonly mac: string
}

/** Octets come as hexadecimal. */
export const toSeal = ({ number, sealed_at, marks, events_hash, hash, mac }: SealRow): AuditSeal => ({
  number,
  sealedAt: sealed_at,
  marks: marks.match(new RegExp(`.{1,${markDigits}}`, 'g')) ?? [],
  eventsHash: events_hash,
  hash,
  mac,
})

export const joinMarks = ({ marks }: AuditSeal) => fromHex(marks.join(''))
