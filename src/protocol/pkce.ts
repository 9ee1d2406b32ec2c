import { hash, timingSafeEqual } from 'node:crypto'
import type { Brand } from '../base/brand.ts'
import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import { because } from './errors.ts'
import type { OAuthError } from './errors.ts'

/** The right half of the tally: base64url(SHA-256(verifier)), 43 characters. `S256` is the only method there is. */
export type Challenge = Brand<string, 'Challenge'>

/** The left half, which the client keeps until it redeems the code. */
export type Verifier = Brand<string, 'Verifier'>

/** @see OAuth 2.1 section 4.1.1: `code_challenge_method` is required and must be `S256` */
export function parseChallenge(raw: string | undefined, method: string | undefined): Result<Challenge, OAuthError> {
  if (raw === undefined) return because('challenge_missing')
  if (method === undefined) return because('challenge_method_missing')
  if (method !== 'S256') return because('challenge_method_unsupported')
  if (!/^[A-Za-z0-9_-]{43}$/.test(raw)) return because('challenge_malformed')

  return accept(raw as Challenge)
}

/** @see RFC 7636 section 4.1: 43 to 128 unreserved characters */
export function parseVerifier(raw: string): Result<Verifier, OAuthError> {
  return /^[A-Za-z0-9._~-]{43,128}$/.test(raw) ? accept(raw as Verifier) : because('verifier_malformed')
}

/** True if the two halves are of one tally: base64url(SHA-256(verifier)) is the challenge, compared in constant time. */
export function halvesMatch(verifier: Verifier, challenge: Challenge): boolean {
  const made = Buffer.from(hash('sha256', verifier, 'base64url'))
  const kept = Buffer.from(challenge)

  return made.length === kept.length && timingSafeEqual(made, kept)
}
