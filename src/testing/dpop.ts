import { generateKeyPairSync, hash } from 'node:crypto'
import type { SignatureAlgorithm } from '../jose/algorithms.ts'
import { thumbprint } from '../jose/jwk.ts'
import { signJws, type SigningKey } from '../jose/jws.ts'
import type { JsonObject } from '../base/strict-json.ts'

/** A client's key pair for proofs of possession. */
export interface ProofKey {
  readonly signing: SigningKey
  /** The public half. */
  readonly jwk: JsonObject
  readonly thumbprint: string
}

export function aProofKey(alg: SignatureAlgorithm = 'ES256'): ProofKey {
  const { privateKey, publicKey } = generatePair(alg)
  const jwk = publicKey.export({ format: 'jwk' }) as JsonObject

  return { signing: { kid: undefined, alg, key: privateKey }, jwk, thumbprint: thumbprint(jwk) }
}

function generatePair(alg: SignatureAlgorithm) {
  if (alg === 'ES384') return generateKeyPairSync('ec', { namedCurve: 'P-384' })
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519')

  return alg === 'ES256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 })
}

let proofs = 0

/** Claims of a proof for a POST to the token endpoint of auth.example.com, made now, in seconds. */
export const proofClaims = (now: number, changed: Readonly<Record<string, unknown>> = {}): JsonObject => ({
  jti: `proof-${(proofs += 1)}`,
  htm: 'POST',
  htu: 'https://auth.example.com/token',
  iat: now,
  ...changed,
})

/** A proof as a client makes it; `header` replaces or, by `undefined`, leaves out what its header says. */
export const aProof = (key: ProofKey, claims: JsonObject, header: JsonObject = {}) =>
  signJws({ typ: 'dpop+jwt', jwk: key.jwk, ...header }, claims, key.signing)

/** What `ath` says of a token (RFC 9449 section 4.2). */
export const tokenHashOf = (token: string) => hash('sha256', token, 'base64url')
