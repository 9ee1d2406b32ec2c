import type { CatalogueEntry } from './entry.ts'

/** An access token at an endpoint of this server. */
export const apiErrors = {
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
