import type { DatabaseSync } from 'node:sqlite'
import { plainClient } from '../../protocol/client.ts'
import type { Client, ClientId } from '../../protocol/client.ts'
import { fromDocument, toDocument } from './rows.ts'

/** More than this many clients are not kept in memory at once. */
const maxCached = 1000

/**
 * Clients are read at every request and change seldom, so those in use are kept as objects. `PRAGMA data_version`
 * tells whether another connection wrote anything since: then all are forgotten, so no one sees an outdated one.
 */
export function clientTable(database: DatabaseSync) {
  const version = database.prepare('PRAGMA data_version')
  const select = database.prepare('SELECT document FROM clients WHERE id = ?')
  const upsert = database.prepare(`
    INSERT INTO clients (id, document) VALUES (?, ?)
    ON CONFLICT (id) DO UPDATE SET document = excluded.document
  `)
  const cache = new Map<ClientId, Client>()
  let seenVersion = -1

  function find(id: ClientId): Client | undefined {
    const { data_version } = version.get() as { data_version: number }
    if (data_version !== seenVersion) cache.clear()
    seenVersion = data_version
    const known = cache.get(id)
    if (known !== undefined) return known

    const row = select.get(id) as { document: string } | undefined
    if (row === undefined) return undefined
    if (cache.size >= maxCached) cache.clear()
    // A document of before a member existed lacks it.
    const client = Object.freeze({ ...plainClient, ...(fromDocument(row.document) as Client) })
    cache.set(id, client)

    return client
  }

  function save(client: Client): void {
    cache.delete(client.id)
    upsert.run(client.id, toDocument(client))
  }

  return { find, save }
}
