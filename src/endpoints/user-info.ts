import type { FoundAccessToken } from '../grants/find-token.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { json, signed } from '../http/respond.ts'
import type { Ports } from '../ports/ports.ts'
import type { Client } from '../protocol/client.ts'
import { oauthError } from '../protocol/errors.ts'
import { claimsAbout } from '../protocol/identity-claims.ts'
import type { KeyProofs } from './key-proof.ts'
import { atHand } from './id-token.ts'
import { challenge, readShownToken } from './shown-token.ts'

/**
 * UserInfo: what the holder of an access token with `openid` may know of the person, by GET or POST.
 *
 * @see OpenID Connect Core 1.0 section 5.3
 */
export function createUserInfoEndpoint(proofs: KeyProofs, ports: Ports) {
  const { settings, store, signer } = ports

  return async (request: HttpRequest): Promise<HttpResponse> => proofs.withNonce(await answer(request))

  async function answer(request: HttpRequest): Promise<HttpResponse> {
    const shown = await readShownToken(request, settings.paths.userInfo, proofs, ports)
    if (!shown.ok) return challenge(request, shown.error, settings)
    if (!shown.value.scope.includes('openid'))
      return challenge(request, oauthError('openid_missing'), settings, 'openid')
    const client = await store.findClient(shown.value.clientId)
    const claims = client === undefined ? undefined : await describePerson(shown.value, client)
    if (client === undefined || claims === undefined)
      return challenge(request, oauthError('access_token_invalid'), settings)
    const { userInfoAlg } = client.identity
    if (userInfoAlg === undefined) return json(200, claims)

    // No `exp`, so that it never passes for an ID token (section 5.3.2).
    const told = { ...claims, iss: settings.issuer, aud: client.id }

    return signed(await signer.sign(told, 'JWT', atHand(userInfoAlg, signer)))
  }

  /** `undefined` if nobody allowed it, or is there any more. */
  async function describePerson(token: FoundAccessToken, { identity }: Client) {
    if (token.authorizationId === undefined) return undefined
    const authorization = await store.findAuthorization(token.authorizationId)
    const account = authorization === undefined ? undefined : await store.findAccount(authorization.subject)
    if (authorization === undefined || account === undefined) return undefined
    const wishes = authorization.particulars.claims?.userinfo ?? {}

    return {
      ...claimsAbout(account, token.scope, wishes, identity.scope),
      sub: token.particulars.shownSubject ?? token.subject,
    }
  }
}
