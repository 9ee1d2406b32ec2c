import { addSeconds, hasPassed } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import type { Account, Subject } from './account.ts'
import { acrOf, reachableAcrs } from './authentication-level.ts'
import { isSameDetail } from './authorization-details.ts'
import type { BrowserSession, Consent, StoredAuthorizeRequest } from './authorization.ts'
import { essentialAcrs, scopesOfClaims } from './claims-request.ts'
import type { Client } from './client.ts'
import { oauthError } from './errors.ts'
import type { OAuthError, Reason } from './errors.ts'
import type { AuthorizationDetail } from './particulars.ts'
import { provesIdentity } from './redirect-uri.ts'
import { isWithin, union } from './scope.ts'
import type { Scope } from './scope.ts'

/** What happens next with an authorization request. Only to a checked redirect URI is anything ever returned. */
export type AuthorizeDecision =
  | { readonly kind: 'return_error'; readonly error: OAuthError }
  | { readonly kind: 'sign_in' }
  | { readonly kind: 'ask_consent'; readonly session: BrowserSession; readonly account: Account }
  | { readonly kind: 'issue_code'; readonly session: BrowserSession; readonly account: Account }

/** A browser session with the account it is for, both known to be alive. */
export interface SignedIn {
  readonly session: BrowserSession
  readonly account: Account
}

/** What the next step is derived from, besides the request and its client. */
export interface AuthorizeFacts {
  readonly signedIn: SignedIn | undefined
  /** The `sub` of who is signed in, as this client knows them. Needed only where a certain person is expected. */
  readonly shownAs: Subject | undefined
  readonly consent: Consent | undefined
}

/**
 * The hub: asked again after every step, it derives the next one from the facts alone.
 *
 * @param began when the request arrived: `prompt=login` wants a sign-in after it
 */
export function decideAuthorize(
  request: StoredAuthorizeRequest,
  client: Client,
  { signedIn, shownAs, consent }: AuthorizeFacts,
  began: Instant,
  now: Instant,
): AuthorizeDecision {
  const mayAsk = !request.prompt.includes('none')
  if (!isReached(request, reachableAcrs)) return returnError('acr_unmet')
  if (signedIn === undefined || isTooOld(signedIn.session, request, began, now) || isTooWeak(signedIn, request))
    return mayAsk ? { kind: 'sign_in' } : returnError('sign_in_required')
  if (request.expectedSubject !== undefined && request.expectedSubject !== shownAs) {
    // Who has just signed in for this request as somebody else is not asked again and again.
    const mayStillCome = mayAsk && signedIn.session.authenticatedAt < began

    return mayStillCome ? { kind: 'sign_in' } : returnError('another_person')
  }
  if (mustAsk(request, client, consent))
    return mayAsk ? { kind: 'ask_consent', ...signedIn } : returnError('consent_required')

  return { kind: 'issue_code', ...signedIn }
}

const returnError = (reason: Reason) => ({ kind: 'return_error', error: oauthError(reason) }) as const

/** What the person is asked about: the scope, and the scopes of claims that were asked for one by one. */
export const askedScope = ({ scope, claims }: StoredAuthorizeRequest): Scope =>
  claims === undefined ? scope : union(scope, scopesOfClaims(claims))

/**
 * True if the person must be asked although they may have allowed it before: whoever cannot prove to be the same app
 * is always asked about (attack decision D7, RFC 8252 section 8.6), and so is a device, which may be a stranger's
 * (RFC 8628 section 5.4).
 */
export function mustAsk(request: StoredAuthorizeRequest, client: Client, consent: Consent | undefined): boolean {
  if (!client.reviewed || request.isTransaction === true || request.prompt.includes('consent')) return true
  if (request.answerTo.kind === 'device') return true
  if (client.type === 'public' && !provesIdentity(request.answerTo.to)) return true
  if (client.firstParty) return false
  if (consent === undefined || !isWithin(askedScope(request), consent.scope)) return true
  const remembered = consent.authorizationDetails ?? []
  const isRemembered = (detail: AuthorizationDetail) => remembered.some((each) => isSameDetail(each, detail))
  if (request.authorizationDetails?.every(isRemembered) === false) return true

  return !request.resources.every((each) => consent.resources.includes(each))
}

/**
 * What a person allowed the client, unless it changed since in what it is recognised by (attack row RG-08): then they
 * are asked about everything again.
 */
export function standing(consent: Consent | undefined, client: Client): Consent | undefined {
  const changedAt = client.registration?.changedAt

  return consent === undefined || (changedAt !== undefined && consent.givenAt <= changedAt) ? undefined : consent
}

function isTooOld(session: BrowserSession, request: StoredAuthorizeRequest, began: Instant, now: Instant): boolean {
  if (request.prompt.includes('login') && session.authenticatedAt < began) return true
  if (request.maxAge === undefined) return false
  // A sign-in made for this very request is young enough, even for max_age=0.
  return session.authenticatedAt < began && hasPassed(addSeconds(session.authenticatedAt, request.maxAge), now)
}

/** True if the request demands no level, or one of these (OpenID Connect Core 1.0 section 5.5.1.1). */
function isReached({ claims }: StoredAuthorizeRequest, acrs: readonly string[]): boolean {
  const demanded = essentialAcrs(claims)

  return demanded === undefined || acrs.some((each) => demanded.includes(each))
}

const isTooWeak = ({ session }: SignedIn, request: StoredAuthorizeRequest) => !isReached(request, [acrOf(session.amr)])
