import { hash } from 'node:crypto'
import { addSeconds } from '../../base/time.ts'
import { plainClient } from '../../protocol/client.ts'
import type { Client, ClientId } from '../../protocol/client.ts'
import { skeletonOf } from '../../protocol/look-alike.ts'
import { fromDocument, toDocument } from '../rows.ts'
import type { Run } from './database.ts'
import type { Lookup } from './gather.ts'
import { soughtText } from './rows.ts'
import { insert, sql } from './sql.ts'
import type { Part } from './sql.ts'

/** More than this many clients are not kept in memory at once. */
const maxCached = 1000

interface ClientRow {
  readonly id: ClientId
  readonly document: string
}

interface Known {
  readonly document: string
  readonly client: Client
}

/**
 * A client that is looked up is read, since another instance may have changed it; but one whose document is still the same
 * is not made anew. `recall` gives what was read last, however long ago: for who asks with the write whether its
 * document is still that one (see assumptions.ts).
 */
export function clientTable() {
  const cache = new Map<string, Known>()
  const hashes = new WeakMap<Client, Uint8Array>()

  const byId: Lookup<[ClientId], Client> = {
    columns: 'id, document',
    from: 'clients',
    by: { id: ['text', soughtText] },
    and: 'removed_at IS NULL',
    read: toClient,
  }

  async function findReviewedByName(run: Run, skeleton: string): Promise<Client | undefined> {
    const { rows } = await run(
      sql`SELECT id, document FROM clients WHERE name_skeleton = ${soughtText(skeleton)} ORDER BY id LIMIT 1`,
    )

    return rows[0] === undefined ? undefined : toClient(rows[0] as ClientRow)
  }

  /** Of a client that the transaction changes: nobody else changes it until its end. */
  async function load(run: Run, id: ClientId): Promise<Client | undefined> {
    const { rows } = await run(sql`
      SELECT id, document FROM clients WHERE id = ${soughtText(id)} AND removed_at IS NULL FOR NO KEY UPDATE
    `)

    return rows[0] === undefined ? undefined : toClient(rows[0] as ClientRow)
  }

  function toClient({ id, document }: ClientRow): Client {
    const known = cache.get(id)
    if (known?.document === document) return known.client
    if (cache.size >= maxCached) cache.clear()
    const client = readClient(document)
    cache.set(id, { document, client })
    hashes.set(client, hash('sha256', document, 'buffer'))

    return client
  }

  /** SHA-256. Throws for a client that did not come from here. */
  function documentHashOf(client: Client): Uint8Array {
    const found = hashes.get(client)
    if (found === undefined) throw new TypeError('only a client as the store gave it can be assumed')

    return found
  }

  return {
    byId,
    findReviewedByName,
    load,
    recall: (id: ClientId) => cache.get(id)?.client,
    forget: (id: ClientId): void => void cache.delete(id),
    documentHashOf,
  }
}

export type ClientTable = ReturnType<typeof clientTable>

function readClient(document: string): Client {
  // A document of before a member existed lacks it.
  const found = fromDocument(document) as Client

  return Object.freeze({ ...plainClient, ...found, registration: found.registration ?? undefined })
}

export function saveClient(client: Client): Part {
  const { registration } = client

  return insert(
    'clients',
    {
      id: client.id,
      document: toDocument(client),
      name_skeleton: client.reviewed && client.disabledAt === undefined ? skeletonOf(client.name) : null,
      disabled_at: client.disabledAt ?? null,
      unused_ms: registration === undefined ? null : registration.unusedFor * 1000,
      prune_at: registration === undefined ? null : addSeconds(client.createdAt, registration.firstUseWithin),
    },
    replaced,
  )
}

const replaced = `
  ON CONFLICT (id) DO UPDATE SET
    document = excluded.document, name_skeleton = excluded.name_skeleton, disabled_at = excluded.disabled_at,
    unused_ms = excluded.unused_ms,
    prune_at = CASE
      WHEN excluded.prune_at IS NULL OR clients.removed_at IS NOT NULL THEN excluded.prune_at
      ELSE coalesce(clients.prune_at, excluded.prune_at)
    END,
    removed_at = NULL
`
