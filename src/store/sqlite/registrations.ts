import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../base/time.ts'
import type {
  NewRegistration,
  Registered,
  RegistrationToken,
  RegistrationTokenId,
} from '../../ports/registration-store.ts'
import type { Client, ClientId } from '../../protocol/client.ts'
import type { ClientTable } from './clients.ts'
import { asHex, sought, stored } from './rows.ts'

/** A use moves the time of removal only if it moves it this far, so that not every token request writes the row. */
const dayMs = 24 * 60 * 60 * 1000

/** For SQL, where an end is never: well before the last instant there is. */
const never = 8_000_000_000_000_000 as Instant

interface DueRow {
  readonly id: ClientId
}

/** Clients that made themselves known: how they come, how long they stay, and how they go. */
export function registrationTable(database: DatabaseSync, clients: ClientTable) {
  const count = database.prepare('SELECT count(*) AS rows FROM (SELECT 1 FROM clients WHERE prune_at > 0 LIMIT ?)')
  const remove = database.prepare(`
    UPDATE clients SET removed_at = ?1, prune_at = ?1
    WHERE id = ?2 AND removed_at IS NULL AND prune_at IS NOT NULL
  `)
  const markUsed = database.prepare(`
    UPDATE clients SET prune_at = max(?1, ?2 + unused_ms) + ${dayMs}
    WHERE id = ?3 AND removed_at IS NULL AND prune_at < max(?1, ?2 + unused_ms)
  `)
  const markAwaited = database.prepare(`
    UPDATE clients SET prune_at = ?1 WHERE id = ?2 AND removed_at IS NULL AND prune_at < ?1
  `)
  const due = database.prepare('SELECT id FROM clients WHERE prune_at <= ? ORDER BY prune_at LIMIT ?')
  const removeConsents = database.prepare(`
    DELETE FROM consents WHERE client_id = ?1 AND subject IN (
      SELECT subject FROM consents WHERE client_id = ?1 LIMIT ?2
    )
  `)
  const removeRow = database.prepare('DELETE FROM clients WHERE id = ?')
  const selectToken = database.prepare(`
    SELECT ${asHex('secret_hash')}, uses_left, expires_at FROM registration_tokens WHERE id = ?
  `)
  const insertToken = database.prepare('INSERT INTO registration_tokens VALUES (?, ?, ?, ?)')
  const useToken = database.prepare(`
    UPDATE registration_tokens SET uses_left = uses_left - 1 WHERE id = ? AND uses_left > 0 AND expires_at > ?
  `)

  function register({ client, tokenId, maxClients }: NewRegistration, now: Instant): Registered {
    if (replace(client)) return 'done'
    const { rows } = count.get(maxClients) as { rows: number }
    if (rows >= maxClients) return 'full'
    if (tokenId !== undefined && useToken.run(sought(tokenId), now).changes !== 1) return 'token_unusable'
    clients.save(client)

    return 'done'
  }

  function replace(client: Client): boolean {
    const before = clients.load(client.id)
    if (before?.registration === undefined) return false
    clients.save({ ...client, createdAt: before.createdAt, disabledAt: before.disabledAt })

    return true
  }

  function end(id: ClientId, now: Instant): boolean {
    clients.forget(id)

    return remove.run(now, id).changes === 1
  }

  /** Something was issued to the client that ends at `until`. */
  const use = (id: ClientId, until: Instant | 'never', now: Instant) =>
    void markUsed.run(until === 'never' ? never : until, now, id)

  /** A person decides about the client until then: it stays so long, but was not used. */
  const waitFor = (id: ClientId, until: Instant) => void markAwaited.run(until, id)

  /** Consents first, since there may be many: who has more of them than fit into one call waits for the next. */
  function prune(now: Instant, limit: number): number {
    let left = limit
    for (const { id } of due.all(now, limit) as unknown as readonly DueRow[]) {
      left -= Number(removeConsents.run(id, left).changes)
      if (left <= 0) return limit
      clients.forget(id)
      removeRow.run(id)
      left -= 1
    }

    return limit - left
  }

  function findToken(id: RegistrationTokenId): RegistrationToken | undefined {
    const row = selectToken.get(sought(id)) as
      | { readonly secret_hash: string; readonly uses_left: number; readonly expires_at: Instant }
      | undefined

    return row && { id, secretHash: row.secret_hash, usesLeft: row.uses_left, expiresAt: row.expires_at }
  }

  const saveToken = ({ id, secretHash, usesLeft, expiresAt }: RegistrationToken) =>
    void insertToken.run(stored(id), stored(secretHash), usesLeft, expiresAt)

  return { register, replace, end, use, waitFor, prune, findToken, saveToken }
}
