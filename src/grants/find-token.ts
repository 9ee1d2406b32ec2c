import { hasPassed, instant } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import type { Ports } from '../ports/ports.ts'
import type { Store } from '../ports/store.ts'
import { stillStands } from '../protocol/account.ts'
import type { Subject } from '../protocol/account.ts'
import type { AccessToken, AccessTokenId, Authorization, AuthorizationId } from '../protocol/authorization.ts'
import type { ClientId } from '../protocol/client.ts'
import { hashSecret, isSameSecret, parseCredential } from '../protocol/credential.ts'
import { isPairwise } from '../protocol/pairwise.ts'
import type { Actor } from '../protocol/particulars.ts'
import { isGenuine } from '../protocol/refresh-token.ts'
import type { ResourceId } from '../protocol/resource.ts'
import { parseScope } from '../protocol/scope.ts'
import { particularsOf } from '../protocol/token-claims.ts'

/** A token this server made, whether or not it is still good. */
export type FoundToken =
  | { readonly kind: 'refresh_token'; readonly generation: number; readonly authorization: Authorization }
  | (AccessToken & {
      readonly kind: 'access_token'
      readonly authenticatedAt: Instant | undefined
      /** An opaque one: it leaves the store when it is revoked, so whoever found it knows that it was not. */
      readonly isOpaque: boolean
    })

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

/**
 * True if nothing ended the access token: not time, not revocation, not the end of a token it was exchanged for, of its
 * authorization, or of any client or account that it is from or that acted on the way.
 */
export async function isLive(token: FoundAccessToken, { store, now, settings }: Ports): Promise<boolean> {
  if (hasPassed(token.expiresAt, now()) || token.issuedAt < settings.validAfter) return false
  // Asked all at once: a store that is far away is waited for once.
  const { authorizationId } = token
  const [isRevoked, authorization, account, ...lives] = await Promise.all([
    token.isOpaque ? false : store.isAccessTokenRevoked(token.id),
    authorizationId === undefined ? undefined : store.findAuthorization(authorizationId),
    authorizationId === undefined ? undefined : store.findAccountOf({ kind: 'authorization', id: authorizationId }),
    isClientLive(token.clientId, token, store),
    isLineageLive(token, store),
    ...partiesOf(token.particulars.actor).map((party) => isPartyLive(party, token, store)),
  ])
  if (isRevoked || lives.includes(false)) return false
  if (authorizationId === undefined) return isPartyLive(token.subject, token, store)
  if (authorization === undefined || authorization.revokedAt !== undefined) return false
  // Of an exchanged token, the client that the person allowed is another than the one that has it.
  const allowed = authorization.clientId
  if (allowed !== token.clientId && !(await isClientLive(allowed, token, store))) return false

  return stillStands(account, authorization.authenticatedAt)
}

/** Whatever a token was made from, and whoever made something of it on the way. */
async function isLineageLive(token: FoundAccessToken, store: Store) {
  const { derivedFrom, derivedBy, derivedUnder } = token.particulars
  for (const id of derivedFrom ?? []) if (await store.isAccessTokenRevoked(id as AccessTokenId)) return false
  for (const id of derivedBy ?? []) if (!(await isClientLive(id as ClientId, token, store))) return false
  for (const id of derivedUnder ?? []) {
    const authorization = await store.findAuthorization(id as AuthorizationId)
    if (authorization === undefined || authorization.revokedAt !== undefined) return false
  }

  return true
}

export type FoundAccessToken = FoundToken & { readonly kind: 'access_token' }

export async function isAccountLive(authorization: Authorization, store: Store): Promise<boolean> {
  return stillStands(await store.findAccount(authorization.subject), authorization.authenticatedAt)
}

/** What a client had a hand in before its cut-off is dead, whoever has it now. */
async function isClientLive(id: ClientId, { issuedAt }: FoundAccessToken, store: Store): Promise<boolean> {
  const client = await store.findClient(id)

  return client !== undefined && client.disabledAt === undefined && issuedAt >= client.validAfter
}

/** Who acts, and all who acted before: an exchanged token ends with each of them. */
const partiesOf = (actor: Actor | undefined): readonly Subject[] =>
  actor === undefined
    ? []
    : ([actor.sub, actor.client_id].filter((each) => each !== undefined) as Subject[]).concat(partiesOf(actor.act))

/** Of whom a token speaks: an account, a client, or whom a grant of somebody's own named, of whom nothing is known here. */
async function isPartyLive(subject: Subject, { clientId, issuedAt }: FoundAccessToken, store: Store): Promise<boolean> {
  if (subject === (clientId as string)) return true
  if (/^[0-9a-f]{32}$/.test(subject)) return stillStands(await store.findAccount(subject), issuedAt)
  const client = await store.findClient(subject as string as ClientId)

  return client?.disabledAt === undefined && issuedAt >= (client?.validAfter ?? issuedAt)
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

  return { kind: 'access_token', isOpaque: true, ...row, authenticatedAt: parent?.authenticatedAt }
}

async function findJwt(text: string, { signer, settings, store }: Ports): Promise<FoundToken | undefined> {
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
    isOpaque: false,
    id: jti,
    clientId,
    subject: isPairwise(sub) && authorizationId !== undefined ? await findSubject(sub, authorizationId, store) : sub,
    scope: parsed.value,
    audience: aud,
    issuedAt: instant(iat * 1000),
    expiresAt: instant(exp * 1000),
    authorizationId,
    authenticatedAt: authTime === undefined ? undefined : instant(authTime * 1000),
    particulars: particularsOf(claims),
  }
}

/** Whose token it is; what it shows is only for its client (OpenID Connect Core 1.0 section 8.1). */
const findSubject = async (shown: Subject, id: AuthorizationId, store: Store) =>
  (await store.findAuthorization(id))?.subject ?? shown

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
