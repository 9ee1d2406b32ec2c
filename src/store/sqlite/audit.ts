import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../base/time.ts'
import type { Subject } from '../../protocol/account.ts'
import type { AuditEvent, AuditType } from '../../protocol/audit-event.ts'
import type { AuthorizationId } from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import type { ResourceId } from '../../protocol/resource.ts'
import { refuseBadPage } from '../audit.ts'
import { asHex, idOrNothing, sought, stored } from './rows.ts'

interface AuditRow {
  readonly id: string
  readonly at: Instant
  readonly type: AuditType
  readonly outcome: AuditEvent['outcome']
  readonly reason: string | null
  readonly client_id: ClientId | null
  readonly subject: Subject | null
  readonly authorization_id: string
  readonly address: string | null
  readonly request_id: string | null
  readonly grant_type: string | null
  readonly scope: string | null
  readonly resource: ResourceId | null
  readonly actor: string | null
  readonly count: number
}

export const eventColumns = `
  ${asHex('id')}, at, type, outcome, reason, client_id, subject, ${asHex('authorization_id')}, address,
  request_id, grant_type, scope, resource, actor, count
`

export function auditTable(database: DatabaseSync) {
  const insert = database.prepare(`
    INSERT INTO audit (
      id, at, type, outcome, reason, client_id, subject, authorization_id, address, request_id, grant_type, scope,
      resource, actor, count
    )
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  `)
  const select = database.prepare(`SELECT ${eventColumns} FROM audit WHERE audit.id > ? ORDER BY audit.id LIMIT ?`)

  function append(event: AuditEvent): void {
    insert.run(
      stored(event.id),
      event.at,
      event.type,
      event.outcome,
      event.reason ?? null,
      event.clientId ?? null,
      event.subject ?? null,
      event.authorizationId === undefined ? null : stored(event.authorizationId),
      event.address ?? null,
      event.requestId ?? null,
      event.grantType ?? null,
      event.scope ?? null,
      event.resource ?? null,
      event.actor ?? null,
      event.count,
    )
  }

  function list(after: string | undefined, limit: number): readonly AuditEvent[] {
    refuseBadPage(limit)

    return select.all(sought(after ?? ''), limit).map((row) => toEvent(row))
  }

  return { append, list }
}

/** What {@link eventColumns} gave. */
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
    authorizationId: idOrNothing<AuthorizationId>(row.authorization_id),
    address: row.address ?? undefined,
    requestId: row.request_id ?? undefined,
    grantType: row.grant_type ?? undefined,
    scope: row.scope ?? undefined,
    resource: row.resource ?? undefined,
    actor: row.actor ?? undefined,
    count: row.count,
  }
}
