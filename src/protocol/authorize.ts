import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import { addSeconds, hasPassed, seconds } from '../base/time.ts'
import type { Instant, Seconds } from '../base/time.ts'
import type { Account, Subject } from './account.ts'
import { acrOf, reachableAcrs } from './authentication-level.ts'
import type { BrowserSession, Consent, StoredAuthorizeRequest } from './authorization.ts'
import { isSameDetail, isTransaction, parseAuthorizationDetails } from './authorization-details.ts'
import { essentialAcrs, scopesOfClaims } from './claims-request.ts'
import type { Client } from './client.ts'
import { decideDetailedTarget } from './detailed-target.ts'
import { because, oauthError } from './errors.ts'
import type { OAuthError, Reason } from './errors.ts'
import { parseAcrValues, parseIdentityRequest } from './identity-request.ts'
import { parseThumbprint } from './key-binding.ts'
import type { Parameters } from './parameters.ts'
import type { AuthorizationDetail } from './particulars.ts'
import { isExempt } from './pkce-exemption.ts'
import { parseChallenge } from './pkce.ts'
import { matchRedirectUri, provesIdentity } from './redirect-uri.ts'
import type { RedirectUri } from './redirect-uri.ts'
import { parseResponseMode } from './response-mode.ts'
import { isWithin, parseScope, union } from './scope.ts'
import type { Scope } from './scope.ts'
import type { Settings } from './settings.ts'
import { asksForIdentity, parseResources } from './target.ts'

/** Where the answer may go, proved before anything else is looked at. */
export interface ReturnAddress {
  readonly to: RedirectUri
  readonly wasSent: boolean
}

/**
 * Finds where the browser may be sent back to. Until this has succeeded every fault is a page of ours, never a redirect.
 *
 * @see OAuth 2.1 sections 2.3.1, 2.3.2 and 4.1.2.1
 */
export function parseReturnAddress(parameters: Parameters, client: Client): Result<ReturnAddress, OAuthError> {
  if (parameters.isRepeated('redirect_uri') || parameters.isMalformed('redirect_uri'))
    return because('redirect_uri_unregistered')
  const sent = parameters.get('redirect_uri')
  if (sent !== undefined) {
    const to = matchRedirectUri(sent, client.redirectUris, client.allowLocalhostAnyPort)

    return to === undefined ? because('redirect_uri_unregistered') : accept({ to, wasSent: true })
  }
  // OpenID Connect Core 1.0 section 3.1.2.1 has no such exception.
  if (parameters.get('scope')?.split(' ').includes('openid') === true) return because('redirect_uri_omitted')
  const [only, another] = client.redirectUris
  if (only === undefined || another !== undefined) return because('redirect_uri_missing')

  return accept({ to: only as string as RedirectUri, wasSent: false })
}

/** Parameters that this endpoint knows: each may come once. */
const defined = [
  'response_type',
  'response_mode',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
  'prompt',
  'max_age',
  'ui_locales',
  'nonce',
  'display',
  'login_hint',
  'id_token_hint',
  'acr_values',
  'claims',
  'claims_locales',
  'registration',
  'request',
  'request_uri',
  'dpop_jkt',
  'authorization_details',
]

