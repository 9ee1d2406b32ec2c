import { hash } from 'node:crypto'
import { accept, refuse, type Result } from '../base/result.ts'
import { addSeconds, hasPassed, instant, seconds, type Instant } from '../base/time.ts'
import { signatureAlgorithms, type SignatureAlgorithm } from './algorithms.ts'
import { parsePublicKey, thumbprint, type VerificationKey } from './jwk.ts'
import { decodeJws, verifyJws, type DecodedJws } from './jws.ts'
import { isNumericDate, isOfType, numericDate } from './jwt.ts'
import { isJsonObject, parseJsonObject, type JsonObject } from '../base/strict-json.ts'
import { normalizeTargetUri } from './target-uri.ts'

/** Why a proof proves nothing. With `nonce_needed` the client shall try again with a nonce of ours. */
export type ProofProblem =
  | 'header_repeated'
  | 'malformed'
  | 'type_wrong'
  | 'algorithm_unsupported'
  | 'key_unusable'
  | 'signature_wrong'
  | 'claim_missing'
  | 'method_wrong'
  | 'target_wrong'
  | 'token_hash_wrong'
  | 'nonce_needed'
  | 'too_old'
  | 'too_new'

/** What is told of a problem, at the server and at APIs alike: more would help to try. */
export const proofReasons = {
  header_repeated: 'proof_malformed',
  malformed: 'proof_malformed',
  type_wrong: 'proof_malformed',
  claim_missing: 'proof_malformed',
  algorithm_unsupported: 'proof_unsigned',
  key_unusable: 'proof_unsigned',
  signature_wrong: 'proof_unsigned',
  method_wrong: 'proof_of_another_request',
  target_wrong: 'proof_of_another_request',
  token_hash_wrong: 'proof_of_another_request',
  nonce_needed: 'proof_nonce_needed',
  too_old: 'proof_out_of_time',
  too_new: 'proof_out_of_time',
} as const satisfies Readonly<Record<ProofProblem, string>>

/** A request that a proof came with. */
export interface ProvedRequest {
  /** The value of the `DPoP` header. */
  readonly proof: string
  /** True if that header came more than once. */
  readonly repeated: boolean
  readonly method: string
  /** The URI that clients use, from the configuration and never from what a request says its host is. */
  readonly uri: string
  /** SHA-256 of the access token the request shows, base64url; `undefined` where none is shown. */
  readonly tokenHash: string | undefined
}

export interface ProofRules {
  readonly now: Instant
  readonly algorithms: readonly SignatureAlgorithm[]
  /** Given where a proof must hold a nonce of ours: tells whether this is a recent one. */
  readonly acceptsNonce?: (nonce: string) => boolean
  /** Proofs up to this instant may have been used, and nobody knows any more. */
  readonly forgottenUntil?: Instant
}

/** A proof that the sender holds a key, for one request. */
export interface Proof {
  /** Of the key: what `cnf.jkt` must be (RFC 7638). */
  readonly thumbprint: string
  /** The same for each copy of this proof, and for nothing else. To be used once until `expiresAt`. */
  readonly replayKey: string
  /** From here on the proof is refused for its age. */
  readonly expiresAt: Instant
  /** As sent; checked if {@link ProofRules.acceptsNonce} was given. */
  readonly nonce: string | undefined
}

/** How old a proof may be, and how far ahead of our clock (FAPI 2.0 section 5.3.2.1). */
export const maxProofAge = seconds(60)
export const maxProofLead = seconds(10)

/** What a proof may be signed with. One by ML-DSA has its long key in it, and does not fit into the headers that most servers take. */
export const algorithmsOfProofs = signatureAlgorithms.filter((alg) => !alg.startsWith('ML-DSA'))

/** Characters: a key of RSA with 4096 bits and its signature take a third of it. */
export const maxProofLength = 6144
export const maxProofIdLength = 256
export const maxNonceLength = 256

/**
 * Checks a DPoP proof. Whether it comes for the second time only a store can tell: see {@link Proof.replayKey}.
 *
 * The nonce is looked at before the age, so that a client whose clock is wrong learns our nonce and not only that it
 * is late.
 *
 * @see RFC 9449 section 4.3
 */
