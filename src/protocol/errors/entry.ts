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

export interface CatalogueEntry {
  /** The stable public number of this kind of failure; its page is served at `/errors/<id>`. */
  readonly id: `HF-${string}-${number}`
  readonly code: OAuthErrorCode
  /** For the wire: English, only characters that RFC 6749 section 5.2 allows. */
  readonly description: string
}
