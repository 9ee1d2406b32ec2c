import { createHash, hash } from 'node:crypto'
import { seconds, toEpochSeconds } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import type { SignatureAlgorithm } from '../base/signature-algorithm.ts'
import type { Subject } from './account.ts'
import type { Authorization, SessionId } from './authorization.ts'
import type { Client, ClientId } from './client.ts'

/** An ID token is read once, when it comes. */
const idTokenLifetime = seconds(600)

/** What an ID token is made of, besides what the authorization says. */
export interface IdTokenFacts {
  readonly issuer: string
  readonly client: Pick<Client, 'id'>
  /** What it is signed with: `at_hash` goes by it. */
  readonly algorithm: SignatureAlgorithm
  /** As the client knows the person. */
  readonly subject: Subject
  readonly authorization: Authorization
  /** Of the authorization request; a refreshed ID token has none (section 12.2). */
  readonly nonce: string | undefined
  readonly accessToken: string
  /** Claims about the person that were wished for in the ID token. */
  readonly wished: Readonly<Record<string, unknown>>
  readonly now: Instant
}

/**
 * The claims of an ID token. `auth_time` is always there, and stays what it was when the token is refreshed.
 *
 * @see OpenID Connect Core 1.0 sections 2 and 3.1.3.6
 */
export function describeIdToken(facts: IdTokenFacts): Readonly<Record<string, unknown>> {
  const { issuer, client, algorithm, subject, authorization, nonce, accessToken, wished, now } = facts
  const { acr, amr } = authorization.particulars
  const issuedAt = toEpochSeconds(now)

  return {
    ...wished,
    iss: issuer,
    sub: subject,
    aud: client.id,
    exp: issuedAt + idTokenLifetime,
    iat: issuedAt,
    auth_time: toEpochSeconds(authorization.authenticatedAt),
    ...(nonce !== undefined && { nonce }),
    ...(acr !== undefined && { acr }),
    ...(amr !== undefined && { amr }),
    at_hash: halfHash(accessToken, algorithm),
    ...(authorization.sessionId !== undefined && { sid: sidOf(authorization.sessionId, client.id) }),
  }
}

/**
 * Names a browser session towards one client, and says nothing about it: another client knows it by another name.
 *
 * @param session `begunAs`: the name stays while the same person signs in again
 * @see OpenID Connect Back-Channel Logout 1.0 section 2.1
 */
export const sidOf = (session: SessionId, client: ClientId): string =>
  hash('sha256', `sid ${session} ${client}`, 'hex').slice(0, 32)

/** `at_hash`: the left half of the hash that belongs to the signature's algorithm (section 3.1.3.6). */
function halfHash(token: string, algorithm: SignatureAlgorithm): string {
  const digest = createHash(hashOf[algorithm]).update(token, 'ascii').digest()

  return digest.subarray(0, digest.length / 2).toString('base64url')
}

/** EdDSA here is Ed25519, which hashes with SHA-512; so do clients that check `at_hash` for ML-DSA. */
const hashOf: Readonly<Record<SignatureAlgorithm, string>> = {
  ES256: 'sha256',
  ES384: 'sha384',
  RS256: 'sha256',
  PS256: 'sha256',
  EdDSA: 'sha512',
  'ML-DSA-44': 'sha512',
  'ML-DSA-65': 'sha512',
}
