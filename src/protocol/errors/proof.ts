import type { CatalogueEntry } from './entry.ts'

/** Proofs of a key. */
export const proofErrors = {
  proof_missing: {
    id: 'HF-TOKEN-0240',
    code: 'invalid_dpop_proof',
    description: 'a DPoP proof is required: tokens are bound to a key here',
  },
  proof_malformed: {
    id: 'HF-TOKEN-0241',
    code: 'invalid_dpop_proof',
    description: 'send one DPoP header: a JWT of type dpop+jwt with jti, htm, htu and iat',
  },
  proof_unsigned: {
    id: 'HF-TOKEN-0241',
    code: 'invalid_dpop_proof',
    description:
      'the DPoP proof is not signed with the public key in its header, or by an algorithm that is not taken here',
  },
  proof_of_another_request: {
    id: 'HF-TOKEN-0241',
    code: 'invalid_dpop_proof',
    description: 'the DPoP proof is for another method, address or token: compare htm, htu and ath',
  },
  proof_out_of_time: {
    id: 'HF-TOKEN-0241',
    code: 'invalid_dpop_proof',
    description: 'the DPoP proof is too old or from the future: compare iat with the time here',
  },
  proof_replayed: {
    id: 'HF-TOKEN-0242',
    code: 'invalid_dpop_proof',
    description: 'the DPoP proof was used before: make a new one for each request',
  },
  proof_nonce_needed: {
    id: 'HF-TOKEN-0243',
    code: 'use_dpop_nonce',
    description: 'put the nonce of the DPoP-Nonce header into a new DPoP proof',
  },
  proof_key_differs: {
    id: 'HF-TOKEN-0244',
    code: 'invalid_grant',
    description: 'the code or refresh token is bound to another key than the DPoP proof shows',
  },
  proof_differs_from_jkt: {
    id: 'HF-TOKEN-0245',
    code: 'invalid_dpop_proof',
    description: 'dpop_jkt names another key than the DPoP proof shows',
  },
} as const satisfies Record<string, CatalogueEntry>