/** Checks the rest of the request and keeps what it proved. @see OAuth 2.1 section 4.1.1 */
export function parseAuthorizeRequest(
  parameters: Parameters,
  client: Client,
  address: ReturnAddress,
  settings: Settings,
  now: Instant,
): Result<StoredAuthorizeRequest, OAuthError> {
  if (defined.some(parameters.isRepeated)) return because('parameter_repeated')
  if (defined.some(parameters.isMalformed)) return because('parameter_malformed')
  if (parameters.get('request') !== undefined) return because('request_object_unsupported')
  if (parameters.get('request_uri') !== undefined) return because('request_uri_unsupported')
  if (settings.features.openid && parameters.get('registration') !== undefined)
    return because('registration_unsupported')
  const responseType = parameters.get('response_type')
  if (responseType === undefined) return because('response_type_missing')
  if (responseType !== 'code') return because('response_type_unsupported')
  const responseMode = parseResponseMode(parameters, address.to, settings)
  if (!responseMode.ok) return responseMode
  if (!client.grantTypes.includes('authorization_code')) return because('code_grant_not_allowed')

  const challenge = parseRequestChallenge(parameters, client, settings, now)
  if (!challenge.ok) return challenge
  const requested = parseScope(parameters.get('scope'))
  if (!requested.ok) return requested
  const resources = parseResources(parameters.all('resource'), settings)
  if (!resources.ok) return resources
  const details = parseAuthorizationDetails(parameters.get('authorization_details'), client, settings)
  if (!details.ok) return details
  const target = decideDetailedTarget(
    { scope: requested.value, resources: resources.value, details: details.value },
    client,
    settings,
  )
  if (!target.ok) return target
  const forIdentity = asksForIdentity(target.value.scope, settings)
  const prompt = parsePrompt(parameters.get('prompt'), forIdentity)
  if (!prompt.ok) return prompt
  const maxAge = parseMaxAge(parameters.get('max_age'))
  if (!maxAge.ok) return maxAge
  const confirmation = parseThumbprint(parameters.get('dpop_jkt'), settings)
  if (!confirmation.ok) return confirmation
  const acrValues = parseAcrValues(parameters)
  const identity = forIdentity
    ? parseIdentityRequest(parameters, client)
    : accept(acrValues === undefined ? {} : { acrValues })
  if (!identity.ok) return identity

  return accept({
    clientId: client.id,
    answerTo: {
      kind: 'redirect',
      ...address,
      state: parameters.get('state'),
      challenge: challenge.value,
      ...responseMode.value,
    },
    scope: target.value.scope,
    resources: target.value.resources,
    // No more of it is ever read, and the request is kept while a person decides.
    uiLocales: parameters.get('ui_locales')?.slice(0, 500),
    prompt: prompt.value,
    maxAge: maxAge.value ?? (forIdentity ? client.identity.defaultMaxAge : undefined),
    ...identity.value,
    ...(confirmation.value !== undefined && { confirmation: confirmation.value }),
    ...(details.value.length > 0 && { authorizationDetails: details.value }),
    ...(isTransaction(details.value, settings) && { isTransaction: true }),
  })
}

/** Who is exempt may leave PKCE out, not do it by half (requirements R1). */
function parseRequestChallenge(parameters: Parameters, client: Client, settings: Settings, now: Instant) {
  const [challenge, method] = [parameters.get('code_challenge'), parameters.get('code_challenge_method')]
  const isWithout = challenge === undefined && method === undefined

  return isWithout && isExempt(client, settings, now) ? accept(undefined) : parseChallenge(challenge, method)
}

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

/** @param lenient leave out what is not known here, as OpenID Connect does */
function parsePrompt(raw: string | undefined, lenient: boolean): Result<StoredAuthorizeRequest['prompt'], OAuthError> {
  const words = raw === undefined ? [] : raw.split(' ')
  const known = words.filter((each) => each === 'none' || each === 'login' || each === 'consent')
  // select_account is for servers with an account chooser; asking to sign in again is its nearest honest meaning.
  const chooser = words.includes('select_account') ? (['login'] as const) : []
  const isKnown = known.length + chooser.length === words.length
  if ((!isKnown && !lenient) || (words.includes('none') && words.length > 1)) return because('prompt_malformed')

  return accept([...known, ...chooser])
}

function parseMaxAge(raw: string | undefined): Result<Seconds | undefined, OAuthError> {
  if (raw === undefined) return accept(undefined)

  return /^\d{1,9}$/.test(raw) ? accept(seconds(Number(raw))) : because('max_age_malformed')
}
