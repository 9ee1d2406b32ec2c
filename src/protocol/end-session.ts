import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import type { Subject } from './account.ts'
import type { BrowserSession } from './authorization.ts'
import type { Client, ClientId } from './client.ts'
import { because } from './errors.ts'
import type { OAuthError } from './errors.ts'
import { sidOf } from './identity-token.ts'
import type { Parameters } from './parameters.ts'
import { matchRedirectUri } from './redirect-uri.ts'
import type { RedirectUri } from './redirect-uri.ts'

/** What an app may send along with a person who is to be signed out. `logout_hint` is read and has no effect. */
export const endSessionParameters = [
  'id_token_hint',
  'client_id',
  'post_logout_redirect_uri',
  'state',
  'logout_hint',
  'ui_locales',
] as const

/** The ID token that came as a hint: for which client, about whom as that client knows them, in which session. */
export interface LogoutHint {
  readonly clientId: ClientId
  readonly subject: Subject
  readonly sid: string | undefined
}

/**
 * Which client a request to sign out is from; `undefined` where it does not say.
 *
 * @see OpenID Connect RP-Initiated Logout 1.0 section 2
 */
export function findAskingClient(
  parameters: Parameters,
  hint: LogoutHint | undefined,
): Result<ClientId | undefined, OAuthError> {
  const named = parameters.get('client_id') as ClientId | undefined
  if (named !== undefined && hint !== undefined && named !== hint.clientId) return because('logout_client_differs')

  return accept(named ?? hint?.clientId)
}

/**
 * Where the person may go afterwards: an address that the client registered for it, compared like a redirect URI.
 * Without an ID token anybody can have made the request, so then only to a client that the operator has reviewed.
 *
 * @returns `undefined` where the person stays here
 * @see OpenID Connect RP-Initiated Logout 1.0 section 3
 */
export function findReturn(
  parameters: Parameters,
  client: Client | undefined,
  hint: LogoutHint | undefined,
): Result<RedirectUri | undefined, OAuthError> {
  const sent = parameters.get('post_logout_redirect_uri')
  if (sent === undefined || client === undefined) return accept(undefined)
  const found = matchRedirectUri(sent, client.logout.redirectUris, client.allowLocalhostAnyPort)
  if (found === undefined) return because('logout_uri_unregistered')

  return accept(hint !== undefined || client.reviewed ? found : undefined)
}

/**
 * True if the hint is of the very session that is alive in this browser, which only an app knows that signed the person
 * in there: it may end the session without a question. Of anybody else's request the person is asked.
 *
 * @param subject of the session, as the client of the hint knows them
 */
export const isOfSession = (hint: LogoutHint, session: BrowserSession, subject: Subject): boolean =>
  hint.subject === subject && hint.sid === sidOf(session.begunAs, hint.clientId)
