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
  confirmation_unknown: {
    id: 'HF-GUARD-0512',
    status: 401,
    code: 'invalid_token',
    description: 'the access token is bound in a way this API does not check',
  },
  token_bound: {
    id: 'HF-GUARD-0512',
    status: 401,
    code: 'invalid_token',
    description: 'the access token is bound to a key and is no bearer token: send it with DPoP and a proof of the key',
  },
  token_unbound: {
    id: 'HF-GUARD-0512',
    status: 401,
    code: 'invalid_token',
    description: 'the access token is bound to no key: it is a bearer token',
  },
  key_differs: {
    id: 'HF-GUARD-0512',
    status: 401,
    code: 'invalid_token',
    description: 'the access token is bound to another key than the DPoP proof shows',
  },
  bearer_refused: {
    id: 'HF-GUARD-0513',
    status: 401,
    code: 'invalid_token',
    description: 'this API takes no bearer tokens, only those that are bound to a key, with DPoP and a proof',
  },
  proof_missing: {
    id: 'HF-GUARD-0514',
    status: 401,
    code: 'invalid_dpop_proof',
    description: 'the DPoP header with the proof is missing',
  },
  proof_malformed: {
    id: 'HF-GUARD-0514',
    status: 401,
    code: 'invalid_dpop_proof',
    description: 'send one DPoP header: a JWT of type dpop+jwt with jti, htm, htu, iat and ath',
  },
  proof_unsigned: {
    id: 'HF-GUARD-0514',
    status: 401,
    code: 'invalid_dpop_proof',
    description:
      'the DPoP proof is not signed with the public key in its header, or by an algorithm this API does not take',
  },
  proof_of_another_request: {
    id: 'HF-GUARD-0514',
    status: 401,
    code: 'invalid_dpop_proof',
    description: 'the DPoP proof is for another method, address or token',
  },
  proof_out_of_time: {
    id: 'HF-GUARD-0514',
    status: 401,
    code: 'invalid_dpop_proof',
    description: 'the DPoP proof is too old or from the future, by the clock of this API',
  },
  proof_replayed: {
    id: 'HF-GUARD-0515',
    status: 401,
    code: 'invalid_dpop_proof',
    description: 'the DPoP proof was used before: make a new one for each request',
  },
  proof_nonce_needed: {
    id: 'HF-GUARD-0516',
    status: 401,
    code: 'use_dpop_nonce',
    description: 'put the nonce of the DPoP-Nonce header into a new DPoP proof',
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
    description: 'send one Authorization header: the scheme, a space and the access token',
  },
  issuer_unavailable: {
    id: 'HF-GUARD-0509',
    status: 503,
    code: 'temporarily_unavailable',
    description: 'the access token cannot be checked now, try again later',
  },
  replays_unavailable: {
    id: 'HF-GUARD-0509',
    status: 503,
    code: 'temporarily_unavailable',
    description: 'the DPoP proof cannot be checked now, try again later',
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
  authentication_insufficient: {
    id: 'HF-GUARD-0517',
    status: 401,
    code: 'insufficient_user_authentication',
    description: 'the person has to sign in again, or by a stronger means, for this request',
  },
  details_missing: {
    id: 'HF-GUARD-0518',
    status: 403,
    code: 'insufficient_scope',
    description: 'what this request is about was not allowed in detail',
  },
} as const satisfies Record<string, GuardRefusalEntry>

export type GuardReason = keyof typeof guardRefusals
