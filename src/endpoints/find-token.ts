import { hasPassed, instant } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import type { Ports } from '../ports/ports.ts'
import { stillStands } from '../protocol/account.ts'
import type { Subject } from '../protocol/account.ts'
import type { AccessToken, AccessTokenId, Authorization, AuthorizationId } from '../protocol/authorization.ts'
import type { ClientId } from '../protocol/client.ts'
import { hashSecret, isSameSecret, parseCredential } from '../protocol/credential.ts'
import { isGenuine } from '../protocol/refresh-token.ts'
import type { ResourceId } from '../protocol/resource.ts'
import { parseScope } from '../protocol/scope.ts'
import { particularsOf } from '../protocol/token-claims.ts'

/** A token this server made, whether or not it is still good. */
export type FoundToken =
  | { readonly kind: 'refresh_token'; readonly generation: number; readonly authorization: Authorization }
  | (AccessToken & { readonly kind: 'access_token'; readonly authenticatedAt: Instant | undefined })

/**
 * Finds what a text is. The kind is part of the token itself, so a wrong `token_type_hint` changes nothing
 * (RFC 7009 section 2.1, RFC 7662 section 2.1) and costs no look-up.
 *
 * @returns `undefined` for whatever this server did not make
 */
export async function findToken(text: string, ports: Ports): Promise<FoundToken | undefined> {
  if (text.startsWith('hrt_')) return findRefreshToken(text, ports)

  return text.startsWith('hat_') ? findOpaque(text, ports) : findJwt(text, ports)
}

/** True if nothing ended the access token: not time, not revocation, not the end of its authorization, client or account. */
export async function isLive(token: FoundToken & { kind: 'access_token' }, { store, now }: Ports): Promise<boolean> {
  if (hasPassed(token.expiresAt, now()) || (await store.isAccessTokenRevoked(token.id))) return false
  const client = await store.findClient(token.clientId)
  if (client === undefined || client.disabledAt !== undefined) return false
  if (token.authorizationId === undefined) return true
  const authorization = await store.findAuthorization(token.authorizationId)

  return (
    authorization !== undefined && authorization.revokedAt === undefined && (await isAccountLive(authorization, store))
  )
}

export async function isAccountLive(authorization: Authorization, store: Ports['store']): Promise<boolean> {
  return stillStands(await store.findAccount(authorization.subject), authorization.authenticatedAt)
}

async function findRefreshToken(text: string, { store, keys }: Ports): Promise<FoundToken | undefined> {
  const presented = parseCredential('refresh_token', text)
  const authorization =
    presented === undefined ? undefined : await store.findAuthorization(presented.id as AuthorizationId)
  if (
    presented === undefined ||
    authorization === undefined ||
    !isGenuine(presented, authorization, keys.refreshTokens)
  )
    return undefined

  return { kind: 'refresh_token', generation: presented.generation, authorization }
}

async function findOpaque(text: string, { store }: Ports): Promise<FoundToken | undefined> {
  const presented = parseCredential('access_token', text)
  const row = presented === undefined ? undefined : await store.findOpaqueToken(presented.id as AccessTokenId)
  if (presented === undefined || row === undefined || !isSameSecret(hashSecret(presented.secret), row.secretHash))
    return undefined
  const parent = row.authorizationId === undefined ? undefined : await store.findAuthorization(row.authorizationId)

  return { kind: 'access_token', ...row, authenticatedAt: parent?.authenticatedAt }
}

async function findJwt(text: string, { signer, settings }: Ports): Promise<FoundToken | undefined> {
  const claims = await signer.verify(text, 'at+jwt')
  if (claims === undefined || claims['iss'] !== settings.issuer) return undefined
  const {
    sub,
    aud,
    client_id: clientId,
    jti,
    iat,
    exp,
    scope,
    auth_time: authTime,
    hufu_authorization: authorizationId,
  } = claims as unknown as AccessTokenClaims
  const parsed = parseScope(scope)
  if (!parsed.ok) return undefined

  return {
    kind: 'access_token',
    id: jti,
    clientId,
    subject: sub,
    scope: parsed.value,
    audience: aud,
    issuedAt: instant(iat * 1000),
    expiresAt: instant(exp * 1000),
    authorizationId,
    authenticatedAt: authTime === undefined ? undefined : instant(authTime * 1000),
    particulars: particularsOf(claims),
  }
}

/** As `issueTokens` writes them; the signature says that it was us. */
interface AccessTokenClaims {
  readonly sub: Subject
  readonly aud: ResourceId
  readonly client_id: ClientId
  readonly jti: AccessTokenId
  readonly iat: number
  readonly exp: number
  readonly scope?: string
  readonly auth_time?: number
  readonly hufu_authorization?: AuthorizationId
}
