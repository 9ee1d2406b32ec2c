import type { CatalogueEntry } from './entry.ts'

/** The token request, and tokens that are shown. */
export const tokenErrors = {
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
} as const satisfies Record<string, CatalogueEntry>
