import { constants, createPublicKey, type KeyObject } from 'node:crypto'
import { signatureAlgorithmNames, type SignatureAlgorithm } from '../base/signature-algorithm.ts'

export type { SignatureAlgorithm } from '../base/signature-algorithm.ts'

/** Octets of a public key (FIPS 204 table 2). */
export const mlDsaKeyLengths = { 'ML-DSA-44': 1312, 'ML-DSA-65': 1952 } as const

/** Those that this runtime can use: not every OpenSSL has ML-DSA. */
export const signatureAlgorithms = findUsable(createPublicKey)

/** All but those whose keys `importKey` cannot read. */
export function findUsable(
  importKey: (given: { readonly key: Record<string, string>; readonly format: 'jwk' }) => unknown,
): readonly SignatureAlgorithm[] {
  const isUsable = (alg: SignatureAlgorithm) => {
    if (alg !== 'ML-DSA-44' && alg !== 'ML-DSA-65') return true
    try {
      const pub = Buffer.alloc(mlDsaKeyLengths[alg]).toString('base64url')
      return importKey({ key: { kty: 'AKP', alg, pub }, format: 'jwk' }) !== undefined
    } catch {
      return false
    }
  }

  return signatureAlgorithmNames.filter(isUsable)
}

interface AlgorithmDetails {
  /** For node:crypto; Ed25519 and ML-DSA bring their own. */
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

/** @see RFC 7518 section 3, RFC 8037 section 3.1, RFC 9964, FIPS 204 table 2 */
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
  'ML-DSA-44': { digest: undefined, signatureLength: 2420, keyOptions: (key) => key },
  'ML-DSA-65': { digest: undefined, signatureLength: 3309, keyOptions: (key) => key },
}

/** Reads an `alg` value; `Ed25519` is the fully-specified name (RFC 9864 section 2.2) of what is `EdDSA` here. */
export function toSignatureAlgorithm(name: unknown): SignatureAlgorithm | undefined {
  if (name === 'Ed25519') return 'EdDSA'

  return signatureAlgorithms.find((each) => each === name)
}
