import { accept } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { addSeconds, hasPassed } from '../base/time.ts'
import { stillStands } from '../protocol/account.ts'
import type { Account } from '../protocol/account.ts'
import { isFromBefore } from '../protocol/cut-off.ts'
import type { Authorization, AuthorizationId, BrowserSession } from '../protocol/authorization.ts'
import { particularsOfToken } from '../protocol/code-particulars.ts'
import { parseCredential } from '../protocol/credential.ts'
import type { Credential } from '../protocol/credential.ts'
import { decideDetailedAccess, parseDetailed } from '../protocol/detailed-target.ts'
import { because } from '../protocol/errors.ts'
import { isHeldBy } from '../protocol/key-binding.ts'
import type { AuthorizationDetail } from '../protocol/particulars.ts'
import type { TokenPlan, TokenRefusal } from '../protocol/plan.ts'
import { rotatesRefreshTokens } from '../protocol/profile.ts'
import { isGenuine } from '../protocol/refresh-token.ts'
import type { ResourceId } from '../protocol/resource.ts'
import { isWithin } from '../protocol/scope.ts'
import type { Scope } from '../protocol/scope.ts'
import { stillAllowed } from '../protocol/target.ts'
import { refreshEndOf } from '../protocol/token-lifetimes.ts'
import { defineGrant, refuseToken } from './grant.ts'
import type { GrantContext } from './grant.ts'
import { findSessionOf, hasSignedOut } from './signed-in.ts'

export interface RefreshRequest {
  /** `undefined` for text that is no refresh token of ours. */
  readonly token: Credential | undefined
  readonly scope: Scope
  readonly resources: readonly ResourceId[]
  /** Fewer than were granted, where it names some. */
  readonly details: readonly AuthorizationDetail[]
}

export interface RefreshFacts {
  readonly authorization: Authorization | undefined
  /** This server made the token for this authorization, however long ago. */
  readonly genuine: boolean
  readonly account: Account | undefined
  /** The browser session of an app in the page, if that still lives. */
  readonly session: BrowserSession | undefined
}

/**
 * A refresh token, used up for its successor. The one before the newest gets the same successor again within the retry
 * window, as long as the successor itself was not used; any older one means that two parties hold the chain, and ends it.
 *
 * @see OAuth 2.1 section 4.3, requirements R6
 */
export const refreshToken = defineGrant({
  type: 'refresh_token',
  parse: (form, client, settings) => {
    const token = form.get('refresh_token')
    if (token === undefined) return because('refresh_token_missing')
    const asked = parseDetailed(form, client, settings)
    if (!asked.ok) return asked

    return accept({ token: parseCredential('refresh_token', token), ...asked.value } as RefreshRequest)
  },
  load: async (request, client, { store, keys }): Promise<RefreshFacts> => {
    const { token } = request
    if (token === undefined) return { authorization: undefined, genuine: false, account: undefined, session: undefined }
    const id = token.id as AuthorizationId
    const [authorization, account] = await Promise.all([
      store.findAuthorization(id),
      store.findAccountOf({ kind: 'authorization', id }),
    ])
    const genuine = authorization !== undefined && isGenuine(token, authorization, keys.refreshTokens)
    if (!genuine) return { authorization, genuine, account: undefined, session: undefined }

    return { authorization, genuine, account, session: await findSessionOf(authorization, client, store) }
  },
  decide: decideRefresh,
})

function decideRefresh(
  request: RefreshRequest,
  facts: RefreshFacts,
  { client, settings, now, confirmation }: GrantContext,
): Result<TokenPlan, TokenRefusal> {
  const { authorization, account } = facts
  if (request.token === undefined || authorization?.refresh === undefined || !facts.genuine)
    return refuseToken('refresh_token_unknown')
  if (authorization.clientId !== client.id) return refuseToken('refresh_token_of_another_client')
  if (authorization.revokedAt !== undefined) return refuseToken('authorization_revoked')
  if (!stillStands(account, authorization.authenticatedAt)) return refuseToken('authorization_revoked')
  if (isFromBefore(authorization.createdAt, client, settings)) return refuseToken('authorization_revoked')
  if (hasSignedOut(authorization, client, facts.session, now)) return refuseToken('authorization_revoked')

  // Before its generation is looked at: whoever lacks the key can neither retry nor end anything.
  const bound = authorization.particulars.confirmation
  if (!isHeldBy(bound, confirmation)) return refuseToken('proof_key_differs')
  // From before it was registered so: any key would do for it.
  if (client.type === 'public' && client.dpopBound && bound === undefined) return refuseToken('proof_key_differs')

  const rotates = rotatesRefreshTokens(client, settings)
  const window = rotates ? client.lifetimes.refreshRetry : undefined
  const use = decideUse(request.token.generation, authorization.refresh, window, now)
  if (use === 'unknown') return refuseToken('refresh_token_unknown')
  if (use === 'reuse')
    return refuseToken('refresh_token_reused', {
      kind: 'revoke',
      id: authorization.id,
      subject: authorization.subject,
      reason: 'refresh_token_reused',
    })
  const end = refreshEndOf(authorization, authorization.refresh, client.lifetimes)
  if (end !== 'never' && hasPassed(end, now)) return refuseToken('refresh_token_expired')
  const granted = stillAllowed(authorization.scope, client)
  if (granted === undefined) return refuseToken('authorization_revoked')
  if (!isWithin(request.scope, granted)) return refuseToken('scope_exceeds_grant')
  // Narrowing touches this access token only; the next refresh may have all that was granted (OAuth 2.1 section 4.3.1).
  const scope = request.scope.length > 0 ? request.scope : granted
  const { resources, particulars } = authorization
  const before = { resources, details: particulars.authorizationDetails ?? [] }
  const access = decideDetailedAccess({ ...request, scope }, before, client, settings)
  if (!access.ok) return refuseToken(access.error.reason)

  return accept({
    from: { kind: 'refresh_token', authorization, retry: use === 'retry', ...(!rotates && { kept: true }) },
    clientId: client.id,
    subject: authorization.subject,
    ...access.value,
    lifetime: client.lifetimes.accessToken ?? access.value.resource.accessTokenLifetime,
    authenticatedAt: authorization.authenticatedAt,
    refreshable: true,
    ...(facts.session !== undefined && { sessionEnd: facts.session.expiresAt }),
    particulars: particularsOfToken(authorization.particulars),
  })
}

function decideUse(
  generation: number,
  chain: NonNullable<Authorization['refresh']>,
  window: GrantContext['client']['lifetimes']['refreshRetry'] | undefined,
  now: GrantContext['now'],
): 'rotate' | 'retry' | 'reuse' | 'unknown' {
  if (generation === chain.generation) return 'rotate'
  // Genuine, yet newer than the newest: an older state of the store was restored.
  if (generation > chain.generation) return 'unknown'
  if (generation < chain.generation - 1 || chain.rotatedAt === undefined) return 'reuse'
  // A token that is kept has no successor that could have been lost. No window is none even at an instance whose clock is
  // a moment behind that of the one that rotated.
  if (window === undefined || window === 0) return 'reuse'

  return hasPassed(addSeconds(chain.rotatedAt, window), now) ? 'reuse' : 'retry'
}
