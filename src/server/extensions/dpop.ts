import { proofAlgorithms } from '../../endpoints/key-proof.ts'
import type { Extension } from './extension.ts'

/**
 * Tokens bound to a key of the client (RFC 9449). What reads the proofs is part of the endpoints, which ask whether
 * this is on.
 */
export const dpop: Extension = {
  isOn: ({ features }) => features.dpop !== 'off',
  describe: ({ settings }) => ({ dpop_signing_alg_values_supported: proofAlgorithms(settings) }),
}
