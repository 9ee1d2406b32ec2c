import { hash } from 'node:crypto'
import { accept, refuse, type Result } from '../base/result.ts'
import { fapiAlgorithms } from '../base/signature-algorithm.ts'
import { addSeconds, instant, seconds, type Instant } from '../base/time.ts'
import { signatureAlgorithms, type SignatureAlgorithm } from '../jose/algorithms.ts'
import type { VerificationKey } from '../jose/jwk.ts'
import { decodeJws } from '../jose/jws.ts'
import { numericDate, readJwt, type JwtProblem } from '../jose/jwt.ts'
import { parseJsonObject, type JsonObject } from '../base/strict-json.ts'
import type { Client, ClientId } from '../protocol/client.ts'
import { mayBeForgotten } from '../protocol/cut-off.ts'
import { because, type OAuthError } from '../protocol/errors.ts'
import type { Profile } from '../protocol/settings.ts'
import { verificationKeysOf } from './client-keys.ts'
import { readWithRemoteKeys, type RemoteKeys } from './remote-keys.ts'

/** A client assertion that is right in itself. It counts once: when `useOnce(key, expiresAt)` says it was the first. */
export interface UsableAssertion {
  /** Names the client and the `jti`, as a hash. */
  readonly key: string
  readonly expiresAt: Instant
}

export interface AssertionContext {
  readonly issuer: string
  readonly now: Instant
  /** The keys of a client that publishes them itself. @default the registered ones */
  readonly keys?: readonly VerificationKey[]
  /** As in the settings. @default never */
  readonly restoredAt?: Instant
  /** @default all that there are */
  readonly algorithms?: readonly SignatureAlgorithm[]
}

/** What an assertion may be signed with. */
export const assertionAlgorithms = (profile: Profile): readonly SignatureAlgorithm[] =>
  profile === 'fapi2' ? fapiAlgorithms : signatureAlgorithms

/** Why an assertion is not believed; for tests and decisions within, never for the wire. */
export type AssertionProblem =
  | JwtProblem
  | 'subject_wrong'
  | 'audience_not_single'
  | 'lifetime_too_long'
  | 'jti_malformed'
  | 'maybe_used'

const maxAssertionLength = 8192
const maxJtiLength = 256
const maxClientIdLength = 256

/** How far ahead `exp` may lie: an assertion is made for one request (requirements JCA-3-06). */
const longestLifetime = seconds(300)

/** How far a client's clock may run ahead of ours. */
const futureSkew = seconds(10)

/**
 * Checks that `assertion` was made by `client` for this server and is still good.
 *
 * @see RFC 7523 section 3, as changed by draft-ietf-oauth-rfc7523bis: `aud` is the issuer, as one text
 */
export function checkClientAssertion(
  assertion: string,
  client: Client,
  context: AssertionContext,
): Result<UsableAssertion, OAuthError> {
  const read = readAssertion(assertion, client, context)

  return read.ok ? read : because('client_assertion_invalid')
}

/** {@link checkClientAssertion} for a client that publishes its keys at `jwksUri`. */
export async function checkRemoteAssertion(
  assertion: string,
  client: Client,
  jwksUri: string,
  context: Omit<AssertionContext, 'keys'>,
  remoteKeys: RemoteKeys,
): Promise<Result<UsableAssertion, OAuthError>> {
  const source = { owner: client.id, uri: jwksUri, alg: client.assertionAlg }
  const read = await readWithRemoteKeys(source, remoteKeys, (keys) =>
    readAssertion(assertion, client, { ...context, keys }),
  )

  return read.ok ? read : because('client_assertion_invalid')
}

/** {@link checkClientAssertion} with the exact problem. */
export function readAssertion(
  assertion: string,
  client: Client,
  context: AssertionContext,
): Result<UsableAssertion, AssertionProblem> {
  const { issuer, now, keys = verificationKeysOf(client), algorithms = signatureAlgorithms } = context
  const jwt = readJwt(assertion, {
    keys,
    // Most libraries still send JWT or nothing; the type of another kind is never taken (requirements JCA-3-11).
    typ: ['client-authentication+jwt', 'JWT', undefined],
    issuer: client.id,
    audience: issuer,
    required: ['jti'],
    now,
    futureSkew,
    maxLength: maxAssertionLength,
  })
  if (!jwt.ok) return jwt
  if (!algorithms.includes(jwt.value.key.alg)) return refuse('algorithm_unsupported')

  const restoredAt = context.restoredAt ?? instant(0)
  if (mayBeForgotten(madeAt(jwt.value.claims), futureSkew, { restoredAt })) return refuse('maybe_used')

  return checkOwnClaims(jwt.value.claims, client.id, now)
}

/**
 * The client an assertion says it is from, not yet believed: `iss`, which must be `sub`, and `client_id` too if that
 * was sent beside it.
 */
export function findAssertionClientId(assertion: string, presented: string | undefined): ClientId | undefined {
  const jws = decodeJws(assertion, maxAssertionLength)
  const claims = jws.ok ? parseJsonObject(jws.value.payload) : jws
  if (!claims.ok) return undefined

  const { iss, sub } = claims.value
  if (typeof iss !== 'string' || iss !== sub || iss.length > maxClientIdLength) return undefined

  return presented === undefined || presented === iss ? (iss as ClientId) : undefined
}

/** Without `iat`, as early as its end allows. */
const madeAt = ({ iat, exp }: JsonObject): Instant =>
  iat === undefined ? instant(numericDate(exp) - longestLifetime * 1000) : numericDate(iat)

/** What only client assertions demand, on claims that are otherwise right. */
function checkOwnClaims(
  { sub, aud, exp, jti }: JsonObject,
  clientId: ClientId,
  now: Instant,
): Result<UsableAssertion, AssertionProblem> {
  if (sub !== clientId) return refuse('subject_wrong')
  // Several audiences are how an assertion for one server gets used at another (attack row CA-05).
  if (typeof aud !== 'string') return refuse('audience_not_single')
  if (numericDate(exp) > addSeconds(now, longestLifetime)) return refuse('lifetime_too_long')
  if (typeof jti !== 'string' || jti === '' || jti.length > maxJtiLength) return refuse('jti_malformed')

  // Remembered beyond its end, for instances whose clocks differ.
  return accept({ key: replayKey(clientId, jti), expiresAt: addSeconds(numericDate(exp), futureSkew) })
}

/** Two clients may choose the same `jti`. */
const replayKey = (clientId: ClientId, jti: string) =>
  `client_assertion ${hash('sha256', JSON.stringify([clientId, jti]), 'base64url')}`
