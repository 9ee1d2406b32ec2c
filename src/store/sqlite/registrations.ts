import type { DatabaseSync } from 'node:sqlite'
import { addSeconds, seconds } from '../../base/time.ts'
import type { Instant } from '../../base/time.ts'
import type {
  NewRegistration,
  Registered,
  RegistrationToken,
  RegistrationTokenId,
} from '../../ports/registration-store.ts'
import type { Client, ClientId } from '../../protocol/client.ts'
import { clientLeft, clientSaved } from '../changes.ts'
import { keepDisabledMs, never, newFor, useStepMs, waitStepMs } from '../retention.ts'
import type { changeTable } from './changes.ts'
import type { ClientTable } from './clients.ts'
import { asHex, sought, stored } from './rows.ts'

interface DueRow {
  readonly id: ClientId
  readonly disabled_at: Instant | null
}

const disabledAt = "json_extract(document, '$.disabledAt') AS disabled_at"

/** Clients that made themselves known: how they come, how long they stay, and how they go. */
export function registrationTable(
  database: DatabaseSync,
  clients: ClientTable,
  changes: ReturnType<typeof changeTable>,
) {
  const count = database.prepare('SELECT count(*) AS rows FROM (SELECT 1 FROM clients WHERE prune_at > 0 LIMIT ?)')
  const remove = database.prepare(`
    UPDATE clients SET removed_at = ?1, prune_at = ?1
    WHERE id = ?2 AND removed_at IS NULL AND prune_at IS NOT NULL
  `)
  const markUsed = database.prepare(`
    UPDATE clients SET prune_at = max(prune_at, max(?1, ?2 + unused_ms) + ${useStepMs}), used_at = ?2
    WHERE id = ?3 AND removed_at IS NULL AND (used_at IS NULL OR prune_at < max(?1, ?2 + unused_ms))
  `)
  const markAwaited = database.prepare(`
    UPDATE clients SET
      prune_at = max(prune_at, ?1 + ${waitStepMs}), awaited_until = max(ifnull(awaited_until, 0), ?1 + ${waitStepMs})
    WHERE
      id = ?2 AND removed_at IS NULL AND prune_at IS NOT NULL
      AND (awaited_until IS NULL OR awaited_until < ?1 OR prune_at < ?1)
  `)
  const due = database.prepare(`
    SELECT id, ${disabledAt} FROM clients WHERE prune_at <= ? ORDER BY prune_at LIMIT ?
  `)
  const fileAnew = database.prepare('UPDATE clients SET prune_at = ? WHERE id = ?')
  const selectNeverUsed = database.prepare(`
    SELECT id, ${disabledAt} FROM clients
    WHERE
      prune_at <= ? AND used_at IS NULL AND removed_at IS NULL AND disabled_at IS NULL
      AND ifnull(awaited_until, 0) <= ?
    ORDER BY prune_at LIMIT 1
  `)
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
    if (replace(client, now)) return 'done'
    const { rows } = count.get(maxClients) as { rows: number }
    const leaves = rows < maxClients ? undefined : findNeverUsed(client, now)
    if (rows >= maxClients && leaves === undefined) return 'full'
    if (tokenId !== undefined && useToken.run(sought(tokenId), now).changes !== 1) return 'token_unusable'
    if (leaves !== undefined) removeNow(leaves)
    if (leaves !== undefined) changes.append(clientLeft(leaves, now))
    clients.save(client)
    changes.append(clientSaved(client, undefined, now))

    return 'done'
  }

  /** The oldest of those that nobody used yet, nor decides about: in a flood they make room for who is in earnest. */
  function findNeverUsed({ registration }: Client, now: Instant): ClientId | undefined {
    const firstUse = addSeconds(now, registration?.firstUseWithin ?? seconds(0))
    const found = selectNeverUsed.get(firstUse - newFor * 1000, now) as DueRow | undefined

    return found?.id
  }

  function removeNow(id: ClientId): void {
    clients.forget(id)
    removeRow.run(id)
  }

  function replace(client: Client, now: Instant): boolean {
    const before = clients.load(client.id)
    if (before?.registration === undefined) return false
    const { createdAt, disabledAt, validAfter } = before
    const after = { ...client, createdAt, disabledAt, validAfter }
    clients.save(after)
    changes.append(clientSaved(after, before, now))

    return true
  }

  function end(id: ClientId, now: Instant): boolean {
    clients.forget(id)

    return remove.run(now, id).changes === 1
  }

  /** Something was issued to the client that ends at `until`. */
  const use = (id: ClientId, until: Instant | 'never', now: Instant) =>
    void markUsed.run(until === 'never' ? never : until, now, id)

  /** A person decides about the client until then: it stays so long, but was not used. Written once a minute at most. */
  const waitFor = (id: ClientId, until: Instant) => void markAwaited.run(until, id)

  /** Consents first, since there may be many: who has more of them than fit into one call waits for the next. */
  function prune(now: Instant, limit: number): number {
    let left = limit
    for (const { id, disabled_at } of due.all(now, limit) as unknown as readonly DueRow[]) {
      if (disabled_at === null) left -= Number(removeConsents.run(id, left).changes)
      if (left <= 0) return limit
      if (disabled_at === null) removeNow(id)
      else fileAnew.run(now + keepDisabledMs, id)
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
