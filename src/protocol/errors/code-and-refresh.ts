import type { CatalogueEntry } from './entry.ts'

/** Codes and refresh tokens. */
export const codeAndRefreshErrors = {
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
} as const satisfies Record<string, CatalogueEntry>
