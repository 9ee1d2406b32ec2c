import { uuid7 } from '../base/id.ts'
import { addSeconds, toEpochSeconds } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import type { Subject } from '../protocol/account.ts'
import type { AccessTokenId, Authorization, AuthorizationId, OpaqueAccessToken } from '../protocol/authorization.ts'
import type { Client } from '../protocol/client.ts'
import { formatCredential, hashSecret } from '../protocol/credential.ts'
import { shownSubject } from '../protocol/pairwise.ts'
import type { AuthorizationDetail } from '../protocol/particulars.ts'
import type { Assumptions, ClientUse, Commit, SignedInto, TokenPlan } from '../protocol/plan.ts'
import { refreshTokenOf } from '../protocol/refresh-token.ts'
import { formatScope } from '../protocol/scope.ts'
import { offlineAccess } from '../protocol/settings.ts'
import { withOffline } from '../protocol/target.ts'
import { lineageClaims, particularClaims } from '../protocol/token-claims.ts'
import { endsOf, secondsUntil, withinEnd } from '../protocol/token-lifetimes.ts'
import type { Ends } from '../protocol/token-lifetimes.ts'
import { makeIdToken } from './id-token.ts'
import { planAuthorization } from './plan-authorization.ts'

/** A successful answer of the token endpoint (OAuth 2.1 section 3.2.3). */
export interface TokenResponse {
  readonly access_token: string
  readonly issued_token_type?: string
  readonly token_type: 'Bearer' | 'DPoP'
  readonly expires_in: number
  readonly scope?: string
  readonly authorization_details?: readonly AuthorizationDetail[]
  readonly refresh_token?: string
  /** Seconds that the refresh token may lie unused, and until all of it ends; left out where there is no such end. */
  readonly refresh_token_timeout?: number
  readonly authorization_expires_in?: number
  readonly id_token?: string
}

/**
 * Makes a plan true: signs what it promises, then writes it in one step. In this order a signature that fails leaves
 * the code or refresh token unused; one made for a plan that lost a race is thrown away.
 *
 * @param assumes what the plan was decided on without asking the store
 */
export async function issueTokens(
  plan: TokenPlan,
  client: Client,
  grantType: string,
  ports: Ports,
  caller: Caller,
  assumes?: Assumptions,
): Promise<{ readonly kind: 'issued'; readonly response: TokenResponse } | Exclude<Commit, { kind: 'done' }>> {
  const now = ports.now()
  const { authorization, redeem } = planAuthorization(plan, client, ports, now)
  const authorizationId = authorization?.id ?? plan.under
  const ends = authorization?.refresh && endsOf(authorization, authorization.refresh, client.lifetimes, plan.sessionEnd)
  const lifetime = withinEnd(plan.lifetime, ends?.authorization ?? 'never', now)
  const subject = plan.particulars?.shownSubject ?? shownSubject(plan.subject, client, ports.keys.pairwiseSubjects)
  const { row, text } = await makeAccessToken({ ...withDetails(plan), lifetime }, authorizationId, subject, ports, now)
  const idToken = await makeIdToken(plan, client, authorization, subject, text, ports, now)
  const commit = await ports.store.commit(
    {
      redeem,
      authorization: plan.from?.kind === 'refresh_token' ? undefined : authorization,
      opaqueToken: row,
      signedIn: idToken === undefined ? undefined : signedInto(plan, client, authorization),
      user: useOf(client, authorization, addSeconds(now, lifetime)),
      assumes,
      event: auditEvent(ports, caller, isRetry(plan) ? 'refresh_retried' : 'token_issued', 'done', {
        clientId: client.id,
        subject: plan.subject,
        reason: plan.vouchedBy,
        authorizationId,
        grantType,
        scope: formatScope(plan.scope),
        resource: plan.resource.id,
        actor: plan.particulars?.actor?.sub,
      }),
    },
    now,
  )
  if (commit.kind !== 'done') return commit

  const refresh = plan.refreshable ? authorization?.refresh : undefined
  const answered = plan.offline === true && refresh !== undefined ? withOffline(plan.scope) : plan.scope

  return {
    kind: 'issued',
    response: {
      access_token: text,
      ...(plan.issuedTokenType !== undefined && { issued_token_type: plan.issuedTokenType }),
      token_type: plan.particulars?.confirmation === undefined ? 'Bearer' : 'DPoP',
      expires_in: lifetime,
      ...(answered.length > 0 && { scope: formatScope(answered) }),
      ...(plan.authorizationDetails !== undefined && { authorization_details: plan.authorizationDetails }),
      ...(authorization !== undefined &&
        refresh !== undefined && {
          refresh_token: refreshTokenOf(authorization.id, refresh, ports.keys.refreshTokens),
          ...(ends !== undefined && tell(ends, now)),
        }),
      ...(idToken !== undefined && { id_token: idToken }),
    },
  }
}

