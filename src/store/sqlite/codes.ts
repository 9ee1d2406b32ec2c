import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../base/time.ts'
import type { Subject } from '../../protocol/account.ts'
import type { AuthorizationCode, AuthorizationId, CodeId, SessionId } from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import type { Challenge } from '../../protocol/pkce.ts'
import type { Commit } from '../../protocol/plan.ts'
import type { RedirectUri } from '../../protocol/redirect-uri.ts'
import type { ResourceId } from '../../protocol/resource.ts'
import type { Scope } from '../../protocol/scope.ts'
import { asHex, documentOr, idOrNothing, joinWords, orNoDocument, sought, splitWords, stored } from './rows.ts'

interface CodeRow {
  readonly secret_hash: string
  readonly client_id: ClientId
  readonly subject: Subject
  readonly redirect_uri: RedirectUri
  readonly redirect_uri_was_sent: 0 | 1
  readonly challenge: Challenge | null
  readonly scope: string
  readonly resources: string
  readonly session_id: string
  readonly authenticated_at: Instant
  readonly issued_at: Instant
  readonly expires_at: Instant
  readonly authorization_id: string
  readonly redeemed_at: Instant | null
  readonly burned_at: Instant | null
  readonly particulars: string | null
}

export function codeTable(database: DatabaseSync) {
  const select = database.prepare(`
    SELECT
      ${asHex('secret_hash')}, client_id, subject, redirect_uri, redirect_uri_was_sent, challenge, scope, resources,
      ${asHex('session_id')}, authenticated_at, issued_at, expires_at, ${asHex('authorization_id')}, redeemed_at,
      burned_at, particulars
    FROM codes WHERE id = ?
  `)
  const selectWinner = database.prepare(`SELECT ${asHex('authorization_id')} FROM codes WHERE id = ?`)
  const insert = database.prepare(`
    INSERT INTO codes (
      id, secret_hash, client_id, subject, redirect_uri, redirect_uri_was_sent, challenge, scope, resources,
      session_id, authenticated_at, issued_at, expires_at, authorization_id, redeemed_at, burned_at, particulars
    )
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  `)
  const markRedeemed = database.prepare(`
    UPDATE codes SET redeemed_at = ?, authorization_id = ?
    WHERE id = ? AND redeemed_at IS NULL AND burned_at IS NULL
  `)
  const markBurned = database.prepare(`
    UPDATE codes SET burned_at = ? WHERE id = ? AND redeemed_at IS NULL AND burned_at IS NULL
  `)

  const find = (id: CodeId) => toCode(id, select.get(sought(id)))

  function save(code: AuthorizationCode): void {
    insert.run(
      stored(code.id),
      stored(code.secretHash),
      code.clientId,
      code.subject,
      code.redirectUri,
      code.redirectUriWasSent ? 1 : 0,
      code.challenge ?? null,
      joinWords(code.scope),
      joinWords(code.resources),
      code.sessionId === undefined ? null : stored(code.sessionId),
      code.authenticatedAt,
      code.issuedAt,
      code.expiresAt,
      code.authorizationId === undefined ? null : stored(code.authorizationId),
      code.redeemedAt ?? null,
      code.burnedAt ?? null,
      orNoDocument(code.particulars),
    )
  }

  /** One statement asks and answers: whose row count is 1 is the one who redeemed it. */
  function redeem(id: CodeId, authorizationId: AuthorizationId | undefined, now: Instant): Commit {
    const key = sought(id)
    const made = authorizationId === undefined ? null : stored(authorizationId)
    if (markRedeemed.run(now, made, key).changes === 1) return { kind: 'done' }
    const winner = selectWinner.get(key) as Pick<CodeRow, 'authorization_id'> | undefined

    return { kind: 'already_redeemed', authorizationId: idOrNothing<AuthorizationId>(winner?.authorization_id ?? '') }
  }

  const burn = (id: CodeId, now: Instant) => markBurned.run(now, sought(id)).changes === 1

  return { find, save, redeem, burn }
}

function toCode(id: CodeId, found: unknown): AuthorizationCode | undefined {
  if (found === undefined) return undefined
  const row = found as CodeRow

  return {
    id,
    secretHash: row.secret_hash,
    clientId: row.client_id,
    subject: row.subject,
    redirectUri: row.redirect_uri,
    redirectUriWasSent: row.redirect_uri_was_sent === 1,
    challenge: row.challenge ?? undefined,
    scope: splitWords(row.scope) as readonly string[] as Scope,
    resources: splitWords(row.resources) as ResourceId[],
    sessionId: idOrNothing<SessionId>(row.session_id),
    authenticatedAt: row.authenticated_at,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    authorizationId: idOrNothing<AuthorizationId>(row.authorization_id),
    redeemedAt: row.redeemed_at ?? undefined,
    burnedAt: row.burned_at ?? undefined,
    particulars: documentOr(row.particulars, {}),
  }
}
