import type { Instant } from '../../base/time.ts'
import type { PushedRequestId } from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import type { Confirmation } from '../../protocol/particulars.ts'
import type { PushedRequest } from '../../protocol/pushed-request.ts'
import { fromDocument, sought, stored } from '../rows.ts'
import type { Lookup } from './gather.ts'
import { useOnce } from './once.ts'
import { change, insert, sql } from './sql.ts'

interface PushedRequestRow {
  readonly id: PushedRequestId
  readonly client_id: ClientId
  readonly parameters: string
  readonly confirmation: string | null
  readonly expires_at: Instant
}

export const pushedRequestById: Lookup<[PushedRequestId], PushedRequest> = {
  columns: 'id, client_id, parameters, confirmation, expires_at',
  from: 'pushed_requests',
  by: { id: ['bytea', sought] },
  read: toPushedRequest,
}

export const savePushedRequest = ({ id, clientId, parameters, confirmation, expiresAt }: PushedRequest) =>
  insert('pushed_requests', {
    id: stored(id),
    client_id: clientId,
    parameters,
    confirmation: confirmation === undefined ? null : JSON.stringify(confirmation),
    expires_at: expiresAt,
  })

/** Met for the first. That it was used is remembered for the browsers that are under way with it, though its row leaves. */
export const usePushedRequest = (id: PushedRequestId, until: Instant) => useOnce(`pushed_request ${id}`, until)

export const removePushedRequest = (id: PushedRequestId) =>
  change(sql`DELETE FROM pushed_requests WHERE id = ${sought(id)}`)

function toPushedRequest(row: PushedRequestRow): PushedRequest {
  return {
    id: row.id,
    clientId: row.client_id,
    parameters: row.parameters,
    confirmation: row.confirmation === null ? undefined : (fromDocument(row.confirmation) as Confirmation),
    expiresAt: row.expires_at,
  }
}
