import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { Instant } from '../base/time.ts'
import { signatureAlgorithms, toSignatureAlgorithm, type SignatureAlgorithm } from '../jose/algorithms.ts'
import { parsePublicKey, thumbprint, type VerificationKey } from '../jose/jwk.ts'
import type { SigningKey } from '../jose/jws.ts'
import type { JsonObject } from '../base/strict-json.ts'
import type { SealedKey } from '../ports/store.ts'
import { plannedRetirement, type NewKey, type RotationPolicy, type ScheduledKey } from './rotation.ts'
import { seal, unseal } from './sealing.ts'

/** A signing key at hand: imported once, used many times. */
export interface OpenKey extends ScheduledKey {
  readonly createdAt: Instant
  readonly signing: SigningKey
  readonly verification: VerificationKey
  /** As published. */
  readonly jwk: JsonObject
}

const generate = promisify(generateKeyPair)

/**
 * Makes and seals a key pair, off the event loop; it is named by its thumbprint (RFC 7638). RSA has 2048 bits: a key signs for a month, its
 * tokens live for hours, and 3072 would cost three times as much at every signature.
 */
export async function makeSealedKey(
  { alg, activeFrom }: NewKey,
  now: Instant,
  policy: RotationPolicy,
  sealingKey: Uint8Array,
): Promise<SealedKey> {
  const { privateKey, publicKey } = await generatePair(alg)
  const publicJwk = publicKey.export({ format: 'jwk' }) as JsonObject
  const kid = thumbprint(publicJwk)

  return {
    kid,
    alg,
    publicJwk: { ...publicJwk, kid, alg, use: 'sig' },
    sealedPrivateKey: seal(privateKey, labelOf({ kid, alg }), sealingKey),
    createdAt: now,
    activeFrom,
    retireAt: plannedRetirement(activeFrom, policy),
  }
}

/**
 * Opens a stored key. What is published is derived from the private half, which only the server secret can have
 * sealed, and not read from the row: who can write to the store cannot publish a key of theirs.
 */
export function openKey(stored: SealedKey, sealingKey: Uint8Array): OpenKey {
  const { kid, createdAt, activeFrom, retireAt } = stored
  const alg = toSignatureAlgorithm(stored.alg)
  if (alg === undefined || !signatureAlgorithms.includes(alg)) throw new Error(cannotUse(stored.alg))
  const key = unseal(stored.sealedPrivateKey, labelOf(stored), sealingKey)
  if (key === undefined) throw new Error(cannotOpen)

  const jwk = { ...(createPublicKey(key).export({ format: 'jwk' }) as JsonObject), kid, alg, use: 'sig' }
  const verification = parsePublicKey(jwk)
  if (!verification.ok || thumbprint(jwk) !== kid) throw new Error(cannotOpen)

  const signing = { kid, alg, key }

  return { kid, alg, createdAt, activeFrom, retireAt, signing, verification: verification.value, jwk }
}

const cannotOpen = [
  'The signing keys in the store cannot be opened with this server secret, so nothing was changed and the server does not start.',
  'Start it with the secret they were made with: the file secret.key in the data folder the store belongs to, or its backup.',
  'Only if that secret is lost for good, remove all rows of signing_keys: new keys are made then, and every signed token that is still out becomes worthless.',
].join(' ')

const cannotUse = (alg: string) =>
  `There are signing keys for ${alg} in the store, which this runtime does not have, so nothing was changed and the server does not start. Start it with the version of Node.js that they were made with, or a newer one.`

const labelOf = ({ kid, alg }: { readonly kid: string; readonly alg: string }) => `${kid} ${alg}`

function generatePair(alg: SignatureAlgorithm): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  switch (alg) {
    case 'ES256':
      return generate('ec', { namedCurve: 'P-256' })
    case 'ES384':
      return generate('ec', { namedCurve: 'P-384' })
    case 'EdDSA':
      return generate('ed25519', {})
    case 'RS256':
    case 'PS256':
      return generate('rsa', { modulusLength: 2048 })
    case 'ML-DSA-44':
      return generate('ml-dsa-44', {})
    case 'ML-DSA-65':
      return generate('ml-dsa-65', {})
  }
}
