import type { OAuthErrorCode } from './errors.ts'

interface GuardRefusalEntry {
  /** The stable public number, as in the catalogue of `errors.ts`. */
  readonly id: `HF-GUARD-${number}`
  readonly status: 400 | 401 | 403 | 503
  /** Absent when the request had no credentials at all: such a challenge says nothing more (RFC 6750 section 3.1). */
  readonly code: OAuthErrorCode | undefined
  /** For the wire: English, only characters that RFC 6749 section 5.2 allows. */
  readonly description: string
}

/** Every refusal of the guard in front of an API, one table as `errors.ts` is for the server (UX section 8). */
export const guardRefusals = {
  token_missing: { id: 'HF-GUARD-0501', status: 401, code: undefined, description: 'no access token was sent' },
  token_expired: {
    id: 'HF-GUARD-0502',
    status: 401,
    code: 'invalid_token',
    description: 'the access token has expired',
  },
  token_not_yet_valid: {
    id: 'HF-GUARD-0502',
    status: 401,
    code: 'invalid_token',
    description: 'the access token is not valid yet, by the clock of this API',
  },
  audience_wrong: {
    id: 'HF-GUARD-0503',
    status: 401,
    code: 'invalid_token',
    description: 'the access token is for another API',
  },
  signature_wrong: {
    id: 'HF-GUARD-0504',
    status: 401,
    code: 'invalid_token',
    description: 'the signature of the access token is wrong',
  },
  key_unknown: {
    id: 'HF-GUARD-0504',
    status: 401,
    code: 'invalid_token',
    description: 'the access token is signed with a key the issuer does not publish',
  },
  token_malformed: {
    id: 'HF-GUARD-0505',
    status: 401,
    code: 'invalid_token',
    description: 'this is not an access token of a form this API reads',
  },
  token_type_wrong: {
    id: 'HF-GUARD-0505',
    status: 401,
    code: 'invalid_token',
    description: 'this is another type of token, not an access token',
  },
  claims_incomplete: {
    id: 'HF-GUARD-0505',
    status: 401,
    code: 'invalid_token',
    description: 'a claim every access token has is missing or malformed',
  },
  token_bound: {
    id: 'HF-GUARD-0505',
    status: 401,
    code: 'invalid_token',
    description: 'the access token is bound to a key and is no bearer token',
  },
  issuer_wrong: {
    id: 'HF-GUARD-0506',
    status: 401,
    code: 'invalid_token',
    description: 'the access token is of another issuer',
  },
  token_inactive: {
    id: 'HF-GUARD-0507',
    status: 401,
    code: 'invalid_token',
    description: 'the access token is unknown, has expired or was revoked',
  },
  header_malformed: {
    id: 'HF-GUARD-0508',
    status: 400,
    code: 'invalid_request',
    description: 'send one Authorization header: Bearer, a space and the access token',
  },
  issuer_unavailable: {
    id: 'HF-GUARD-0509',
    status: 503,
    code: 'temporarily_unavailable',
    description: 'the access token cannot be checked now, try again later',
  },
  scope_missing: {
    id: 'HF-GUARD-0510',
    status: 403,
    code: 'insufficient_scope',
    description: 'the access token lacks a scope this request needs',
  },
  subject_wrong: {
    id: 'HF-GUARD-0511',
    status: 403,
    code: 'insufficient_scope',
    description: 'the access token stands for the wrong kind of subject',
  },
} as const satisfies Record<string, GuardRefusalEntry>

export type GuardReason = keyof typeof guardRefusals
