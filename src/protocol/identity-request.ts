import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import type { StoredAuthorizeRequest } from './authorization.ts'
import { parseClaimsRequest, subjectOf } from './claims-request.ts'
import type { Client } from './client.ts'
import type { OAuthError } from './errors.ts'
import type { Parameters } from './parameters.ts'

/** What OpenID Connect adds to an authorization request. */
export type IdentityRequest = Pick<
  StoredAuthorizeRequest,
  'nonce' | 'acrValues' | 'claims' | 'loginHint' | 'expectedSubject'
>

/** As much of a hint is kept as a username can have. */
const maxHint = 320
/** As many levels are kept as anybody will ask for, of this length each. */
const maxAcrs = 20
const maxAcrLength = 200

/**
 * Reads the parameters of OpenID Connect from a request that has `openid` in its scope. `display`, `claims_locales` and
 * a level nobody knows are no reason to refuse. `id_token_hint` is signed, so it is looked at elsewhere.
 *
 * @see OpenID Connect Core 1.0 sections 3.1.2.1 and 5.5
 */
export function parseIdentityRequest(parameters: Parameters, client: Client): Result<IdentityRequest, OAuthError> {
  const raw = parameters.get('claims')
  const claims = raw === undefined ? accept(undefined) : parseClaimsRequest(raw, client.identity.scope)
  if (!claims.ok) return claims
  const expected = claims.value === undefined ? accept(undefined) : subjectOf(claims.value)
  if (!expected.ok) return expected
  const acrValues = parseAcrValues(parameters) ?? client.identity.defaultAcrValues
  const nonce = parameters.get('nonce')
  const loginHint = parameters.get('login_hint')?.slice(0, maxHint)

  return accept({
    ...(nonce !== undefined && { nonce }),
    ...(acrValues.length > 0 && { acrValues }),
    ...(claims.value !== undefined && { claims: claims.value }),
    ...(loginHint !== undefined && { loginHint }),
    ...(expected.value !== undefined && { expectedSubject: expected.value }),
  })
}

/** What the sign-in should reach, also of requests without `openid` (RFC 9470 section 4). Never a reason to refuse. */
export function parseAcrValues(parameters: Parameters): readonly string[] | undefined {
  const values = parameters
    .get('acr_values')
    ?.split(' ')
    .filter((each) => each !== '' && each.length <= maxAcrLength)

  return values === undefined || values.length === 0 ? undefined : values.slice(0, maxAcrs)
}
