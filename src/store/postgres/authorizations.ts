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
import { documentOr, joinWords, orNever, orNoDocument, orNull, sought, splitWords, stored } from '../rows.ts'
import type { Lookup } from './gather.ts'
import { storedOrNull } from './rows.ts'
import { change, insert, sql } from './sql.ts'
import type { Part } from './sql.ts'

interface AuthorizationRow {
  readonly id: AuthorizationId
  readonly client_id: ClientId
  readonly subject: Subject
  readonly scope: string
  readonly resources: string
  readonly session_id: SessionId | null
  readonly authenticated_at: Instant
  readonly created_at: Instant
  readonly nonce: string | null
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

export const authorizationById: Lookup<[AuthorizationId], Authorization> = {
  columns: `
    id, client_id, subject, scope, resources, session_id, authenticated_at, created_at, nonce, generation, rotated_at,
    refresh_expires_at, refresh_absolute_end, ends_at, revoked_at, revoked_because, particulars
  `,
  from: 'authorizations',
  by: { id: ['bytea', sought] },
  read: toAuthorization,
}

export function saveAuthorization(authorization: Authorization): Part {
  const { refresh } = authorization

  return insert('authorizations', {
    id: stored(authorization.id),
    client_id: authorization.clientId,
    subject: authorization.subject,
    scope: joinWords(authorization.scope),
    resources: joinWords(authorization.resources),
    session_id: storedOrNull(authorization.sessionId),
    authenticated_at: authorization.authenticatedAt,
    created_at: authorization.createdAt,
    nonce: storedOrNull(refresh?.nonce),
    generation: refresh?.generation ?? null,
    rotated_at: refresh?.rotatedAt ?? null,
    refresh_expires_at: orNull(refresh?.expiresAt ?? 'never'),
    refresh_absolute_end: orNull(refresh?.absoluteEnd ?? 'never'),
    ends_at: orNull(authorization.endsAt),
    revoked_at: authorization.revokedAt ?? null,
    revoked_because: authorization.revokedBecause ?? null,
    prune_at: orNull(authorization.endsAt),
    particulars: orNoDocument(authorization.particulars),
  })
}

/** Met if the authorization stands at that generation, unrevoked; then it stands at the next. */
export function rotate({ authorizationId, generation, chain, endsAt }: Rotation): Part {
  if (![generation, generation + 1].includes(chain.generation))
    throw new RangeError('a refresh token is kept, or goes to the next generation')

  return change(sql`
    UPDATE authorizations SET
      nonce = ${stored(chain.nonce)}, generation = ${chain.generation}, rotated_at = ${chain.rotatedAt ?? null},
      refresh_expires_at = ${orNull(chain.expiresAt)}, refresh_absolute_end = ${orNull(chain.absoluteEnd)},
      ends_at = ${orNull(endsAt)}
    WHERE id = ${sought(authorizationId)} AND generation = ${generation} AND revoked_at IS NULL
  `)
}

/** Met for the first who ends it. */
export function revokeAuthorization(id: AuthorizationId, reason: RevocationReason, now: Instant): Part {
  const latest = now + keepRevokedMs

  return change(sql`
    UPDATE authorizations SET
      revoked_at = ${now}, revoked_because = ${reason},
      ends_at = least(ends_at, ${latest}), prune_at = least(prune_at, ${latest})
    WHERE id = ${sought(id)} AND revoked_at IS NULL
  `)
}

/** Ends what only signed the person in: with openid, and not to stay connected. Met if there was any; returns the ids. */
export function revokeOfSession(begunAs: SessionId, now: Instant): Part {
  const latest = now + keepRevokedMs
  const head = sql`
    UPDATE authorizations SET
      revoked_at = ${now}, revoked_because = 'signed_out',
      ends_at = least(ends_at, ${latest}), prune_at = least(prune_at, ${latest})
    WHERE
      session_id = ${sought(begunAs)} AND revoked_at IS NULL AND
      strpos(' ' || scope || ' ', ' openid ') > 0 AND strpos(' ' || scope || ' ', ' offline_access ') = 0
  `

  return { head, tail: 'RETURNING id', writes: true }
}

function toAuthorization(row: AuthorizationRow): Authorization {
  return {
    id: row.id,
    clientId: row.client_id,
    subject: row.subject,
    scope: splitWords(row.scope) as readonly string[] as Scope,
    resources: splitWords(row.resources) as ResourceId[],
    sessionId: row.session_id ?? undefined,
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
  if (row.generation === null || row.nonce === null) return undefined

  return {
    nonce: row.nonce,
    generation: row.generation,
    rotatedAt: row.rotated_at ?? undefined,
    expiresAt: orNever(row.refresh_expires_at),
    absoluteEnd: orNever(row.refresh_absolute_end),
  }
}
