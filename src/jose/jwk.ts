import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import { fromBase64Url } from '../base/encoding.ts'
import { accept, refuse, type Result } from '../base/result.ts'
import { mlDsaKeyLengths, toSignatureAlgorithm, type SignatureAlgorithm } from './algorithms.ts'
import { isStrongEd25519Point } from './ed25519-point.ts'
import { isJsonObject, type JsonObject } from '../base/strict-json.ts'

/** A checked public key. One key is for one algorithm, whatever a header claims (RFC 8725 section 3.1). */
export interface VerificationKey {
  readonly kid: string | undefined
  readonly alg: SignatureAlgorithm
  readonly key: KeyObject
}

const maxKidLength = 256
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv', 'seed']

/**
 * Reads a public JWK for verifying signatures. Refuses, with a sentence: private or symmetric keys, keys for another
 * use, unknown types and curves, points not on their curve or of small order, RSA below 2048 or above 8192 bits or with
 * an even or huge exponent, ML-DSA where the runtime has none. Members that are not needed (`x5c`, `x5u` and others) are neither read nor fetched.
 *
 * @param options.rsaAlgorithm what an RSA key without `alg` is for; RS256 unless told otherwise
 * @see RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2, RFC 9964 section 3, RFC 8725 section 3.4
 */
export function parsePublicKey(
  jwk: unknown,
  options: { readonly rsaAlgorithm?: 'RS256' | 'PS256' } = {},
): Result<VerificationKey, string> {
  if (!isJsonObject(jwk)) return refuse('a key must be a JSON object')
  if (privateMembers.some((name) => jwk[name] !== undefined)) return refuse('a key holds a private or symmetric part')
  if (jwk['use'] !== undefined && jwk['use'] !== 'sig') return refuse('a key has a use other than sig')
  if (!isForVerifying(jwk['key_ops'])) return refuse('a key has key_ops without verify')

  const kid = jwk['kid']
  if (kid !== undefined && !isKid(kid)) return refuse(`a key has a kid that is not a text of 1 to ${maxKidLength}`)

  const material = readMaterial(jwk, options.rsaAlgorithm ?? 'RS256')
  if (!material.ok) return material

  const { alg, members } = material.value
  if (jwk['alg'] !== undefined && toSignatureAlgorithm(jwk['alg']) !== alg) {
    return refuse('a key has an alg that does not fit its type or is not supported')
  }

  return importKey(members, kid, alg)
}

/**
 * Reads a JWK Set. A bad key spoils the set of a client (`unusable: 'refuse'`, the operator shall hear of it); in the
 * set of an issuer it is passed over (`'skip'`), since new kinds of keys may stand beside ours (RFC 7517 section 5).
 * Two keys of one name are refused: in a skipping set, two of one name and algorithm.
 *
 * @param options.maxKeys 20 for clients, 100 for issuers
 */
export function parseKeySet(
  jwks: unknown,
  options: {
    readonly maxKeys: number
    readonly unusable: 'refuse' | 'skip'
    readonly rsaAlgorithm?: 'RS256' | 'PS256'
  },
): Result<readonly VerificationKey[], string> {
  const members = isJsonObject(jwks) ? jwks['keys'] : undefined
  if (!Array.isArray(members)) return refuse('a key set must be a JSON object with an array of keys')
  if (members.length > options.maxKeys) return refuse(`a key set has more than ${options.maxKeys} keys`)

  const keys: VerificationKey[] = []
  const names = new Set<string>()
  for (const member of members) {
    const parsed = parsePublicKey(member, options)
    if (!parsed.ok && options.unusable === 'refuse') return parsed
    if (!parsed.ok) continue

    const { kid, alg } = parsed.value
    const name = options.unusable === 'refuse' ? kid : kid && `${alg} ${kid}`
    if (name !== undefined && names.has(name)) return refuse('a key set has two keys of the same kid')
    if (name !== undefined) names.add(name)
    keys.push(parsed.value)
  }
  return accept(keys)
}

/**
 * SHA-256 over the required members in their fixed order, as base64url: a name that follows from the key.
 *
 * @see RFC 7638 section 3, RFC 8037 section 2, RFC 9964 section 6
 */
export function thumbprint(jwk: JsonObject): string {
  const names = {
    EC: ['crv', 'kty', 'x', 'y'],
    OKP: ['crv', 'kty', 'x'],
    RSA: ['e', 'kty', 'n'],
    AKP: ['alg', 'kty', 'pub'],
  }
  const required = names[jwk['kty'] as keyof typeof names]

  return hash('sha256', JSON.stringify(Object.fromEntries(required.map((name) => [name, jwk[name]]))), 'base64url')
}