const withDetails = (plan: TokenPlan): TokenPlan =>
  plan.authorizationDetails === undefined
    ? plan
    : { ...plan, particulars: { ...plan.particulars, authorizationDetails: plan.authorizationDetails } }

/** No number stands for "without an end": what is not told has none (draft-ietf-oauth-refresh-token-expiration section 6). */
const tell = ({ refreshToken, authorization }: Ends, now: Instant) => ({
  ...(refreshToken !== 'never' && { refresh_token_timeout: secondsUntil(refreshToken, now) }),
  ...(authorization !== 'never' && { authorization_expires_in: secondsUntil(authorization, now) }),
})

/** How long the client must stay for what is issued here: for its authorization, or for the access token alone. */
const useOf = (client: Client, authorization: Authorization | undefined, tokenEnd: Instant): ClientUse | undefined =>
  client.registration === undefined ? undefined : { clientId: client.id, until: authorization?.endsAt ?? tokenEnd }

/** A device goes on alone; everything else that only signs somebody in ends when they sign out. */
function signedInto(
  { from }: TokenPlan,
  { id, logout }: Client,
  authorization: Authorization | undefined,
): SignedInto | undefined {
  if (authorization?.sessionId === undefined || (from?.kind !== 'code' && from?.kind !== 'device')) return undefined

  return {
    begunAs: authorization.sessionId,
    mustLast: from.kind === 'code' && !authorization.scope.includes(offlineAccess),
    tell: logout.backchannelUri === undefined ? undefined : id,
  }
}

const isRetry = (plan: TokenPlan) => plan.from?.kind === 'refresh_token' && plan.from.retry

/** The access token in the form its resource wants: a row to write and text to send, or a JWT that is written nowhere. */
async function makeAccessToken(
  plan: TokenPlan,
  authorizationId: AuthorizationId | undefined,
  subject: Subject,
  ports: Ports,
  now: Instant,
): Promise<{ readonly row: OpaqueAccessToken | undefined; readonly text: string }> {
  const id = uuid7(now, ports.random(10)) as AccessTokenId
  if (plan.resource.tokenFormat === 'opaque') {
    const secret = ports.random(32)
    const row = {
      id,
      secretHash: hashSecret(secret),
      authorizationId,
      clientId: plan.clientId,
      subject: plan.subject,
      scope: plan.scope,
      audience: plan.resource.id,
      issuedAt: now,
      expiresAt: addSeconds(now, plan.lifetime),
      particulars: subject === plan.subject ? (plan.particulars ?? {}) : { ...plan.particulars, shownSubject: subject },
    }

    return { row, text: formatCredential('access_token', { id, generation: 0, secret }) }
  }
  const issuedAt = toEpochSeconds(now)
  // RFC 9068 section 2.2. The authorization's id lets introspection see a revocation; it says nothing to others.
  const claims = {
    iss: ports.settings.issuer,
    sub: subject,
    aud: plan.resource.id,
    client_id: plan.clientId,
    ...(plan.scope.length > 0 && { scope: formatScope(plan.scope) }),
    iat: issuedAt,
    exp: issuedAt + plan.lifetime,
    jti: id,
    ...(plan.authenticatedAt !== undefined && { auth_time: toEpochSeconds(plan.authenticatedAt) }),
    ...(authorizationId !== undefined && { hufu_authorization: authorizationId }),
    ...particularClaims(plan.particulars ?? {}),
    ...lineageClaims(plan.particulars ?? {}),
  }

  return { row: undefined, text: await ports.signer.sign(claims, 'at+jwt', plan.resource.signingAlgorithm) }
}
