import { instant, type Instant } from '../base/time.ts'
import { numericDate } from '../jose/jwt.ts'
import type { JsonObject } from '../base/strict-json.ts'
import { createBoundedCache } from '../base/bounded-cache.ts'
import { toCaller } from './caller.ts'
import { fetchJson } from './fetch-json.ts'
import type { Issuer } from './issuer.ts'
import {
  admittedAfter,
  findClaimFault,
  refusedAfter,
  refusedAt,
  unavailable,
  type Reading,
  type TokenReader,
  type TokenRules,
} from './token-reader.ts'

/** How this API makes itself known when it asks about tokens: `client_secret_basic`. */
export interface IntrospectionCredentials {
  readonly clientId: string
  readonly clientSecret: string
}

/** Answers that are kept at most. */
const maxKept = 1000
/** Questions under way at most; what comes on top is told to come back later. */
const maxUnderWay = 500
/** A token said to be no good may be a fresh one the next moment, in milliseconds (INT-4-03). */
const maxNegativeAge = 5000

interface Answer {
  /** `undefined`: the token is not active. */
  readonly claims: JsonObject | undefined
  readonly at: Instant
}

/**
 * Reads any access token by asking its issuer, so that a revoked one is refused at once, or after `maxAge`.
 *
 * One question per token is under way, however many requests bring it. An answer is never used beyond the token's
 * `exp`. `iss` may be left out of an answer, as it comes from the issuer itself; `aud` may not.
 *
 * @param maxAge milliseconds an answer is kept; 0 asks on every request
 * @see RFC 7662 sections 2 and 4
 */
export function createIntrospectionReader(
  issuer: Issuer,
  rules: TokenRules,
  credentials: IntrospectionCredentials,
  send: typeof fetch,
  maxAge: number,
): TokenReader {
  const kept = createBoundedCache<Answer>(maxKept)
  const underWay = new Map<string, Promise<Answer | undefined>>()
  const authorization = basicAuthorization(credentials)

  const ask = async (token: string, now: Instant): Promise<Answer | undefined> => {
    const known = await issuer.endpoints.current(now)
    const endpoint = known?.introspectionEndpoint ?? (await issuer.endpoints.renewed(now))?.introspectionEndpoint
    if (endpoint === undefined) return undefined

    const answer = await fetchJson(send, endpoint, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
    })
    if (typeof answer?.['active'] !== 'boolean') return undefined

    return { claims: answer['active'] ? answer : undefined, at: now }
  }

  const askOnce = (token: string, fingerprint: string, now: Instant) => {
    const asked = underWay.get(fingerprint)
    if (asked !== undefined) return asked
    if (underWay.size >= maxUnderWay) return undefined

    const asking = ask(token, now)
      .then((answer) => {
        if (answer !== undefined) kept.set(fingerprint, answer)
        return answer
      })
      .finally(() => underWay.delete(fingerprint))
    underWay.set(fingerprint, asking)
    return asking
  }

  return async (token, fingerprint, now) => {
    const known = kept.get(fingerprint)
    const answer = known !== undefined && isUsable(known, maxAge, now) ? known : await askOnce(token, fingerprint, now)

    return answer === undefined ? unavailable : judge(answer, rules, now)
  }
}

function isUsable({ claims, at }: Answer, maxAge: number, now: Instant): boolean {
  const age = now - at
  // A clock that was set back makes a negative age: then nothing is known.
  if (age < 0 || age >= (claims === undefined ? Math.min(maxAge, maxNegativeAge) : maxAge)) return false

  return claims === undefined || now < endOf(claims)
}

/** Without a readable `exp` the answer is used once; it will be refused anyway. */
const endOf = ({ exp }: JsonObject) => (typeof exp === 'number' ? numericDate(exp) : instant(0))

function judge({ claims, at: _at }: Answer, rules: TokenRules, now: Instant): Reading {
  if (claims === undefined) return refusedAt('active', { reason: 'token_inactive' })

  const fault = findClaimFault({ iss: rules.issuer, ...claims }, rules, [], now) ?? findTypeFault(claims)
  return fault === undefined ? admittedAfter('active', toCaller(rules.issuer, claims)) : refusedAfter('active', fault)
}

/**
 * `token_type` says how the token is used (OAuth 2.1 section 1.4): as Bearer, or as DPoP if it is bound. A bound one is
 * used with its key whatever the type says.
 */
function findTypeFault({ token_type: type, cnf }: JsonObject) {
  const name = typeof type === 'string' ? type.toLowerCase() : type
  if (name === undefined || name === 'bearer' || (name === 'dpop' && cnf !== undefined)) return undefined

  return { at: 'type', refusal: { reason: 'token_type_wrong' } } as const
}

/** Both halves are form-encoded before they are joined (OAuth 2.1 section 2.4.1). */
export function basicAuthorization({ clientId, clientSecret }: IntrospectionCredentials): string {
  const encode = (text: string) => new URLSearchParams([['', text]]).toString().slice(1)

  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`
}
