import { addSeconds, instant, seconds } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import type { Authorization, AuthorizationCode, OpaqueAccessToken, RefreshChain } from '../protocol/authorization.ts'
import type { TokenChanges } from '../protocol/plan.ts'
import { anEvent, callback, challenge, liWei, orderApi, scopeOf, shop } from './build.ts'
import { aHash, anId, morning } from './ids.ts'

/** Good for 60 seconds of the morning. Nobody knows its secret. */
export const aCode = (given: Partial<AuthorizationCode> = {}): AuthorizationCode => ({
  id: anId(),
  secretHash: aHash(),
  clientId: shop,
  subject: liWei,
  redirectUri: callback,
  redirectUriWasSent: true,
  challenge,
  scope: scopeOf('orders.read'),
  resources: [orderApi],
  sessionId: undefined,
  authenticatedAt: morning,
  issuedAt: morning,
  expiresAt: addSeconds(morning, seconds(60)),
  authorizationId: undefined,
  redeemedAt: undefined,
  burnedAt: undefined,
  particulars: {},
  ...given,
})

/** At its first token; idle for 30 days ends it, and in any case a year. */
export const aRefreshChain = (given: Partial<RefreshChain> = {}): RefreshChain => ({
  nonce: aHash(),
  generation: 1,
  rotatedAt: undefined,
  expiresAt: addSeconds(morning, seconds(30 * 86_400)),
  absoluteEnd: addSeconds(morning, seconds(365 * 86_400)),
  ...given,
})

/** Li Wei lets the shop's analytics read orders. */
export const anAuthorization = (given: Partial<Authorization> = {}): Authorization => ({
  id: anId(),
  clientId: shop,
  subject: liWei,
  scope: scopeOf('orders.read'),
  resources: [orderApi],
  sessionId: undefined,
  authenticatedAt: morning,
  createdAt: morning,
  refresh: aRefreshChain(),
  endsAt: addSeconds(morning, seconds(30 * 86_400 + 3600)),
  revokedAt: undefined,
  revokedBecause: undefined,
  particulars: {},
  ...given,
})

/** Good for an hour of the morning. Nobody knows its secret. */
export const anOpaqueToken = (given: Partial<OpaqueAccessToken> = {}): OpaqueAccessToken => ({
  id: anId(),
  secretHash: aHash(),
  authorizationId: undefined,
  clientId: shop,
  subject: liWei,
  scope: scopeOf('orders.read'),
  audience: orderApi,
  issuedAt: morning,
  expiresAt: addSeconds(morning, seconds(3600)),
  particulars: {},
  ...given,
})

/** What the token endpoint writes for client credentials with a JWT: an event, nothing more. */
export const someChanges = (given: Partial<TokenChanges> = {}): TokenChanges => ({
  redeem: undefined,
  authorization: undefined,
  opaqueToken: undefined,
  event: anEvent(),
  ...given,
})

/** Redeems the code for a new authorization. */
export const aRedemption = (code: AuthorizationCode, given: Partial<TokenChanges> = {}): TokenChanges =>
  someChanges({ redeem: { kind: 'code', id: code.id }, authorization: anAuthorization(), ...given })

/** Uses up the newest refresh token of the authorization as it was read, or the one of `generation`. */
export function aRotation(
  authorization: Authorization,
  given: Partial<TokenChanges> & { readonly generation?: number; readonly now?: Instant } = {},
): TokenChanges {
  const { refresh } = authorization
  if (refresh === undefined) throw new TypeError('this authorization has no refresh token')
  const { generation = refresh.generation, now = instant(morning + generation), ...changes } = given
  const expiresAt = addSeconds(now, seconds(30 * 86_400))

  return someChanges({
    redeem: {
      kind: 'refresh_token',
      authorizationId: authorization.id,
      generation,
      chain: { ...refresh, generation: generation + 1, rotatedAt: now, expiresAt },
      endsAt: addSeconds(expiresAt, seconds(3600)),
    },
    event: anEvent({ grantType: 'refresh_token', authorizationId: authorization.id }),
    ...changes,
  })
}
