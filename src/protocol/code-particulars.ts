import { isSingleAct } from './authorization-details.ts'
import { acrOf } from './authentication-level.ts'
import type { BrowserSession, StoredAuthorizeRequest } from './authorization.ts'
import type { Client } from './client.ts'
import type { Confirmation, Particulars, TokenParticulars } from './particulars.ts'
import type { Settings } from './settings.ts'
import { asksForIdentity } from './target.ts'

/** What a code is about besides scope and resources. A plain OAuth request leaves it empty. */
export function particularsOfCode(
  request: StoredAuthorizeRequest,
  { amr }: BrowserSession,
  settings: Settings,
): Particulars {
  const { confirmation, authorizationDetails, nonce, claims, acrValues, scope } = request
  const bound = {
    ...(confirmation !== undefined && { confirmation }),
    ...(authorizationDetails !== undefined && { authorizationDetails }),
    ...(isSingleAct(request, settings) && { onlineOnly: true as const }),
  }
  if (!asksForIdentity(scope, settings)) return acrValues === undefined ? bound : { ...bound, acr: acrOf(amr) }

  return {
    ...bound,
    acr: acrOf(amr),
    amr,
    ...(nonce !== undefined && { nonce }),
    ...(claims !== undefined && { claims }),
  }
}

/**
 * What goes on from the code to the authorization. The nonce is for the first ID token alone; a confidential client
 * proves itself whenever it refreshes, and may change its key (RFC 9449 section 5).
 *
 * @param shown the key that the code was redeemed with
 */
export function particularsAfterCode(
  particulars: Particulars,
  client: Client,
  shown: Confirmation | undefined,
): Particulars {
  const { nonce: _, onlineOnly: __, confirmation: ___, ...rest } = particulars

  return client.type === 'public' && shown !== undefined ? { ...rest, confirmation: shown } : rest
}

/** What every access token of an authorization says of it. */
export const particularsOfToken = ({ acr }: Particulars): TokenParticulars => (acr === undefined ? {} : { acr })
