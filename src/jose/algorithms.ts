import { constants, type KeyObject } from 'node:crypto'

/** The signature algorithms there are here. What is not in this list does not exist for any verifier (RFC 8725 section 3.1). */
export const signatureAlgorithms = ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'] as const

export type SignatureAlgorithm = (typeof signatureAlgorithms)[number]

interface AlgorithmDetails {
  /** For node:crypto; Ed25519 brings its own. */
  readonly digest: string | undefined
  /** Octets of one signature; for RSA the length of the modulus decides. */
  readonly signatureLength: number | undefined
  readonly keyOptions: (key: KeyObject) => KeyObject | SignatureOptions
}

interface SignatureOptions {
  readonly key: KeyObject
  readonly dsaEncoding?: 'ieee-p1363'
  readonly padding?: number
  readonly saltLength?: number
}

const ecdsa = (key: KeyObject) => ({ key, dsaEncoding: 'ieee-p1363' }) as const

/** @see RFC 7518 section 3, RFC 8037 section 3.1 */
export const algorithmDetails: Readonly<Record<SignatureAlgorithm, AlgorithmDetails>> = {
  ES256: { digest: 'sha256', signatureLength: 64, keyOptions: ecdsa },
  ES384: { digest: 'sha384', signatureLength: 96, keyOptions: ecdsa },
  RS256: {
    digest: 'sha256',
    signatureLength: undefined,
    keyOptions: (key) => ({ key, padding: constants.RSA_PKCS1_PADDING }),
  },
  PS256: {
    digest: 'sha256',
    signatureLength: undefined,
    keyOptions: (key) => ({ key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  },
  EdDSA: { digest: undefined, signatureLength: 64, keyOptions: (key) => key },
}

/** Reads an `alg` value; `Ed25519` is the fully-specified name (RFC 9864 section 2.2) of what is `EdDSA` here. */
export function toSignatureAlgorithm(name: unknown): SignatureAlgorithm | undefined {
  if (name === 'Ed25519') return 'EdDSA'

  return signatureAlgorithms.find((each) => each === name)
}
