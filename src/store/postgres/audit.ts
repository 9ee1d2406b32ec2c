import type { Instant } from '../../base/time.ts'
import type { Subject } from '../../protocol/account.ts'
import type { AuditEvent, AuditType } from '../../protocol/audit-event.ts'
import type { AuthorizationId } from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import type { ResourceId } from '../../protocol/resource.ts'
import { refuseBadPage } from '../audit.ts'
import { sought, stored } from '../rows.ts'
import type { Run } from './database.ts'
import { storedOrNull } from './rows.ts'
import { insert, sql } from './sql.ts'

interface AuditRow {
  readonly id: string
  readonly at: Instant
  readonly type: AuditType
  readonly outcome: AuditEvent['outcome']
  readonly reason: string | null
  readonly client_id: ClientId | null
  readonly subject: Subject | null
  readonly authorization_id: AuthorizationId | null
  readonly address: string | null
  readonly request_id: string | null
  readonly grant_type: string | null
  readonly scope: string | null
  readonly resource: ResourceId | null
  readonly actor: string | null
  readonly count: number
}

export const appendAudit = (event: AuditEvent) =>
  insert('audit', {
    id: stored(event.id),
    at: event.at,
    type: event.type,
    outcome: event.outcome,
    reason: event.reason ?? null,
    client_id: event.clientId ?? null,
    subject: event.subject ?? null,
    authorization_id: storedOrNull(event.authorizationId),
    address: event.address ?? null,
    request_id: event.requestId ?? null,
    grant_type: event.grantType ?? null,
    scope: event.scope ?? null,
    resource: event.resource ?? null,
    actor: event.actor ?? null,
    count: event.count,
  })

export async function listAudit(run: Run, after: string | undefined, limit: number): Promise<readonly AuditEvent[]> {
  refuseBadPage(limit)
  const { rows } = await run(sql`SELECT * FROM audit WHERE id > ${sought(after ?? '')} ORDER BY id LIMIT ${limit}`)

  return rows.map((row) => toEvent(row))
}

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
    authorizationId: row.authorization_id ?? undefined,
    address: row.address ?? undefined,
    requestId: row.request_id ?? undefined,
    grantType: row.grant_type ?? undefined,
    scope: row.scope ?? undefined,
    resource: row.resource ?? undefined,
    actor: row.actor ?? undefined,
    count: row.count,
  }
}
