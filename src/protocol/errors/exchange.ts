import type { CatalogueEntry } from './entry.ts'

/** Tokens and assertions that are brought. */
export const exchangeErrors = {
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
} as const satisfies Record<string, CatalogueEntry>
