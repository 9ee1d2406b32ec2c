import type { CatalogueEntry } from './entry.ts'

/** Client authentication. */
export const clientErrors = {
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
} as const satisfies Record<string, CatalogueEntry>
