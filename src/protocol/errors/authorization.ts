import type { CatalogueEntry } from './entry.ts'

/** At the authorization endpoint, and wherever a person decides. */
export const authorizationErrors = {
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
} as const satisfies Record<string, CatalogueEntry>
