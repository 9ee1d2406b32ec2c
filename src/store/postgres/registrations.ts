import { addSeconds, seconds } from '../../base/time.ts'
import type { Instant } from '../../base/time.ts'
import type {
  NewRegistration,
  Registered,
  RegistrationToken,
  RegistrationTokenId,
} from '../../ports/registration-store.ts'
import type { Client, ClientId } from '../../protocol/client.ts'
import type { ClientUse } from '../../protocol/plan.ts'
import { clientLeft, clientSaved } from '../changes.ts'
import { keepDisabledMs, never, newFor, useStepMs, waitStepMs } from '../retention.ts'
import { sought, stored } from '../rows.ts'
import { together } from './all-or-nothing.ts'
import { appendChange } from './changes.ts'
import { saveClient } from './clients.ts'
import type { ClientTable } from './clients.ts'
import type { Run } from './database.ts'
import { soughtText } from './rows.ts'
import { change, holdRow, insert, plain, sql } from './sql.ts'
import type { Part } from './sql.ts'

/* Clients that made themselves known: how they come, how long they stay, and how they go. */

const endOf = (until: Instant | 'never') => (until === 'never' ? never : until)

/** When a client may leave at the earliest, that is given something now. */
const neededUntil = (until: Instant | 'never', now: Instant) => sql`greatest(${endOf(until)}, ${now} + unused_ms)`

/**
 * Something is issued to the client that ends at `until`. Met if the client is there and stays so long anyway: it
 * cannot be removed meanwhile, and many may hold it at once.
 */
export const holdClient = ({ clientId, until }: ClientUse, now: Instant) =>
  holdRow(sql`
    SELECT 1 FROM clients
    WHERE
      id = ${soughtText(clientId)} AND removed_at IS NULL
      AND (prune_at IS NULL OR (used_at IS NOT NULL AND prune_at >= ${neededUntil(until, now)}))
  `)

/** The same where it has to stay longer than it would, which is once a day at most. Met if the client is there. */
export const keepClient = ({ clientId, until }: ClientUse, now: Instant) =>
  change(sql`
    UPDATE clients SET ${usedNow(until, now)}
    WHERE id = ${soughtText(clientId)} AND removed_at IS NULL
  `)

/** The same for a client that need not be there. */
export const useClient = ({ clientId, until }: ClientUse, now: Instant) =>
  change(sql`
    UPDATE clients SET ${usedNow(until, now)}
    WHERE
      id = ${soughtText(clientId)} AND removed_at IS NULL AND prune_at IS NOT NULL
      AND (used_at IS NULL OR prune_at < ${neededUntil(until, now)})
  `)

const usedNow = (until: Instant | 'never', now: Instant) => sql`
  prune_at = CASE WHEN prune_at IS NOT NULL THEN greatest(prune_at, ${neededUntil(until, now)} + ${useStepMs}) END,
  used_at = ${now}
`

/**
 * A person decides about the client until then: it stays so long, but was not used. The row is written once a minute at
 * most, or many requests of one client would wait for one another.
 */
export const waitForClient = (id: ClientId, until: Instant) =>
  change(sql`
    UPDATE clients SET
      prune_at = greatest(prune_at, ${until + waitStepMs}), awaited_until = greatest(awaited_until, ${until + waitStepMs})
    WHERE
      id = ${soughtText(id)} AND removed_at IS NULL AND prune_at IS NOT NULL
      AND (awaited_until IS NULL OR awaited_until < ${until} OR prune_at < ${until})
  `)

/** Met for the first who ends it. */
export const endClient = (id: ClientId, now: Instant) =>
  change(sql`
    UPDATE clients SET removed_at = ${now}, prune_at = ${now}
    WHERE id = ${soughtText(id)} AND removed_at IS NULL AND prune_at IS NOT NULL
  `)

/** In a transaction. */
export async function replaceClient(
  run: Run,
  clients: ClientTable,
  client: Client,
  event: Part,
  now: Instant,
): Promise<boolean> {
  const before = await clients.load(run, client.id)
  if (before?.registration === undefined) return false
  const { createdAt, disabledAt, validAfter } = before
  const after = { ...client, createdAt, disabledAt, validAfter }
  await run(together(saveClient(after), appendChange(clientSaved(after, before, now)), event))

  return true
}

