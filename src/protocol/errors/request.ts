import type { CatalogueEntry } from './entry.ts'

/** How an authorization request is written. */
export const requestErrors = {
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
} as const satisfies Record<string, CatalogueEntry>