interface Material {
  readonly alg: SignatureAlgorithm
  readonly members: Readonly<Record<string, string>>
}

function readMaterial(jwk: JsonObject, rsaAlgorithm: 'RS256' | 'PS256'): Result<Material, string> {
  if (jwk['kty'] === 'EC') return readEc(jwk)
  if (jwk['kty'] === 'OKP') return readEd25519(jwk)
  if (jwk['kty'] === 'RSA') return readRsa(jwk, rsaAlgorithm)
  if (jwk['kty'] === 'AKP') return readMlDsa(jwk)

  return refuse('a key has a kty that is not supported')
}

const curves = {
  'P-256': { alg: 'ES256', octets: 32 },
  'P-384': { alg: 'ES384', octets: 48 },
} as const

function readEc(jwk: JsonObject): Result<Material, string> {
  const crv = jwk['crv']
  if (crv !== 'P-256' && crv !== 'P-384') return refuse('a key has a crv that is not supported')

  const { alg, octets } = curves[crv]
  const x = readOctets(jwk['x'], octets)
  const y = readOctets(jwk['y'], octets)
  if (x?.length !== octets || y?.length !== octets) return refuse(`a key must have x and y of ${octets} octets`)

  return accept({ alg, members: { kty: 'EC', crv, x: jwk['x'] as string, y: jwk['y'] as string } })
}

function readEd25519(jwk: JsonObject): Result<Material, string> {
  if (jwk['crv'] !== 'Ed25519') return refuse('a key has a crv that is not supported')

  const x = readOctets(jwk['x'], 32)
  if (x === undefined || !isStrongEd25519Point(x)) return refuse('a key is not a point of Ed25519 of full order')

  return accept({ alg: 'EdDSA', members: { kty: 'OKP', crv: 'Ed25519', x: jwk['x'] as string } })
}

/** The exponent is held to 32 bits: a long one makes every verification slow, and no common tool makes one. */
function readRsa(jwk: JsonObject, otherwise: 'RS256' | 'PS256'): Result<Material, string> {
  const n = readOctets(jwk['n'], 1024)
  const e = readOctets(jwk['e'], 4)
  if (n === undefined || e === undefined || n[0] === 0 || e[0] === 0)
    return refuse('a key must have n and e in base64url')

  const bits = n.length * 8 - Math.clz32(n[0]!) + 24
  if (bits < 2048 || bits > 8192) return refuse('an RSA key must have 2048 to 8192 bits')
  if (!isOdd(n) || !isOdd(e) || (e.length === 1 && e[0] === 1)) {
    return refuse('an RSA key must have an odd modulus and an odd exponent above 1')
  }

  const alg = jwk['alg'] === 'RS256' || jwk['alg'] === 'PS256' ? jwk['alg'] : otherwise
  return accept({ alg, members: { kty: 'RSA', n: jwk['n'] as string, e: jwk['e'] as string } })
}

/** For this kind of key `alg` is required, and says which key it is. */
function readMlDsa(jwk: JsonObject): Result<Material, string> {
  const alg = toSignatureAlgorithm(jwk['alg'])
  if (alg !== 'ML-DSA-44' && alg !== 'ML-DSA-65') return refuse('a key has an alg that is not supported')

  const octets = mlDsaKeyLengths[alg]
  if (readOctets(jwk['pub'], octets)?.length !== octets) return refuse(`a key must have pub of ${octets} octets`)

  return accept({ alg, members: { kty: 'AKP', alg, pub: jwk['pub'] as string } })
}

const isOdd = (octets: Uint8Array) => octets.at(-1)! % 2 === 1

/** The bound comes before decoding. */
function readOctets(text: unknown, maxOctets: number): Uint8Array | undefined {
  if (typeof text !== 'string' || text === '' || text.length > Math.ceil((maxOctets * 4) / 3)) return undefined

  return fromBase64Url(text)
}

/** node:crypto (OpenSSL) refuses points of P-256 and P-384 that are not on the curve. */
function importKey(
  members: Material['members'],
  kid: string | undefined,
  alg: SignatureAlgorithm,
): Result<VerificationKey, string> {
  try {
    return accept({ kid, alg, key: createPublicKey({ key: { ...members }, format: 'jwk' }) })
  } catch {
    return refuse('a key is not valid: its point is not on the curve')
  }
}

const isKid = (kid: unknown): kid is string =>
  typeof kid === 'string' && kid.length > 0 && kid.length <= maxKidLength && kid.isWellFormed()

function isForVerifying(operations: unknown): boolean {
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'))
}
