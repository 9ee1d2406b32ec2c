import type { CatalogueEntry } from './entry.ts'

/** At the token endpoint and its neighbours, and at UserInfo. */
export const tokenErrors = {
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
} as const satisfies Record<string, CatalogueEntry>
