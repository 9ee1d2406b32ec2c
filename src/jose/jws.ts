import { sign, verify, type KeyObject } from 'node:crypto'
import { fromBase64Url, toBase64Url } from '../base/encoding.ts'
import { accept, refuse, type Result } from '../base/result.ts'
import { algorithmDetails, toSignatureAlgorithm, type SignatureAlgorithm } from './algorithms.ts'
import type { VerificationKey } from './jwk.ts'
import { parseJsonObject, type JsonObject } from '../base/strict-json.ts'

/** Why a JWS was refused. `key_unknown` is the one that a fresh copy of the key set may heal. */
export type JwsProblem =
  | 'oversize'
  | 'not_compact'
  | 'not_base64url'
  | 'json_malformed'
  | 'algorithm_unsupported'
  | 'header_malformed'
  | 'extension_unsupported'
  | 'key_unknown'
  | 'key_ambiguous'
  | 'algorithm_not_of_key'
  | 'signature_wrong'

/** The parts of a compact JWS, well-formed but not yet verified. */
export interface DecodedJws {
  readonly header: JwsHeader
  /** The header's `jwk`, unread. It says which key was used, never whom to believe: for proofs of possession alone. */
  readonly embeddedKey: unknown
  /** What is signed over, as sent. */
  readonly signingInput: string
  readonly payload: Uint8Array
  readonly signature: Uint8Array
}

export interface JwsHeader {
  readonly alg: SignatureAlgorithm
  readonly kid: string | undefined
  readonly typ: string | undefined
}

/** A private key and the one algorithm it is for. */
export interface SigningKey {
  readonly kid: string | undefined
  readonly alg: SignatureAlgorithm
  readonly key: KeyObject
}

/** Characters of a whole compact JWS unless told otherwise: several times what any of our tokens needs. */
export const defaultMaxJwsLength = 16_384
const maxHeaderLength = 2048
/** Base64url of the 3309 octets of ML-DSA-65, the longest there are. */
const maxSignatureLength = 4412
/** Without a `kid`, no more keys than this are tried. */
const maxTrials = 4

/**
 * Takes a compact JWS apart. Sizes are checked before anything is parsed; exactly three parts, canonical base64url,
 * an unambiguous JSON header, `alg` from our list. `crit` and `b64` are refused since no extension is supported; `jku`,
 * `x5u` and `x5c` are never read, let alone fetched (RFC 8725 section 3.10), and `jwk` is handed out as it came.
 *
 * @see RFC 7515 section 5.2
 */
export function decodeJws(compact: unknown, maxLength = defaultMaxJwsLength): Result<DecodedJws, JwsProblem> {
  if (typeof compact !== 'string') return refuse('not_compact')
  if (compact.length > maxLength) return refuse('oversize')

  const first = compact.indexOf('.')
  const second = compact.indexOf('.', first + 1)
  if (first <= 0 || second < 0 || compact.includes('.', second + 1)) return refuse('not_compact')
  if (first > maxHeaderLength || compact.length - second - 1 > maxSignatureLength) return refuse('oversize')

  const rawHeader = fromBase64Url(compact.slice(0, first))
  const payload = fromBase64Url(compact.slice(first + 1, second))
  const signature = fromBase64Url(compact.slice(second + 1))
  if (rawHeader === undefined || payload === undefined || signature === undefined) return refuse('not_base64url')

  const header = readHeader(rawHeader)
  if (!header.ok) return header

  return accept({ ...header.value, signingInput: compact.slice(0, second), payload, signature })
}

/**
 * Finds the key and checks the signature; the key that fits is the value. A `kid` picks among `keys` as an opaque
 * text. Without one every key of the algorithm is tried, if there are at most four. The header never picks the
 * algorithm: it must be the one the key is for.
 */
export function verifyJws(jws: DecodedJws, keys: readonly VerificationKey[]): Result<VerificationKey, JwsProblem> {
  const { alg, kid } = jws.header
  const named = kid === undefined ? keys : keys.filter((each) => each.kid === kid)
  if (named.length === 0) return refuse('key_unknown')

  const candidates = named.filter((each) => each.alg === alg)
  if (candidates.length === 0) return refuse('algorithm_not_of_key')
  if (candidates.length > maxTrials) return refuse('key_ambiguous')

  const data = Buffer.from(jws.signingInput, 'latin1')
  const key = candidates.find((each) => isSignatureOf(each, data, jws.signature))
  return key === undefined ? refuse('signature_wrong') : accept(key)
}

/**
 * A compact JWS of `payload`. `alg` and `kid` come from the key. Throws if the key does not fit its algorithm, which
 * is our own fault.
 */
export function signJws(header: JsonObject, payload: JsonObject, key: SigningKey): string {
  return signEncoded(encodeHeader(header, key), payload, key)
}

/** The first part of a JWS, so that it can be made once for many. */
export function encodeHeader(header: JsonObject, key: SigningKey): string {
  return encodeJson({ ...header, alg: key.alg, ...(key.kid === undefined ? {} : { kid: key.kid }) })
}

/** {@link signJws} with a header that {@link encodeHeader} made for the same key. */
export function signEncoded(encodedHeader: string, payload: JsonObject, key: SigningKey): string {
  const signingInput = `${encodedHeader}.${encodeJson(payload)}`
  const { digest, keyOptions } = algorithmDetails[key.alg]

  return `${signingInput}.${toBase64Url(sign(digest, Buffer.from(signingInput, 'latin1'), keyOptions(key.key)))}`
}

const encodeJson = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString('base64url')

function readHeader(bytes: Uint8Array): Result<Pick<DecodedJws, 'header' | 'embeddedKey'>, JwsProblem> {
  const parsed = parseJsonObject(bytes)
  if (!parsed.ok) return parsed

  const { alg: rawAlg, kid, typ, crit, b64, jwk } = parsed.value
  const alg = toSignatureAlgorithm(rawAlg)
  if (alg === undefined) return refuse('algorithm_unsupported')
  if (crit !== undefined || b64 !== undefined) return refuse('extension_unsupported')
  if (!isTextOrAbsent(kid) || !isTextOrAbsent(typ)) return refuse('header_malformed')

  return accept({ header: { alg, kid, typ }, embeddedKey: jwk })
}

const isTextOrAbsent = (value: unknown): value is string | undefined => value === undefined || typeof value === 'string'

function isSignatureOf({ alg, key }: VerificationKey, data: Uint8Array, signature: Uint8Array): boolean {
  const { digest, signatureLength, keyOptions } = algorithmDetails[alg]
  if (signature.length !== (signatureLength ?? modulusLength(key))) return false
  if ((alg === 'ES256' || alg === 'ES384') && hasZeroHalf(signature)) return false

  return verify(digest, data, keyOptions(key), signature)
}

/**
 * Octets of the modulus, which an RSA signature has exactly (RFC 8017 section 8): OpenSSL takes a PSS signature without its
 * leading zeros, too, and then one token has two texts.
 */
const modulusLength = (key: KeyObject) => Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)

/** ECDSA with r or s of zero: the flaw that let an empty signature pass elsewhere is not left to a library (JW-06). */
function hasZeroHalf(signature: Uint8Array): boolean {
  const half = signature.length / 2
  const isZero = (octet: number) => octet === 0

  return signature.subarray(0, half).every(isZero) || signature.subarray(half).every(isZero)
}
