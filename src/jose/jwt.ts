import { accept, refuse, type Result } from '../base/result.ts'
import { addSeconds, hasPassed, instant, seconds, type Instant, type Seconds } from '../base/time.ts'
import type { VerificationKey } from './jwk.ts'
import { decodeJws, verifyJws, type JwsHeader, type JwsProblem } from './jws.ts'
import { parseJsonObject, type JsonObject } from '../base/strict-json.ts'

export type JwtProblem = JwsProblem | 'type_wrong' | ClaimProblem

export type ClaimProblem =
  | 'claim_malformed'
  | 'claim_missing'
  | 'issuer_wrong'
  | 'audience_wrong'
  | 'expired'
  | 'not_yet_valid'

/** The kinds of JWT a verifier takes, as `typ` values; `undefined` stands for a header without one (RFC 8725 section 3.11). */
export type AcceptedTypes = readonly (string | undefined)[]

export interface Jwt {
  readonly header: JwsHeader
  readonly claims: JsonObject
  /** The key whose signature it bears. */
  readonly key: VerificationKey
}

export interface ClaimRules {
  /** `iss` is exactly this. */
  readonly issuer?: string
  /** `aud` is exactly this or an array that holds it. */
  readonly audience?: string
  /** Claims that must be there besides `exp`, which always must. */
  readonly required?: readonly string[]
  readonly now: Instant
  /** How long after `exp` it still passes. @default 0 */
  readonly expirySkew?: Seconds
  /** How far in the future `nbf` and `iat` may be. @default 0 */
  readonly futureSkew?: Seconds
}

export interface JwtRules extends ClaimRules {
  readonly keys: readonly VerificationKey[]
  readonly typ: AcceptedTypes
  /** Characters of the whole token. @default 16384 */
  readonly maxLength?: number
}

/**
 * Verifies a signed JWT: form, kind, signature, then claims.
 *
 * @see RFC 7519 section 7.2, RFC 8725 section 3
 */
export function readJwt(compact: unknown, rules: JwtRules): Result<Jwt, JwtProblem> {
  const opened = openJwt(compact, rules)
  if (!opened.ok) return opened

  const checked = checkClaims(opened.value.claims, rules)
  return checked.ok ? opened : checked
}

/** {@link readJwt} without looking at the claims: whoever calls it checks times, issuer and audience, or needs none. */
export function openJwt(
  compact: unknown,
  rules: Pick<JwtRules, 'keys' | 'typ' | 'maxLength'>,
): Result<Jwt, JwtProblem> {
  const jws = decodeJws(compact, rules.maxLength)
  if (!jws.ok) return jws
  if (!isOfType(jws.value.header.typ, rules.typ)) return refuse('type_wrong')

  const key = verifyJws(jws.value, rules.keys)
  if (!key.ok) return key

  const claims = parseJsonObject(jws.value.payload)
  if (!claims.ok) return claims

  return accept({ header: jws.value.header, claims: claims.value, key: key.value })
}

/** The `exp`, `nbf`, `iat`, `iss` and `aud` rules of RFC 7519 section 4.1 on claims whose signature was verified. */
export function checkClaims(claims: JsonObject, rules: ClaimRules): Result<undefined, ClaimProblem> {
  const { exp, nbf, iat, iss, aud } = claims
  if (exp === undefined) return refuse('claim_missing')
  if (rules.required?.some((name) => claims[name] === undefined)) return refuse('claim_missing')
  if (![exp, nbf, iat].every((each) => each === undefined || isNumericDate(each))) return refuse('claim_malformed')
  if (iss !== undefined && typeof iss !== 'string') return refuse('claim_malformed')
  if (aud !== undefined && !isAudience(aud)) return refuse('claim_malformed')

  if (rules.issuer !== undefined && iss !== rules.issuer) return refuse('issuer_wrong')
  if (rules.audience !== undefined && !audiences(aud).includes(rules.audience)) return refuse('audience_wrong')

  return checkTimes(claims, rules)
}

/** A `NumericDate` that {@link checkClaims} let through, as an instant; part of a millisecond is dropped. */
export const numericDate = (value: unknown) => instant(Math.floor((value as number) * 1000))

function checkTimes({ exp, nbf, iat }: JsonObject, rules: ClaimRules): Result<undefined, ClaimProblem> {
  if (hasPassed(addSeconds(numericDate(exp), rules.expirySkew ?? seconds(0)), rules.now)) return refuse('expired')

  const latest = addSeconds(rules.now, rules.futureSkew ?? seconds(0))
  if ([nbf, iat].some((each) => each !== undefined && numericDate(each) > latest)) return refuse('not_yet_valid')

  return accept(undefined)
}

/** Media types compare without case, and `application/` may be left out (RFC 7515 section 4.1.9). */
export function isOfType(typ: string | undefined, accepted: AcceptedTypes): boolean {
  return accepted.some(
    (each) => each === typ || (each !== undefined && typ !== undefined && subtype(each) === subtype(typ)),
  )
}

const subtype = (typ: string) => typ.toLowerCase().replace(/^application\//, '')

/** The last second of the year 9999; what lies beyond is a mistake or an attempt to overflow something. */
const lastSecond = 253_402_300_799

export const isNumericDate = (value: unknown) => typeof value === 'number' && value >= 0 && value <= lastSecond

const maxAudiences = 100

function isAudience(aud: unknown): boolean {
  if (typeof aud === 'string') return true

  return Array.isArray(aud) && aud.length <= maxAudiences && aud.every((each) => typeof each === 'string')
}

const audiences = (aud: unknown): readonly unknown[] => (Array.isArray(aud) ? aud : [aud])