/** In a transaction, one at a time: there are never more than there may be. */
export async function registerClient(
  run: Run,
  clients: ClientTable,
  { client, tokenId, maxClients }: NewRegistration,
  event: Part,
  now: Instant,
): Promise<Registered> {
  await run(plain(`SELECT 1 FROM turns WHERE name = 'registration' FOR UPDATE`))
  if (await replaceClient(run, clients, client, event, now)) return 'done'
  const isFull = await hasClients(run, maxClients)
  const leaves = isFull ? await findNeverUsed(run, client, now) : undefined
  if (isFull && leaves === undefined) return 'full'
  if (tokenId !== undefined && !(await useToken(run, tokenId, now))) return 'token_unusable'
  const removed =
    leaves === undefined
      ? []
      : [change(sql`DELETE FROM clients WHERE id = ${leaves}`), appendChange(clientLeft(leaves, now))]
  await run(together(...removed, saveClient(client), appendChange(clientSaved(client, undefined, now)), event))

  return 'done'
}

async function hasClients(run: Run, count: number): Promise<boolean> {
  const { rows } = await run(
    sql`SELECT count(*) AS there FROM (SELECT 1 FROM clients WHERE prune_at IS NOT NULL LIMIT ${count}) AS found`,
  )

  return (rows[0] as { readonly there: number }).there >= count
}

/** The oldest of those that nobody used yet, nor decides about: in a flood they make room for who is in earnest. */
async function findNeverUsed(run: Run, { registration }: Client, now: Instant): Promise<ClientId | undefined> {
  const firstUse = addSeconds(now, registration?.firstUseWithin ?? seconds(0))
  const { rows } = await run(sql`
    SELECT id FROM clients
    WHERE
      prune_at <= ${firstUse - newFor * 1000} AND used_at IS NULL AND removed_at IS NULL AND disabled_at IS NULL
      AND (awaited_until IS NULL OR awaited_until <= ${now})
    ORDER BY prune_at LIMIT 1 FOR UPDATE SKIP LOCKED
  `)

  return (rows[0] as { readonly id: ClientId } | undefined)?.id
}

async function useToken(run: Run, id: RegistrationTokenId, now: Instant): Promise<boolean> {
  const { count } = await run(sql`
    UPDATE registration_tokens SET uses_left = uses_left - 1
    WHERE id = ${sought(id)} AND uses_left > 0 AND expires_at > ${now}
  `)

  return count === 1
}

export async function findRegistrationToken(run: Run, id: RegistrationTokenId): Promise<RegistrationToken | undefined> {
  const { rows } = await run(sql`SELECT * FROM registration_tokens WHERE id = ${sought(id)}`)
  const row = rows[0] as
    | { readonly secret_hash: string; readonly uses_left: number; readonly expires_at: Instant }
    | undefined

  return row && { id, secretHash: row.secret_hash, usesLeft: row.uses_left, expiresAt: row.expires_at }
}

export const saveRegistrationToken = ({ id, secretHash, usesLeft, expiresAt }: RegistrationToken) =>
  insert('registration_tokens', {
    id: stored(id),
    secret_hash: stored(secretHash),
    uses_left: usesLeft,
    expires_at: expiresAt,
  })

interface DueClient {
  readonly id: ClientId
  readonly disabled_at: Instant | null
}

/**
 * In a transaction. Consents first, since there may be many: who has more of them than fit into one call waits for the
 * next. What another instance is at is left to it.
 */
export async function pruneClients(run: Run, now: Instant, limit: number): Promise<number> {
  const { rows } = await run(sql`
    SELECT id, disabled_at FROM clients WHERE prune_at <= ${now}
    ORDER BY prune_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
  `)
  let left = limit
  for (const { id, disabled_at } of rows as readonly DueClient[]) {
    if (disabled_at === null) left -= await removeConsents(run, id, left)
    if (left <= 0) return limit
    await run(
      disabled_at === null
        ? sql`DELETE FROM clients WHERE id = ${id}`
        : sql`UPDATE clients SET prune_at = ${now + keepDisabledMs} WHERE id = ${id}`,
    )
    left -= 1
  }

  return limit - left
}

async function removeConsents(run: Run, id: ClientId, limit: number): Promise<number> {
  const { count } = await run(sql`
    WITH leaving AS MATERIALIZED (SELECT subject FROM consents WHERE client_id = ${id} LIMIT ${limit})
    DELETE FROM consents USING leaving WHERE consents.client_id = ${id} AND consents.subject = leaving.subject
  `)

  return count
}
