import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import { seconds } from '../base/time.ts'
import type { Instant, Seconds } from '../base/time.ts'
import type { StoredAuthorizeRequest } from './authorization.ts'
import { isTransaction, parseAuthorizationDetails } from './authorization-details.ts'
import type { Client } from './client.ts'
import { decideDetailedTarget } from './detailed-target.ts'
import { because } from './errors.ts'
import type { OAuthError } from './errors.ts'
import { parseAcrValues, parseIdentityRequest } from './identity-request.ts'
import { parseThumbprint } from './key-binding.ts'
import type { Parameters } from './parameters.ts'
import { isExempt } from './pkce-exemption.ts'
import { parseChallenge } from './pkce.ts'
import { matchRedirectUri } from './redirect-uri.ts'
import type { RedirectUri } from './redirect-uri.ts'
import { parseResponseMode } from './response-mode.ts'
import { parseScope } from './scope.ts'
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
