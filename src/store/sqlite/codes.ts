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
import { accountColumns } from './accounts.ts'
import type { Owners } from './owners.ts'
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

/** In the order of {@link columns}. */
type CodeRow = readonly [
  secretHash: string,
  clientId: ClientId,
  subject: Subject,
  redirectUri: RedirectUri,
  redirectUriWasSent: 0 | 1,
  challenge: Challenge | null,
  scope: string,
  resources: string,
  sessionId: string,
  authenticatedAt: Instant,
  issuedAt: Instant,
  expiresAt: Instant,
  authorizationId: string,
  redeemedAt: Instant | null,
  burnedAt: Instant | null,
  particulars: string | null,
]

const columns = `
  ${asHex('secret_hash')}, client_id, codes.subject, redirect_uri, redirect_uri_was_sent, challenge, scope, resources,
  ${asHex('session_id')}, authenticated_at, issued_at, expires_at, ${asHex('authorization_id')}, redeemed_at, burned_at,
  particulars
`
const width = 16

export function codeTable(database: DatabaseSync, owners: Owners) {
  const select = prepareByPosition(
    database,
    `SELECT ${columns}, ${accountColumns} FROM codes LEFT JOIN accounts USING (subject) WHERE id = ?`,
  )
  const selectWinner = prepareByPosition(database, `SELECT ${asHex('authorization_id')} FROM codes WHERE id = ?`)
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

  function find(id: CodeId): AuthorizationCode | undefined {
    const found = select.get(sought(id)) as unknown as CodeRow | undefined
    if (found === undefined) return undefined
    owners.note('code', id, found, width)

    return toCode(id, found)
  }

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
    const [winner] = (selectWinner.get(key) ?? ['']) as unknown as [string]

    return { kind: 'already_redeemed', authorizationId: idOrNothing<AuthorizationId>(winner) }
  }

  const burn = (id: CodeId, now: Instant) => markBurned.run(now, sought(id)).changes === 1

  return { find, save, redeem, burn }
}

function toCode(id: CodeId, row: CodeRow): AuthorizationCode {
  const [
    secretHash,
    clientId,
    subject,
    redirectUri,
    redirectUriWasSent,
    challenge,
    scope,
    resources,
    sessionId,
    authenticatedAt,
    issuedAt,
    expiresAt,
    authorizationId,
    redeemedAt,
    burnedAt,
    particulars,
  ] = row

  return {
    id,
    secretHash,
    clientId,
    subject,
    redirectUri,
    redirectUriWasSent: redirectUriWasSent === 1,
    challenge: challenge ?? undefined,
    scope: splitWords(scope) as readonly string[] as Scope,
    resources: splitWords(resources) as ResourceId[],
    sessionId: idOrNothing<SessionId>(sessionId),
    authenticatedAt,
    issuedAt,
    expiresAt,
    authorizationId: idOrNothing<AuthorizationId>(authorizationId),
    redeemedAt: redeemedAt ?? undefined,
    burnedAt: burnedAt ?? undefined,
    particulars: documentOr(particulars, {}),
  }
}
