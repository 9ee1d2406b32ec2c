import type { Instant } from '../../base/time.ts'
import type { Subject } from '../../protocol/account.ts'
import type { AccessTokenId, AuthorizationId, OpaqueAccessToken } from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import type { ResourceId } from '../../protocol/resource.ts'
import type { Scope } from '../../protocol/scope.ts'
import { documentOr, joinWords, orNoDocument, sought, splitWords, stored } from '../rows.ts'
import type { Lookup } from './gather.ts'
import { storedOrNull } from './rows.ts'
import { change, insert, insertOnce, sql } from './sql.ts'

/* Opaque access tokens, and the ids of access tokens of either format that were ended before their time. */

interface OpaqueTokenRow {
  readonly id: AccessTokenId
  readonly secret_hash: string
  readonly authorization_id: AuthorizationId | null
  readonly client_id: ClientId
  readonly subject: Subject
  readonly scope: string
  readonly audience: ResourceId
  readonly issued_at: Instant
  readonly expires_at: Instant
  readonly particulars: string | null
}

export const opaqueTokenById: Lookup<[AccessTokenId], OpaqueAccessToken> = {
  columns: `
    id, secret_hash, authorization_id, client_id, subject, scope, audience, issued_at, expires_at, particulars
  `,
  from: 'opaque_tokens',
  by: { id: ['bytea', sought] },
  read: toToken,
}

export const saveOpaqueToken = (token: OpaqueAccessToken) =>
  insert('opaque_tokens', {
    id: stored(token.id),
    secret_hash: stored(token.secretHash),
    authorization_id: storedOrNull(token.authorizationId),
    client_id: token.clientId,
    subject: token.subject,
    scope: joinWords(token.scope),
    audience: token.audience,
    issued_at: token.issuedAt,
    expires_at: token.expiresAt,
    particulars: orNoDocument(token.particulars),
  })

/** Met for the first. An opaque token leaves at once; the record of its id remains, as for a JWT that others still hold. */
export const markRevoked = (id: AccessTokenId, expiresAt: Instant) =>
  insertOnce('revoked_tokens', { id: stored(id), expires_at: expiresAt })

export const removeOpaqueToken = (id: AccessTokenId) => change(sql`DELETE FROM opaque_tokens WHERE id = ${sought(id)}`)

export const revokedTokenById: Lookup<[AccessTokenId], true> = {
  columns: 'id',
  from: 'revoked_tokens',
  by: { id: ['bytea', sought] },
  read: () => true,
}

function toToken(row: OpaqueTokenRow): OpaqueAccessToken {
  return {
    id: row.id,
    secretHash: row.secret_hash,
    authorizationId: row.authorization_id ?? undefined,
    clientId: row.client_id,
    subject: row.subject,
    scope: splitWords(row.scope) as readonly string[] as Scope,
    audience: row.audience,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    particulars: documentOr(row.particulars, {}),
  }
}
