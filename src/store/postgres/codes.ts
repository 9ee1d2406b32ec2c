import type { Instant } from '../../base/time.ts'
import type { Subject } from '../../protocol/account.ts'
import type { AuthorizationCode, AuthorizationId, CodeId, SessionId } from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import type { Challenge } from '../../protocol/pkce.ts'
import type { RedirectUri } from '../../protocol/redirect-uri.ts'
import type { ResourceId } from '../../protocol/resource.ts'
import type { Scope } from '../../protocol/scope.ts'
import { documentOr, joinWords, orNoDocument, sought, splitWords, stored } from '../rows.ts'
import type { Run } from './database.ts'
import type { Lookup } from './gather.ts'
import { storedOrNull } from './rows.ts'
import { change, insert, sql } from './sql.ts'

interface CodeRow {
  readonly id: CodeId
  readonly secret_hash: string
  readonly client_id: ClientId
  readonly subject: Subject
  readonly redirect_uri: RedirectUri
  readonly redirect_uri_was_sent: boolean
  readonly challenge: Challenge | null
  readonly scope: string
  readonly resources: string
  readonly session_id: SessionId | null
  readonly authenticated_at: Instant
  readonly issued_at: Instant
  readonly expires_at: Instant
  readonly authorization_id: AuthorizationId | null
  readonly redeemed_at: Instant | null
  readonly burned_at: Instant | null
  readonly particulars: string | null
}

export const codeById: Lookup<[CodeId], AuthorizationCode> = {
  columns: `
    id, secret_hash, client_id, subject, redirect_uri, redirect_uri_was_sent, challenge, scope, resources, session_id,
    authenticated_at, issued_at, expires_at, authorization_id, redeemed_at, burned_at, particulars
  `,
  from: 'codes',
  by: { id: ['bytea', sought] },
  read: toCode,
}

export const saveCode = (code: AuthorizationCode) =>
  insert('codes', {
    id: stored(code.id),
    secret_hash: stored(code.secretHash),
    client_id: code.clientId,
    subject: code.subject,
    redirect_uri: code.redirectUri,
    redirect_uri_was_sent: code.redirectUriWasSent,
    challenge: code.challenge ?? null,
    scope: joinWords(code.scope),
    resources: joinWords(code.resources),
    session_id: storedOrNull(code.sessionId),
    authenticated_at: code.authenticatedAt,
    issued_at: code.issuedAt,
    expires_at: code.expiresAt,
    authorization_id: storedOrNull(code.authorizationId),
    redeemed_at: code.redeemedAt ?? null,
    burned_at: code.burnedAt ?? null,
    particulars: orNoDocument(code.particulars),
  })

/** Met for the one who redeems it. */
export const redeemCode = (id: CodeId, authorizationId: AuthorizationId | undefined, now: Instant) =>
  change(sql`
    UPDATE codes SET redeemed_at = ${now}, authorization_id = ${storedOrNull(authorizationId)}
    WHERE id = ${sought(id)} AND redeemed_at IS NULL AND burned_at IS NULL
  `)

/** Met for the one who burns it. */
export const burnCode = (id: CodeId, now: Instant) =>
  change(sql`
    UPDATE codes SET burned_at = ${now} WHERE id = ${sought(id)} AND redeemed_at IS NULL AND burned_at IS NULL
  `)

/** What the winner made. */
export async function findWinner(run: Run, id: CodeId): Promise<AuthorizationId | undefined> {
  const { rows } = await run(sql`SELECT authorization_id FROM codes WHERE id = ${sought(id)}`)

  return (rows[0] as Pick<CodeRow, 'authorization_id'> | undefined)?.authorization_id ?? undefined
}

function toCode(row: CodeRow): AuthorizationCode {
  return {
    id: row.id,
    secretHash: row.secret_hash,
    clientId: row.client_id,
    subject: row.subject,
    redirectUri: row.redirect_uri,
    redirectUriWasSent: row.redirect_uri_was_sent,
    challenge: row.challenge ?? undefined,
    scope: splitWords(row.scope) as readonly string[] as Scope,
    resources: splitWords(row.resources) as ResourceId[],
    sessionId: row.session_id ?? undefined,
    authenticatedAt: row.authenticated_at,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    authorizationId: row.authorization_id ?? undefined,
    redeemedAt: row.redeemed_at ?? undefined,
    burnedAt: row.burned_at ?? undefined,
    particulars: documentOr(row.particulars, {}),
  }
}
