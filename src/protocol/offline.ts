import type { StoredAuthorizeRequest } from './authorization.ts'
import type { Client } from './client.ts'
import type { Consent } from './authorization.ts'
import { without } from './scope.ts'
import type { Scope } from './scope.ts'
import { offlineAccess } from './settings.ts'
import type { Settings } from './settings.ts'
import { asksForIdentity } from './target.ts'

/**
 * Whether `offline_access` is given. OpenID Connect lets it count only where the person was asked in this very request,
 * or the operator vouches for the app; else it is ignored, and then there is no refresh token. A request that does not
 * use the word, or not the one of OpenID Connect, is as any other: its registration decides (DECISIONS 9).
 *
 * @param granted what is given, with the consent if the person was asked
 * @see OpenID Connect Core 1.0 section 11
 */
export function decideOffline(
  { scope }: Pick<StoredAuthorizeRequest, 'scope'>,
  granted: { readonly scope: Scope; readonly consent: Consent | undefined },
  client: Client,
  settings: Settings,
): { readonly scope: Scope; readonly onlineOnly: boolean } {
  const counts = granted.consent !== undefined || client.firstParty
  if (counts || !scope.includes(offlineAccess) || !asksForIdentity(scope, settings))
    return { scope: granted.scope, onlineOnly: false }

  return { scope: without(granted.scope, [offlineAccess]), onlineOnly: true }
}
