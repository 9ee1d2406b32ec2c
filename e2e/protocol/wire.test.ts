import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from '../../src/protocol/errors.ts'
import { guardRefusals } from '../../src/protocol/guard-refusals.ts'
import { begun, serverWithDevices } from '../support/device.ts'
import { alice, api1, optionalScopes } from '../support/fixtures.ts'
import { startServer } from '../support/server.ts'

/**
 * What IANA lists of what is used here: OAuth parameters, token claims, introspection and metadata members; and last
 * what a draft that the working group has adopted asks it to list (refresh token expiration).
 */
const registered = new Set(
  `access_token token_type expires_in refresh_token scope code state iss error error_description error_uri
  sub aud client_id exp iat jti auth_time active
  issuer authorization_endpoint token_endpoint revocation_endpoint introspection_endpoint jwks_uri scopes_supported
  response_types_supported response_modes_supported grant_types_supported code_challenge_methods_supported
  authorization_response_iss_parameter_supported token_endpoint_auth_methods_supported
  token_endpoint_auth_signing_alg_values_supported revocation_endpoint_auth_methods_supported
  revocation_endpoint_auth_signing_alg_values_supported introspection_endpoint_auth_methods_supported
  introspection_endpoint_auth_signing_alg_values_supported ui_locales_supported prompt_values_supported
  protected_resources pushed_authorization_request_endpoint require_pushed_authorization_requests
  dpop_signing_alg_values_supported end_session_endpoint backchannel_logout_supported backchannel_logout_session_supported
  refresh_token_timeout authorization_expires_in refresh_token_expiration_types_supported
  userinfo_endpoint end_session_endpoint backchannel_logout_supported backchannel_logout_session_supported
  subject_types_supported id_token_signing_alg_values_supported
  userinfo_signing_alg_values_supported acr_values_supported claim_types_supported claims_supported
  claims_parameter_supported request_parameter_supported request_uri_parameter_supported
  device_authorization_endpoint device_code user_code verification_uri verification_uri_complete interval`.split(/\s+/),
)

const errorCodes = new Set(
  `invalid_request invalid_client invalid_grant unauthorized_client unsupported_grant_type unsupported_response_type
  invalid_scope access_denied server_error temporarily_unavailable unsupported_token_type invalid_target invalid_token
  insufficient_scope insufficient_user_authentication login_required consent_required request_not_supported request_uri_not_supported
  authorization_pending slow_down expired_token invalid_request_uri invalid_authorization_details invalid_dpop_proof use_dpop_nonce invalid_redirect_uri invalid_client_metadata
  invalid_software_statement unapproved_software_statement registration_not_supported unmet_authentication_requirements`.split(
    /\s+/,
  ),
)

test('[O21-6.2-01] every name and every error code on the wire is a registered one, or begins with hufu_', async (t) => {
  const as = await serverWithDevices(t)
  const left = new URL((await as.walk(await as.signedIn(alice), as.authorize().url)).leavesFor ?? '')
  const tokens = await as.tokens()
  const refused = await as.token({ grant_type: 'authorization_code', code: 'none' })
  const claims = JSON.parse(Buffer.from(tokens.access_token.split('.')[1] ?? '', 'base64url').toString()) as object
  const messages = [
    Object.fromEntries(left.searchParams),
    tokens,
    (await refused.json()) as object,
    claims,
    await as.introspect(tokens.access_token, api1),
    await begun(as),
    (await (await as.get('/.well-known/oauth-authorization-server')).json()) as object,
  ]

  const names = messages.flatMap((each) => Object.keys(each))
  const codes = [...Object.values(catalogue), ...Object.values(guardRefusals)].flatMap(({ code }) => code ?? [])

  assert.ok(names.length > 40)
  for (const name of names) {
    assert.match(name, /^[A-Za-z0-9._-]+$/)
    assert.ok(registered.has(name) || name.startsWith('hufu_'), name)
  }
  for (const code of codes) assert.ok(errorCodes.has(code), code)
})

test('[BCP-4.1.3-01] an answer goes in the query alone: nothing is hung on the redirect URI behind it', async (t) => {
  const as = await startServer()
  t.after(as.close)
  const browser = await as.signedIn(alice)

  const granted = await as.walk(browser, as.authorize().url, { consent: { scope: optionalScopes } })
  const known = await as.get(as.authorize({ scope: 'unheard.of' }).url)

  for (const address of [granted.leavesFor, known.headers.get('location')]) {
    assert.match(address ?? '', /^https:\/\/client\.example\/cb\?/)
    assert.doesNotMatch(address ?? '', /#/)
  }
})
