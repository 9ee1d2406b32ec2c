import type { DatabaseSync } from 'node:sqlite'
import { instant } from '../../base/time.ts'
import type { Instant } from '../../base/time.ts'
import type { Subject } from '../../protocol/account.ts'
import type {
  Authorization,
  AuthorizationId,
  RefreshChain,
  RevocationReason,
  SessionId,
} from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import type { Redeem } from '../../protocol/plan.ts'
import type { ResourceId } from '../../protocol/resource.ts'
import type { Scope } from '../../protocol/scope.ts'
import { keepRevokedMs } from '../retention.ts'
import {
  asHex,
  documentOr,
  idOrNothing,
  joinWords,
  orNever,
  orNoDocument,
  orNull,
  sought,
  splitWords,
  stored,
} from './rows.ts'

interface AuthorizationRow {
  readonly client_id: ClientId
  readonly subject: Subject
  readonly scope: string
  readonly resources: string
  readonly session_id: string
  readonly authenticated_at: Instant
  readonly created_at: Instant
  readonly nonce: string
  readonly generation: number | null
  readonly rotated_at: Instant | null
  readonly refresh_expires_at: Instant | null
  readonly refresh_absolute_end: Instant | null
  readonly ends_at: Instant | null
  readonly revoked_at: Instant | null
  readonly revoked_because: RevocationReason | null
  readonly particulars: string | null
}

type Rotation = Extract<Redeem, { kind: 'refresh_token' }>

export function authorizationTable(database: DatabaseSync) {
  const select = database.prepare(`
    SELECT
      client_id, subject, scope, resources, ${asHex('session_id')}, authenticated_at, created_at, ${asHex('nonce')},
      generation, rotated_at, refresh_expires_at, refresh_absolute_end, ends_at, revoked_at, revoked_because,
      particulars
    FROM authorizations WHERE id = ?
  `)
  const insert = database.prepare(`
    INSERT INTO authorizations (
      id, client_id, subject, scope, resources, session_id, authenticated_at, created_at, nonce, generation,
      rotated_at, refresh_expires_at, refresh_absolute_end, ends_at, revoked_at, revoked_because, prune_at, particulars
    )
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  `)
  const advance = database.prepare(`
    UPDATE authorizations SET
      nonce = ?, generation = ?, rotated_at = ?, refresh_expires_at = ?, refresh_absolute_end = ?, ends_at = ?
    WHERE id = ? AND generation = ? AND revoked_at IS NULL
  `)
  const end = database.prepare(`
    UPDATE authorizations SET
      revoked_at = ?1, revoked_because = ?2,
      ends_at = min(ifnull(ends_at, ?3), ?3), prune_at = min(ifnull(prune_at, ?3), ?3)
    WHERE id = ?4 AND revoked_at IS NULL
  `)

  const endOfSession = database.prepare(`
    UPDATE authorizations SET
      revoked_at = ?1, revoked_because = 'signed_out',
      ends_at = min(ifnull(ends_at, ?2), ?2), prune_at = min(ifnull(prune_at, ?2), ?2)
    WHERE session_id = ?3 AND revoked_at IS NULL AND
      instr(' ' || scope || ' ', ' openid ') > 0 AND instr(' ' || scope || ' ', ' offline_access ') = 0
    RETURNING ${asHex('id')}
  `)

  const find = (id: AuthorizationId) => toAuthorization(id, select.get(sought(id)))

  function save(authorization: Authorization): void {
    const { refresh } = authorization
    insert.run(
      stored(authorization.id),
      authorization.clientId,
      authorization.subject,
      joinWords(authorization.scope),
      joinWords(authorization.resources),
      authorization.sessionId === undefined ? null : stored(authorization.sessionId),
      authorization.authenticatedAt,
      authorization.createdAt,
      refresh === undefined ? null : stored(refresh.nonce),
      refresh?.generation ?? null,
      refresh?.rotatedAt ?? null,
      orNull(refresh?.expiresAt ?? 'never'),
      orNull(refresh?.absoluteEnd ?? 'never'),
      orNull(authorization.endsAt),
      authorization.revokedAt ?? null,
      authorization.revokedBecause ?? null,
      orNull(authorization.endsAt),
      orNoDocument(authorization.particulars),
    )
  }

  /** True if the authorization stood at that generation, unrevoked; then it stands at the next. */
  function rotate({ authorizationId, generation, chain, endsAt }: Rotation): boolean {
    if (![generation, generation + 1].includes(chain.generation))
      throw new RangeError('a refresh token is kept, or goes to the next generation')
    const { changes } = advance.run(
      stored(chain.nonce),
      chain.generation,
      chain.rotatedAt ?? null,
      orNull(chain.expiresAt),
      orNull(chain.absoluteEnd),
      orNull(endsAt),
      sought(authorizationId),
      generation,
    )

    return changes === 1
  }

  const revoke = (id: AuthorizationId, reason: RevocationReason, now: Instant) =>
    end.run(now, reason, instant(now + keepRevokedMs), sought(id)).changes === 1

  /** Ends what only signed the person in: with openid, and not to stay connected. Gives what there was. */
  const revokeOfSession = (begunAs: SessionId, now: Instant) =>
    endOfSession
      .all(now, instant(now + keepRevokedMs), sought(begunAs))
      .map((row) => (row as { readonly id: AuthorizationId }).id)

  return { find, save, rotate, revoke, revokeOfSession }
}

function toAuthorization(id: AuthorizationId, found: unknown): Authorization | undefined {
  if (found === undefined) return undefined
  const row = found as AuthorizationRow

  return {
    id,
    clientId: row.client_id,
    subject: row.subject,
    scope: splitWords(row.scope) as readonly string[] as Scope,
    resources: splitWords(row.resources) as ResourceId[],
    sessionId: idOrNothing<SessionId>(row.session_id),
    authenticatedAt: row.authenticated_at,
    createdAt: row.created_at,
    refresh: toChain(row),
    endsAt: orNever(row.ends_at),
    revokedAt: row.revoked_at ?? undefined,
    revokedBecause: row.revoked_because ?? undefined,
    particulars: documentOr(row.particulars, {}),
  }
}

function toChain(row: AuthorizationRow): RefreshChain | undefined {
  if (row.generation === null) return undefined

  return {
    nonce: row.nonce,
    generation: row.generation,
    rotatedAt: row.rotated_at ?? undefined,
    expiresAt: orNever(row.refresh_expires_at),
    absoluteEnd: orNever(row.refresh_absolute_end),
  }
}
