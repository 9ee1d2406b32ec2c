import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../base/time.ts'
import type { Subject } from '../../protocol/account.ts'
import type { AccessTokenId, AuthorizationId, OpaqueAccessToken } from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import type { ResourceId } from '../../protocol/resource.ts'
import type { Scope } from '../../protocol/scope.ts'
import {
  asHex,
  documentOr,
  idOrNothing,
  joinWords,
  orNoDocument,
  prepareByPosition,
  sought,
  splitWords,
  stored,
} from './rows.ts'

/** In the order in which `select` names them. */
type OpaqueTokenRow = readonly [
  secretHash: string,
  authorizationId: string,
  clientId: ClientId,
  subject: Subject,
  scope: string,
  audience: ResourceId,
  issuedAt: Instant,
  expiresAt: Instant,
  particulars: string | null,
]

/** Opaque access tokens, and the ids of access tokens of either format that were ended before their time. */
export function tokenTables(database: DatabaseSync) {
  const select = prepareByPosition(
    database,
    `
    SELECT
      ${asHex('secret_hash')}, ${asHex('authorization_id')}, client_id, subject, scope, audience, issued_at, expires_at,
      particulars
    FROM opaque_tokens WHERE id = ?
    `,
  )
  const insert = database.prepare(`
    INSERT INTO opaque_tokens (
      id, secret_hash, authorization_id, client_id, subject, scope, audience, issued_at, expires_at, particulars
    )
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  `)
  const remove = database.prepare('DELETE FROM opaque_tokens WHERE id = ?')
  const selectRevoked = database.prepare('SELECT 1 FROM revoked_tokens WHERE id = ?')
  const insertRevoked = database.prepare('INSERT INTO revoked_tokens VALUES (?, ?) ON CONFLICT DO NOTHING')

  const find = (id: AccessTokenId) => toToken(id, select.get(sought(id)))

  function save(token: OpaqueAccessToken): void {
    insert.run(
      stored(token.id),
      stored(token.secretHash),
      token.authorizationId === undefined ? null : stored(token.authorizationId),
      token.clientId,
      token.subject,
      joinWords(token.scope),
      token.audience,
      token.issuedAt,
      token.expiresAt,
      orNoDocument(token.particulars),
    )
  }

  /** An opaque token leaves at once; the record of its id remains, as for a JWT that others still hold. */
  function revoke(id: AccessTokenId, expiresAt: Instant): boolean {
    remove.run(sought(id))

    return insertRevoked.run(stored(id), expiresAt).changes === 1
  }

  const isRevoked = (id: AccessTokenId) => selectRevoked.get(sought(id)) !== undefined

  return { find, save, revoke, isRevoked }
}

function toToken(id: AccessTokenId, found: unknown): OpaqueAccessToken | undefined {
  if (found === undefined) return undefined
  const [secretHash, authorizationId, clientId, subject, scope, audience, issuedAt, expiresAt, particulars] =
    found as OpaqueTokenRow

  return {
    id,
    secretHash,
    authorizationId: idOrNothing<AuthorizationId>(authorizationId),
    clientId,
    subject,
    scope: splitWords(scope) as readonly string[] as Scope,
    audience,
    issuedAt,
    expiresAt,
    particulars: documentOr(particulars, {}),
  }
}
