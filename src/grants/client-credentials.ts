import { accept } from '../base/result.ts'
import type { Subject } from '../protocol/account.ts'
import { mayAskForItself } from '../protocol/authorization-details.ts'
import { decideDetailedAccess, decideDetailedTarget, parseDetailed } from '../protocol/detailed-target.ts'
import { isBeside } from '../protocol/target.ts'
import { defineGrant, refuseToken } from './grant.ts'

/**
 * A trusted system acting for itself ("2-legged"): no person, no browser, no refresh token. The `sub` of the token is
 * the client's id. Refused to public clients, which cannot prove who they are.
 *
 * @see OAuth 2.1 section 4.2
 */
export const clientCredentials = defineGrant({
  type: 'client_credentials',
  parse: parseDetailed,
  load: async () => undefined,
  decide: (request, _facts, { client, settings }) => {
    if (client.type === 'public') return refuseToken('client_not_confidential')
    // Nobody is there to be away or to be known (attack row GR-03).
    if (request.scope.some((each) => isBeside(each, settings))) return refuseToken('scope_not_allowed')
    // Most of what can be asked for in detail is a person's to allow.
    if (!mayAskForItself(request.details, settings)) return refuseToken('detail_type_not_allowed')
    const target = decideDetailedTarget(request, client, settings)
    if (!target.ok) return refuseToken(target.error.reason)
    const asked = { ...request, scope: target.value.scope }
    const access = decideDetailedAccess(asked, { ...target.value, details: request.details }, client, settings)
    if (!access.ok) return refuseToken(access.error.reason)

    return accept({
      from: undefined,
      clientId: client.id,
      subject: client.id as string as Subject,
      ...access.value,
      lifetime: client.lifetimes.accessToken ?? access.value.resource.accessTokenLifetime,
      authenticatedAt: undefined,
      refreshable: false,
    })
  },
})
