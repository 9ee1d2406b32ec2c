/**
 * The signature algorithms there are here, by their JOSE names. What is not in this list does not exist for any verifier
 * (RFC 8725 section 3.1).
 *
 * @see RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9964
 */
export const signatureAlgorithmNames = ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA', 'ML-DSA-44', 'ML-DSA-65'] as const

export type SignatureAlgorithm = (typeof signatureAlgorithmNames)[number]

export const isSignatureAlgorithm = (name: unknown): name is SignatureAlgorithm =>
  signatureAlgorithmNames.some((each) => each === name)

/** The ones that FAPI 2.0 allows (Security Profile section 5.4.1). */
export const fapiAlgorithms = ['ES256', 'PS256', 'EdDSA'] as const satisfies readonly SignatureAlgorithm[]
