import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../base/time.ts'
import type { PushedRequestId } from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import type { Confirmation } from '../../protocol/particulars.ts'
import type { PushedRequest } from '../../protocol/pushed-request.ts'
import type { onceTable } from './once.ts'
import { fromDocument, sought, stored } from './rows.ts'

interface PushedRequestRow {
  readonly client_id: ClientId
  readonly parameters: string
  readonly confirmation: string | null
  readonly expires_at: Instant
}

/** A used request leaves the table at once; that it was used is remembered for the browsers that are under way with it. */
export function pushedRequestTable(database: DatabaseSync, once: ReturnType<typeof onceTable>) {
  const select = database.prepare(`
    SELECT client_id, parameters, confirmation, expires_at FROM pushed_requests WHERE id = ?
  `)
  const insert = database.prepare(`
    INSERT INTO pushed_requests (id, client_id, parameters, confirmation, expires_at) VALUES (?, ?, ?, ?, ?)
  `)
  const remove = database.prepare('DELETE FROM pushed_requests WHERE id = ?')

  const find = (id: PushedRequestId) => toPushedRequest(id, select.get(sought(id)))

  function save({ id, clientId, parameters, confirmation, expiresAt }: PushedRequest): void {
    const bound = confirmation === undefined ? null : JSON.stringify(confirmation)
    insert.run(stored(id), clientId, parameters, bound, expiresAt)
  }

  const isUsed = (id: PushedRequestId) => once.isUsed(usedKey(id))

  function use(id: PushedRequestId, until: Instant): void {
    once.use(usedKey(id), until)
    remove.run(sought(id))
  }

  return { find, save, isUsed, use }
}

const usedKey = (id: PushedRequestId) => `pushed_request ${id}`

function toPushedRequest(id: PushedRequestId, found: unknown): PushedRequest | undefined {
  if (found === undefined) return undefined
  const row = found as PushedRequestRow

  return {
    id,
    clientId: row.client_id,
    parameters: row.parameters,
    confirmation: row.confirmation === null ? undefined : (fromDocument(row.confirmation) as Confirmation),
    expiresAt: row.expires_at,
  }
}
