import type { DatabaseSync } from 'node:sqlite'
import { addSeconds } from '../../base/time.ts'
import { plainClient } from '../../protocol/client.ts'
import type { Client, ClientId } from '../../protocol/client.ts'
import { skeletonOf } from '../../protocol/look-alike.ts'
import type { Freshness } from './freshness.ts'
import { fromDocument, toDocument } from './rows.ts'

/** More than this many clients are not kept in memory at once. */
const maxCached = 1000

/** Clients are read at every request and change seldom, so those in use are kept as objects until anybody else writes. */
export function clientTable(database: DatabaseSync, freshness: Freshness) {
  const select = database.prepare('SELECT document FROM clients WHERE id = ? AND removed_at IS NULL')
  const selectByName = database.prepare('SELECT document FROM clients WHERE name_skeleton = ? ORDER BY id LIMIT 1')
  const upsert = database.prepare(`
    INSERT INTO clients (id, document, name_skeleton, unused_ms, prune_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
      document = excluded.document, name_skeleton = excluded.name_skeleton, unused_ms = excluded.unused_ms,
      prune_at = CASE
        WHEN excluded.prune_at IS NULL OR clients.removed_at IS NOT NULL THEN excluded.prune_at
        ELSE ifnull(clients.prune_at, excluded.prune_at)
      END,
      removed_at = NULL
  `)
  const cache = new Map<ClientId, Client>()
  freshness.onChange(() => cache.clear())

  function find(id: ClientId): Client | undefined {
    freshness.look()
    const known = cache.get(id)
    if (known !== undefined) return known

    const client = load(id)
    if (client === undefined) return undefined
    if (cache.size >= maxCached) cache.clear()
    cache.set(id, client)

    return client
  }

  /** Past the memory: inside a write, what was read may be undone. */
  const load = (id: ClientId) => toClient(select.get(id))

  const findReviewedByName = (skeleton: string) => toClient(selectByName.get(skeleton))

  function save(client: Client): void {
    const { registration } = client
    cache.delete(client.id)
    upsert.run(
      client.id,
      toDocument(client),
      client.reviewed && client.disabledAt === undefined ? skeletonOf(client.name) : null,
      registration === undefined ? null : registration.unusedFor * 1000,
      registration === undefined ? null : addSeconds(client.createdAt, registration.firstUseWithin),
    )
  }

  return { find, load, findReviewedByName, save, forget: (id: ClientId) => void cache.delete(id) }
}

export type ClientTable = ReturnType<typeof clientTable>

function toClient(row: unknown): Client | undefined {
  if (row === undefined) return undefined

  // A document of before a member existed lacks it.
  const found = fromDocument((row as { document: string }).document) as Client

  return Object.freeze({ ...plainClient, ...found, registration: found.registration ?? undefined })
}