export function verifyProof(request: ProvedRequest, rules: ProofRules): Result<Proof, ProofProblem> {
  if (request.repeated) return refuse('header_repeated')
  const opened = openProof(request.proof, rules.algorithms)
  if (!opened.ok) return opened

  const { claims, jwk } = opened.value
  const { jti, htm, htu, iat, nonce } = claims
  if (!isTextUpTo(maxProofIdLength, jti) || typeof htm !== 'string' || typeof htu !== 'string' || !isNumericDate(iat))
    return refuse('claim_missing')

  if (htm !== request.method) return refuse('method_wrong')
  const target = normalizeTargetUri(htu)
  if (target === undefined || target !== normalizeTargetUri(request.uri)) return refuse('target_wrong')
  if (request.tokenHash !== undefined && claims['ath'] !== request.tokenHash) return refuse('token_hash_wrong')

  const isRecent = rules.acceptsNonce
  if (isRecent !== undefined && !(isTextUpTo(maxNonceLength, nonce) && isRecent(nonce))) return refuse('nonce_needed')

  const aged = checkAge(claims, rules.now)
  if (numericDate(iat) <= (rules.forgottenUntil ?? 0)) return refuse('too_old')
  if (!aged.ok) return aged

  const key = thumbprint(jwk)
  return accept({
    thumbprint: key,
    replayKey: hash('sha256', JSON.stringify([key, target, jti]), 'base64url'),
    expiresAt: endOf(iat),
    nonce: typeof nonce === 'string' ? nonce : undefined,
  })
}

interface OpenedProof {
  readonly claims: JsonObject
  readonly jwk: JsonObject
}

function openProof(proof: string, algorithms: readonly SignatureAlgorithm[]): Result<OpenedProof, ProofProblem> {
  const jws = decodeJws(proof, maxProofLength)
  if (!jws.ok) return refuse(jws.error === 'algorithm_unsupported' ? 'algorithm_unsupported' : 'malformed')
  const { header, embeddedKey } = jws.value
  if (!isOfType(header.typ, ['dpop+jwt'])) return refuse('type_wrong')
  if (!algorithms.includes(header.alg)) return refuse('algorithm_unsupported')
  const key = readKey(jws.value)
  if (key === undefined || !isJsonObject(embeddedKey)) return refuse('key_unusable')
  if (!verifyJws(jws.value, [key]).ok) return refuse('signature_wrong')

  const claims = parseJsonObject(jws.value.payload)
  return claims.ok ? accept({ claims: claims.value, jwk: embeddedKey }) : refuse('malformed')
}

/** The key is the one in the header, so a `kid` beside it has nothing to choose among. */
function readKey({ header, embeddedKey }: DecodedJws): VerificationKey | undefined {
  const { alg, kid } = header
  const parsed = parsePublicKey(embeddedKey, alg === 'RS256' || alg === 'PS256' ? { rsaAlgorithm: alg } : {})

  return parsed.ok && parsed.value.alg === alg ? { ...parsed.value, kid } : undefined
}

/** `exp` and `nbf` are no claims of a proof, and yet hold where they stand (RFC 7519 section 4.1). */
function checkAge({ iat, nbf, exp }: JsonObject, now: Instant): Result<undefined, ProofProblem> {
  if (![nbf, exp].every((each) => each === undefined || isNumericDate(each))) return refuse('claim_missing')
  if (hasPassed(endOf(iat), now)) return refuse('too_old')
  if (exp !== undefined && hasPassed(numericDate(exp), now)) return refuse('too_old')
  const latest = addSeconds(now, maxProofLead)
  if ([iat, nbf].some((each) => each !== undefined && numericDate(each) > latest)) return refuse('too_new')

  return accept(undefined)
}

/** The millisecond after the last one in which the proof is young enough. */
const endOf = (iat: unknown) => instant(addSeconds(numericDate(iat), maxProofAge) + 1)

const isTextUpTo = (max: number, value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= max && value.isWellFormed()
