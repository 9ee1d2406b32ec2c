import type { CatalogueEntry } from './entry.ts'

/** What is asked for: scope, APIs, details. */
export const permissionErrors = {
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
} as const satisfies Record<string, CatalogueEntry>
