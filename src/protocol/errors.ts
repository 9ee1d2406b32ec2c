/** The registered error values this server sends (OAuth 2.1 sections 3.2.4 and 4.1.2.1, RFC 6750, 7009, 7591, 8707, 9449, 9470). */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'unsupported_token_type'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'access_denied'
  | 'authorization_pending'
  | 'slow_down'
  | 'expired_token'
  | 'login_required'
  | 'consent_required'
  | 'unmet_authentication_requirements'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'invalid_request_uri'
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  | 'invalid_software_statement'
  | 'unapproved_software_statement'
  | 'registration_not_supported'
  | 'invalid_authorization_details'
  | 'server_error'
  | 'temporarily_unavailable'

interface CatalogueEntry {
  /** The stable public number of this kind of failure; its page is served at `/errors/<id>`. */
  readonly id: `HF-${string}-${number}`
  readonly code: OAuthErrorCode
  /** For the wire: English, only characters that RFC 6749 section 5.2 allows. */
  readonly description: string
}

/**
 * Every refusal there is. The key is for the audit log and for tests, `code` and `description` are for the wire;
 * several keys may share one public id where telling them apart would help an attacker.
 */
export const catalogue = {
  client_id_unknown: {
    id: 'HF-AUTHZ-0101',
    code: 'invalid_request',
    description: 'client_id is missing or not known here',
  },
  client_disabled: {
    id: 'HF-AUTHZ-0101',
    code: 'invalid_request',
    description: 'client_id is missing or not known here',
  },
  client_document_unreachable: {
    id: 'HF-AUTHZ-0102',
    code: 'invalid_request',
    description: 'the metadata document of the client cannot be had',
  },
  client_document_refused: {
    id: 'HF-AUTHZ-0103',
    code: 'invalid_request',
    description: 'the metadata document of the client is not acceptable',
  },
  client_host_refused: {
    id: 'HF-REG-0410',
    code: 'invalid_request',
    description: 'metadata documents of this host are not accepted here',
  },
  redirect_uri_unregistered: {
    id: 'HF-AUTHZ-0104',
    code: 'invalid_request',
    description: 'redirect_uri is not registered for this client',
  },
  redirect_uri_missing: {
    id: 'HF-AUTHZ-0105',
    code: 'invalid_request',
    description: 'redirect_uri is required: several are registered',
  },
  client_unfit: {
    id: 'HF-AUTHZ-0109',
    code: 'unauthorized_client',
    description: 'the registration of this client does not fit the profile of this server',
  },
  redirect_uri_unnamed: {
    id: 'HF-AUTHZ-0105',
    code: 'invalid_request',
    description: 'redirect_uri is required in every pushed request',
  },
  request_uri_unknown: {
    id: 'HF-AUTHZ-0106',
    code: 'invalid_request_uri',
    description: 'the request_uri is not known here, has expired, or was used',
  },
  request_uri_expired: {
    id: 'HF-AUTHZ-0106',
    code: 'invalid_request_uri',
    description: 'the request_uri is not known here, has expired, or was used',
  },
  request_uri_of_another_client: {
    id: 'HF-AUTHZ-0106',
    code: 'invalid_request_uri',
    description: 'the request_uri is not known here, has expired, or was used',
  },
  push_missing: {
    id: 'HF-AUTHZ-0107',
    code: 'invalid_request',
    description: 'the request must be pushed, and request_uri sent in its place',
  },
  request_uri_pushed: {
    id: 'HF-AUTHZ-0108',
    code: 'invalid_request',
    description: 'request_uri cannot be part of a pushed request',
  },
  redirect_uri_omitted: {
    id: 'HF-AUTHZ-0105',
    code: 'invalid_request',
    description: 'redirect_uri is required with the scope openid',
  },
  challenge_missing: { id: 'HF-AUTHZ-0110', code: 'invalid_request', description: 'code_challenge is required (PKCE)' },
  challenge_malformed: {
    id: 'HF-AUTHZ-0110',
    code: 'invalid_request',
    description: 'code_challenge must be 43 base64url characters',
  },
  challenge_method_missing: {
    id: 'HF-AUTHZ-0111',
    code: 'invalid_request',
    description: 'code_challenge_method is required and must be S256',
  },
  challenge_method_unsupported: {
    id: 'HF-AUTHZ-0111',
    code: 'invalid_request',
    description: 'code_challenge_method: the transform is not supported, use S256',
  },
  parameter_repeated: {
    id: 'HF-AUTHZ-0112',
    code: 'invalid_request',
    description: 'a parameter is included more than once',
  },
  parameter_malformed: {
    id: 'HF-AUTHZ-0113',
    code: 'invalid_request',
    description: 'a parameter has characters or a length that is not allowed',
  },
  response_type_missing: { id: 'HF-AUTHZ-0114', code: 'invalid_request', description: 'response_type is required' },
  response_mode_unsupported: {
    id: 'HF-AUTHZ-0115',
    code: 'invalid_request',
    description: 'response_mode is not supported for this client or redirect_uri, use query',
  },
  request_object_unsupported: {
    id: 'HF-AUTHZ-0116',
    code: 'request_not_supported',
    description: 'the request parameter is not supported',
  },
  request_uri_unsupported: {
    id: 'HF-AUTHZ-0116',
    code: 'request_uri_not_supported',
    description: 'the request_uri parameter is not supported',
  },
  registration_unsupported: {
    id: 'HF-AUTHZ-0165',
    code: 'registration_not_supported',
    description: 'the registration parameter is not supported',
  },
  prompt_malformed: {
    id: 'HF-AUTHZ-0118',
    code: 'invalid_request',
    description: 'prompt must be none, or login and consent',
  },
  max_age_malformed: {
    id: 'HF-AUTHZ-0119',
    code: 'invalid_request',
    description: 'max_age must be a whole number of seconds',
  },
  request_unreadable: {
    id: 'HF-AUTHZ-0117',
    code: 'invalid_request',
    description: 'the request is too large or cannot be read',
  },
  response_type_unsupported: {
    id: 'HF-AUTHZ-0120',
    code: 'unsupported_response_type',
    description: 'response_type must be code',
  },
  code_grant_not_allowed: {
    id: 'HF-AUTHZ-0121',
    code: 'unauthorized_client',
    description: 'this client may not use the authorization code grant',
  },
  scope_malformed: { id: 'HF-AUTHZ-0130', code: 'invalid_scope', description: 'scope is malformed' },
  scope_unknown: { id: 'HF-AUTHZ-0130', code: 'invalid_scope', description: 'a requested scope is not known here' },
  scope_not_allowed: {
    id: 'HF-AUTHZ-0131',
    code: 'invalid_scope',
    description: 'a requested scope is not allowed for this client',
  },
  scope_of_several_resources: {
    id: 'HF-AUTHZ-0132',
    code: 'invalid_scope',
    description: 'the scopes belong to different resources: name one with resource',
  },
  consent_refused: { id: 'HF-AUTHZ-0140', code: 'access_denied', description: 'the resource owner refused' },
  resource_malformed: {
    id: 'HF-AUTHZ-0150',
    code: 'invalid_target',
    description: 'resource must be an absolute URI without a fragment',
  },
  resource_unknown: { id: 'HF-AUTHZ-0150', code: 'invalid_target', description: 'the resource is not known here' },
  resource_missing: {
    id: 'HF-AUTHZ-0151',
    code: 'invalid_target',
    description: 'resource is required: several are registered',
  },
  resource_several: {
    id: 'HF-AUTHZ-0152',
    code: 'invalid_target',
    description: 'a token is for one resource: name one',
  },
  dpop_jkt_malformed: {
    id: 'HF-AUTHZ-0170',
    code: 'invalid_request',
    description: 'dpop_jkt must be the SHA-256 thumbprint of a key, 43 base64url characters',
  },
  sign_in_required: {
    id: 'HF-AUTHZ-0160',
    code: 'login_required',
    description: 'prompt is none, but the person must sign in',
  },
  consent_required: {
    id: 'HF-AUTHZ-0160',
    code: 'consent_required',
    description: 'prompt is none, but the person must be asked',
  },
  claims_malformed: {
    id: 'HF-AUTHZ-0161',
    code: 'invalid_request',
    description: 'claims must be a JSON object of wishes for id_token and userinfo, about one person',
  },
  hint_invalid: {
    id: 'HF-AUTHZ-0162',
    code: 'invalid_request',
    description: 'id_token_hint is no ID token of this server for this client, or contradicts claims',
  },
  another_person: {
    id: 'HF-AUTHZ-0163',
    code: 'login_required',
    description: 'another person is signed in than the request is about',
  },
  acr_unmet: {
    id: 'HF-AUTHZ-0164',
    code: 'unmet_authentication_requirements',
    description: 'no sign-in here reaches the essential acr',
  },
  details_malformed: {
    id: 'HF-AUTHZ-0180',
    code: 'invalid_authorization_details',
    description: 'authorization_details must be a JSON array of 1 to 10 objects with a type',
  },
  detail_type_unknown: {
    id: 'HF-AUTHZ-0181',
    code: 'invalid_authorization_details',
    description: 'a type of authorization_details is not known here',
  },
  detail_type_not_allowed: {
    id: 'HF-AUTHZ-0181',
    code: 'invalid_authorization_details',
    description: 'a type of authorization_details is not allowed for this client or grant',
  },
  detail_invalid: {
    id: 'HF-AUTHZ-0182',
    code: 'invalid_authorization_details',
    description: 'a field in authorization_details is missing, not known, or has a value that is not allowed',
  },
  detail_of_another_resource: {
    id: 'HF-AUTHZ-0183',
    code: 'invalid_authorization_details',
    description: 'authorization_details and resource are for different APIs',
  },

  code_missing: { id: 'HF-TOKEN-0200', code: 'invalid_request', description: 'code is required' },
  code_unknown: { id: 'HF-TOKEN-0201', code: 'invalid_grant', description: 'the authorization code is not valid' },
  code_expired: { id: 'HF-TOKEN-0202', code: 'invalid_grant', description: 'the authorization code has expired' },
  code_replayed: {
    id: 'HF-TOKEN-0203',
    code: 'invalid_grant',
    description: 'the authorization code was already used, its tokens were revoked',
  },
  code_burned: {
    id: 'HF-TOKEN-0203',
    code: 'invalid_grant',
    description: 'the authorization code can no longer be used',
  },
  verifier_mismatch: {
    id: 'HF-TOKEN-0204',
    code: 'invalid_grant',
    description: 'PKCE verifier does not match the challenge',
  },
  verifier_missing: { id: 'HF-TOKEN-0205', code: 'invalid_grant', description: 'code_verifier is required' },
  verifier_malformed: {
    id: 'HF-TOKEN-0205',
    code: 'invalid_request',
    description: 'code_verifier must be 43 to 128 unreserved characters',
  },
  verifier_unexpected: {
    id: 'HF-TOKEN-0205',
    code: 'invalid_request',
    description: 'code_verifier was sent, but the authorization request had no challenge',
  },
  redirect_uri_differs: {
    id: 'HF-TOKEN-0206',
    code: 'invalid_grant',
    description: 'redirect_uri differs from the authorization request',
  },
  code_of_another_client: {
    id: 'HF-TOKEN-0207',
    code: 'invalid_grant',
    description: 'the authorization code belongs to another client',
  },
  refresh_token_missing: { id: 'HF-TOKEN-0208', code: 'invalid_request', description: 'refresh_token is required' },
  refresh_token_unknown: { id: 'HF-TOKEN-0209', code: 'invalid_grant', description: 'the refresh token is not valid' },
  refresh_token_of_another_client: {
    id: 'HF-TOKEN-0209',
    code: 'invalid_grant',
    description: 'the refresh token is not valid',
  },
  refresh_token_expired: { id: 'HF-TOKEN-0210', code: 'invalid_grant', description: 'the refresh token has expired' },
  authorization_revoked: { id: 'HF-TOKEN-0211', code: 'invalid_grant', description: 'the authorization was removed' },
  refresh_token_reused: {
    id: 'HF-TOKEN-0212',
    code: 'invalid_grant',
    description: 'the refresh token was used before, the authorization was ended',
  },
  grant_type_missing: { id: 'HF-TOKEN-0219', code: 'invalid_request', description: 'grant_type is required' },
  grant_unknown: { id: 'HF-TOKEN-0220', code: 'unsupported_grant_type', description: 'grant_type is not supported' },
  grant_not_allowed: {
    id: 'HF-TOKEN-0221',
    code: 'unauthorized_client',
    description: 'this client may not use this grant_type',
  },
  client_not_confidential: {
    id: 'HF-TOKEN-0221',
    code: 'unauthorized_client',
    description: 'only a confidential client may use this grant_type',
  },
  body_not_form: {
    id: 'HF-TOKEN-0222',
    code: 'invalid_request',
    description: 'the body must be application/x-www-form-urlencoded in UTF-8',
  },
  form_parameter_repeated: {
    id: 'HF-TOKEN-0223',
    code: 'invalid_request',
    description: 'a parameter is included more than once',
  },
  form_too_large: {
    id: 'HF-TOKEN-0224',
    code: 'invalid_request',
    description: 'the request body or a parameter is too large',
  },
  form_parameter_malformed: {
    id: 'HF-TOKEN-0225',
    code: 'invalid_request',
    description: 'a parameter has characters that are not allowed',
  },
  scope_exceeds_grant: { id: 'HF-TOKEN-0226', code: 'invalid_scope', description: 'scope exceeds what was granted' },
  details_exceed_grant: {
    id: 'HF-TOKEN-0231',
    code: 'invalid_authorization_details',
    description: 'authorization_details exceed what was granted',
  },
  resource_exceeds_grant: {
    id: 'HF-TOKEN-0227',
    code: 'invalid_target',
    description: 'resource is not part of the grant',
  },
  token_missing: { id: 'HF-TOKEN-0228', code: 'invalid_request', description: 'token is required' },
  token_kind_unsupported: {
    id: 'HF-TOKEN-0230',
    code: 'unsupported_token_type',
    description: 'this kind of token cannot be revoked here',
  },
  token_of_another_client: {
    id: 'HF-TOKEN-0229',
    code: 'invalid_grant',
    description: 'the token belongs to another client',
  },
  proof_missing: {
    id: 'HF-TOKEN-0240',
    code: 'invalid_dpop_proof',
    description: 'a DPoP proof is required: tokens are bound to a key here',
  },
  proof_malformed: {
    id: 'HF-TOKEN-0241',
    code: 'invalid_dpop_proof',
    description: 'send one DPoP header: a JWT of type dpop+jwt with jti, htm, htu and iat',
  },
  proof_unsigned: {
    id: 'HF-TOKEN-0241',
    code: 'invalid_dpop_proof',
    description:
      'the DPoP proof is not signed with the public key in its header, or by an algorithm that is not taken here',
  },
  proof_of_another_request: {
    id: 'HF-TOKEN-0241',
    code: 'invalid_dpop_proof',
    description: 'the DPoP proof is for another method, address or token: compare htm, htu and ath',
  },
  proof_out_of_time: {
    id: 'HF-TOKEN-0241',
    code: 'invalid_dpop_proof',
    description: 'the DPoP proof is too old or from the future: compare iat with the time here',
  },
  proof_replayed: {
    id: 'HF-TOKEN-0242',
    code: 'invalid_dpop_proof',
    description: 'the DPoP proof was used before: make a new one for each request',
  },
  proof_nonce_needed: {
    id: 'HF-TOKEN-0243',
    code: 'use_dpop_nonce',
    description: 'put the nonce of the DPoP-Nonce header into a new DPoP proof',
  },
  proof_key_differs: {
    id: 'HF-TOKEN-0244',
    code: 'invalid_grant',
    description: 'the code or refresh token is bound to another key than the DPoP proof shows',
  },
  proof_differs_from_jkt: {
    id: 'HF-TOKEN-0245',
    code: 'invalid_dpop_proof',
    description: 'dpop_jkt names another key than the DPoP proof shows',
  },

  subject_token_missing: {
    id: 'HF-TOKEN-0260',
    code: 'invalid_request',
    description: 'subject_token and subject_token_type are required',
  },
  actor_token_incomplete: {
    id: 'HF-TOKEN-0260',
    code: 'invalid_request',
    description: 'actor_token and actor_token_type come together or not at all',
  },
  token_type_unsupported: {
    id: 'HF-TOKEN-0261',
    code: 'invalid_request',
    description: 'only access tokens are exchanged, for access tokens',
  },
  subject_token_unknown: {
    id: 'HF-TOKEN-0262',
    code: 'invalid_request',
    description: 'the subject token is not valid for this client',
  },
  subject_token_ended: {
    id: 'HF-TOKEN-0262',
    code: 'invalid_request',
    description: 'the subject token is not valid for this client',
  },
  subject_token_foreign: {
    id: 'HF-TOKEN-0262',
    code: 'invalid_request',
    description: 'the subject token is not valid for this client',
  },
  subject_token_bound: {
    id: 'HF-TOKEN-0263',
    code: 'invalid_request',
    description: 'the token is bound to a key, and the request does not prove it',
  },
  actor_token_invalid: {
    id: 'HF-TOKEN-0264',
    code: 'invalid_request',
    description: 'the actor token is not valid for this client',
  },
  actor_not_allowed: {
    id: 'HF-TOKEN-0264',
    code: 'invalid_request',
    description: 'the subject token names somebody else who may act',
  },
  exchange_not_allowed: {
    id: 'HF-TOKEN-0265',
    code: 'invalid_request',
    description: 'no rule lets this client exchange this token',
  },
  exchange_target_not_allowed: {
    id: 'HF-TOKEN-0265',
    code: 'invalid_target',
    description: 'no rule lets this client exchange this token for this target',
  },
  exchange_chain_too_long: {
    id: 'HF-TOKEN-0266',
    code: 'invalid_request',
    description: 'the token was exchanged too often',
  },

  assertion_missing: { id: 'HF-TOKEN-0270', code: 'invalid_request', description: 'assertion is required' },
  assertion_invalid: { id: 'HF-TOKEN-0271', code: 'invalid_grant', description: 'the assertion is not valid' },
  assertion_issuer_unknown: { id: 'HF-TOKEN-0271', code: 'invalid_grant', description: 'the assertion is not valid' },
  assertion_not_for_client: { id: 'HF-TOKEN-0271', code: 'invalid_grant', description: 'the assertion is not valid' },
  assertion_subject_unknown: { id: 'HF-TOKEN-0271', code: 'invalid_grant', description: 'the assertion is not valid' },
  assertion_expired: { id: 'HF-TOKEN-0272', code: 'invalid_grant', description: 'the assertion has expired' },
  assertion_used: { id: 'HF-TOKEN-0273', code: 'invalid_grant', description: 'the assertion was used before' },
  grant_refused: { id: 'HF-TOKEN-0279', code: 'invalid_grant', description: 'what was brought is not valid' },

  device_pending: {
    id: 'HF-DEVICE-0401',
    code: 'authorization_pending',
    description: 'nobody has decided yet, ask again after the interval',
  },
  device_polled_too_soon: {
    id: 'HF-DEVICE-0402',
    code: 'slow_down',
    description: 'asked too soon: from now on wait 5 seconds longer each time',
  },
  device_code_expired: {
    id: 'HF-DEVICE-0403',
    code: 'expired_token',
    description: 'the device code has expired, begin anew',
  },
  device_refused: { id: 'HF-DEVICE-0404', code: 'access_denied', description: 'the person refused' },
  device_code_missing: { id: 'HF-DEVICE-0405', code: 'invalid_request', description: 'device_code is required' },
  device_code_unknown: { id: 'HF-DEVICE-0406', code: 'invalid_grant', description: 'the device code is not valid' },
  device_code_of_another_client: {
    id: 'HF-DEVICE-0406',
    code: 'invalid_grant',
    description: 'the device code is not valid',
  },
  device_code_spent: {
    id: 'HF-DEVICE-0407',
    code: 'invalid_grant',
    description: 'the device code was used before, begin anew',
  },

  client_id_missing: {
    id: 'HF-CLIENT-0302',
    code: 'invalid_request',
    description: 'client_id or client authentication is required',
  },
  client_methods_several: {
    id: 'HF-CLIENT-0303',
    code: 'invalid_request',
    description: 'use one client authentication method only',
  },
  client_authentication_missing: {
    id: 'HF-CLIENT-0301',
    code: 'invalid_client',
    description: 'client authentication failed',
  },
  client_authentication_malformed: {
    id: 'HF-CLIENT-0301',
    code: 'invalid_client',
    description: 'client authentication failed',
  },
  client_unknown: { id: 'HF-CLIENT-0301', code: 'invalid_client', description: 'client authentication failed' },
  client_off: { id: 'HF-CLIENT-0301', code: 'invalid_client', description: 'client authentication failed' },
  client_outside_profile: { id: 'HF-CLIENT-0301', code: 'invalid_client', description: 'client authentication failed' },
  client_method_wrong: { id: 'HF-CLIENT-0301', code: 'invalid_client', description: 'client authentication failed' },
  client_secret_wrong: { id: 'HF-CLIENT-0301', code: 'invalid_client', description: 'client authentication failed' },
  client_assertion_invalid: {
    id: 'HF-CLIENT-0301',
    code: 'invalid_client',
    description: 'client authentication failed',
  },
  client_assertion_replayed: {
    id: 'HF-CLIENT-0301',
    code: 'invalid_client',
    description: 'client authentication failed',
  },

  body_not_json: {
    id: 'HF-REG-0401',
    code: 'invalid_client_metadata',
    description: 'the body must be a JSON object in UTF-8, sent as application/json',
  },
  body_too_large: { id: 'HF-REG-0401', code: 'invalid_client_metadata', description: 'the body is too large' },
  registered_redirect_refused: {
    id: 'HF-REG-0402',
    code: 'invalid_redirect_uri',
    description: 'a redirect URI is not acceptable',
  },
  metadata_refused: {
    id: 'HF-REG-0403',
    code: 'invalid_client_metadata',
    description: 'the client metadata are not acceptable',
  },
  name_taken: {
    id: 'HF-REG-0404',
    code: 'invalid_client_metadata',
    description: 'client_name: looks like the name of another app, choose one of your own',
  },
  software_statement_invalid: {
    id: 'HF-REG-0405',
    code: 'invalid_software_statement',
    description: 'the software statement is not valid',
  },
  software_statement_unapproved: {
    id: 'HF-REG-0406',
    code: 'unapproved_software_statement',
    description: 'software statements of this issuer are not accepted here',
  },
  initial_token_invalid: {
    id: 'HF-REG-0407',
    code: 'invalid_token',
    description: 'registering needs a valid initial access token',
  },
  registration_token_invalid: {
    id: 'HF-REG-0408',
    code: 'invalid_token',
    description: 'the registration access token is not valid here',
  },
  registration_disabled: {
    id: 'HF-REG-0409',
    code: 'access_denied',
    description: 'the client was disabled by the operator',
  },
  registrations_throttled: {
    id: 'HF-REG-0411',
    code: 'temporarily_unavailable',
    description: 'too many new clients, try again later',
  },
  changes_throttled: {
    id: 'HF-REG-0411',
    code: 'temporarily_unavailable',
    description: 'too many changes of this registration, try again later',
  },
  registrations_full: {
    id: 'HF-REG-0411',
    code: 'temporarily_unavailable',
    description: 'there are too many clients already, try again later',
  },
  authorization_malformed: {
    id: 'HF-INFO-0701',
    code: 'invalid_request',
    description: 'send one Authorization header: Bearer or DPoP, a space and the access token',
  },
  access_token_invalid: {
    id: 'HF-INFO-0702',
    code: 'invalid_token',
    description: 'the access token is unknown, has expired or was revoked',
  },
  access_token_bound: {
    id: 'HF-INFO-0703',
    code: 'invalid_token',
    description:
      'the access token and the way it is shown do not fit: a bound one needs DPoP and its key, others Bearer',
  },
  openid_missing: {
    id: 'HF-INFO-0704',
    code: 'insufficient_scope',
    description: 'the access token lacks the scope openid',
  },

  logout_unreadable: {
    id: 'HF-LOGOUT-0801',
    code: 'invalid_request',
    description: 'the request to sign out cannot be read: a parameter came twice, is too long or malformed',
  },
  logout_hint_invalid: {
    id: 'HF-LOGOUT-0802',
    code: 'invalid_request',
    description: 'id_token_hint is not an ID token of this server, or its key is no longer published',
  },
  logout_client_unknown: {
    id: 'HF-LOGOUT-0803',
    code: 'invalid_request',
    description: 'the client of the request is not known here',
  },
  logout_client_differs: {
    id: 'HF-LOGOUT-0803',
    code: 'invalid_request',
    description: 'client_id is not the client that id_token_hint was issued to',
  },
  logout_uri_unregistered: {
    id: 'HF-LOGOUT-0804',
    code: 'invalid_request',
    description: 'post_logout_redirect_uri is not registered for this client',
  },

  throttled: {
    id: 'HF-LIMIT-0601',
    code: 'temporarily_unavailable',
    description: 'too many failed attempts, try again later',
  },
  pushed_too_often: {
    id: 'HF-LIMIT-0602',
    code: 'temporarily_unavailable',
    description: 'too many requests were pushed, try again later',
  },
  devices_too_many: {
    id: 'HF-LIMIT-0603',
    code: 'temporarily_unavailable',
    description: 'too many devices have begun, try again later',
  },
  fault: { id: 'HF-LIMIT-0690', code: 'server_error', description: 'the server failed, nothing was changed' },
  unavailable: {
    id: 'HF-LIMIT-0691',
    code: 'temporarily_unavailable',
    description: 'the server cannot answer now, try again later',
  },
} as const satisfies Record<string, CatalogueEntry>

export type Reason = keyof typeof catalogue

/** A refusal. `reason` says exactly why and stays inside; the rest is for the wire. */
export interface OAuthError extends CatalogueEntry {
  readonly reason: Reason
  readonly id: (typeof catalogue)[Reason]['id']
}

export const oauthError = (reason: Reason): OAuthError => ({ reason, ...catalogue[reason] })

export const because = (reason: Reason) => ({ ok: false, error: oauthError(reason) }) as const
