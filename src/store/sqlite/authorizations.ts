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
import { accountColumns } from './accounts.ts'
import type { Owners } from './owners.ts'
import {
  asHex,
  documentOr,
  idOrNothing,
  joinWords,
  orNever,
  orNoDocument,
  orNull,
  prepareByPosition,
  sought,
  splitWords,
  stored,
} from './rows.ts'

/** In the order of {@link columns}. */
type AuthorizationRow = readonly [
  clientId: ClientId,
  subject: Subject,
  scope: string,
  resources: string,
  sessionId: string,
  authenticatedAt: Instant,
  createdAt: Instant,
  nonce: string,
  generation: number | null,
  rotatedAt: Instant | null,
  refreshExpiresAt: Instant | null,
  refreshAbsoluteEnd: Instant | null,
  endsAt: Instant | null,
  revokedAt: Instant | null,
  revokedBecause: RevocationReason | null,
  particulars: string | null,
]

const columns = `
  client_id, authorizations.subject, scope, resources, ${asHex('session_id')}, authenticated_at, created_at,
  ${asHex('nonce')}, generation, rotated_at, refresh_expires_at, refresh_absolute_end, ends_at, revoked_at,
  revoked_because, particulars
`
const width = 16

type Rotation = Extract<Redeem, { kind: 'refresh_token' }>

export function authorizationTable(database: DatabaseSync, owners: Owners) {
  const select = prepareByPosition(
    database,
    `SELECT ${columns}, ${accountColumns} FROM authorizations LEFT JOIN accounts USING (subject) WHERE id = ?`,
  )
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

  function find(id: AuthorizationId): Authorization | undefined {
    const found = select.get(sought(id)) as unknown as AuthorizationRow | undefined
    if (found === undefined) return undefined
    owners.note('authorization', id, found, width)

    return toAuthorization(id, found)
  }

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

function toAuthorization(id: AuthorizationId, row: AuthorizationRow): Authorization {
  const [
    clientId,
    subject,
    scope,
    resources,
    sessionId,
    authenticatedAt,
    createdAt,
    nonce,
    generation,
    rotatedAt,
    refreshExpiresAt,
    refreshAbsoluteEnd,
    endsAt,
    revokedAt,
    revokedBecause,
    particulars,
  ] = row
  const refresh: RefreshChain | undefined =
    generation === null
      ? undefined
      : {
          nonce,
          generation,
          rotatedAt: rotatedAt ?? undefined,
          expiresAt: orNever(refreshExpiresAt),
          absoluteEnd: orNever(refreshAbsoluteEnd),
        }

  return {
    id,
    clientId,
    subject,
    scope: splitWords(scope) as readonly string[] as Scope,
    resources: splitWords(resources) as ResourceId[],
    sessionId: idOrNothing<SessionId>(sessionId),
    authenticatedAt,
    createdAt,
    refresh,
    endsAt: orNever(endsAt),
    revokedAt: revokedAt ?? undefined,
    revokedBecause: revokedBecause ?? undefined,
    particulars: documentOr(particulars, {}),
  }
}
