import type { Instant, Seconds } from '../base/time.ts'
import { checkClaims, type ClaimProblem } from '../jose/jwt.ts'
import type { JsonObject } from '../base/strict-json.ts'
import { readConfirmation } from './caller-claims.ts'
import type { Caller } from './caller.ts'
import type { Refusal } from './challenge.ts'

/**
 * What is looked at, in this order. `proof`: the request proves a key (only with `DPoP`). `signature`: the token is the
 * issuer's (a JWT checked here). `active`: the issuer says it is good (introspection). `type`: it is an access token
 * with every claim one has. `binding`: it is bound to the key that was proved, or to none. `once`: the proof was not
 * used before. `authentication`: the person's sign-in is young and strong enough. `subject`: it stands for the kind of
 * subject the route asks for. `details`: what the route is about was allowed in detail.
 */
export type CheckName =
  | 'proof'
  | 'signature'
  | 'active'
  | 'type'
  | 'issuer'
  | 'audience'
  | 'time'
  | 'binding'
  | 'once'
  | 'authentication'
  | 'scope'
  | 'subject'
  | 'details'

export interface Check {
  readonly name: CheckName
  readonly passed: boolean
}

/** What a reader found out about a token: without `refusal` there is a caller. */
export type Reading =
  | { readonly caller: Caller; readonly checks: readonly Check[]; readonly refusal?: undefined }
  | { readonly caller?: undefined; readonly checks: readonly Check[]; readonly refusal: Refusal }

/**
 * Finds out what an access token says and whether it may be believed: its own text verified, or its issuer asked.
 *
 * @param fingerprint SHA-256 of the token, base64url; what is remembered is filed under it, never under the token
 */
export type TokenReader = (token: string, fingerprint: string, now: Instant) => Promise<Reading>

/** What every access token is held to, however it is read. */
export interface TokenRules {
  readonly issuer: string
  /** The exact identifier that must be in `aud`. */
  readonly resource: string
  readonly clockSkew: Seconds
}

/** Nothing could be found out: the authorization server does not answer. Never a reason to admit (attack row RS-06). */
export const unavailable: Reading = { checks: [], refusal: { reason: 'issuer_unavailable' } }

/** A token that was admitted. */
export const admittedAfter = (proof: 'signature' | 'active', caller: Caller): Reading => ({
  caller,
  checks: allPassedAfter[proof],
})

/** A token that is not what it must be, before or at its proof. */
export const refusedAt = (name: CheckName, refusal: Refusal): Reading => ({ checks: [failed(name)], refusal })

/** A token that was proved to be the issuer's, and refused for what it says. */
export const refusedAfter = (proof: 'signature' | 'active', { at, refusal }: ClaimFault): Reading => ({
  checks: [...[proof, ...claimChecks.slice(0, claimChecks.indexOf(at))].map(passed), failed(at)],
  refusal,
})

export interface ClaimFault {
  readonly at: ClaimCheck
  readonly refusal: Refusal
}

/**
 * Judges claims whose origin is proved. Every token names its end, its audience, its subject and its client. `cnf`
 * binds a token, and what it demands has to be known: whether that is met only the request tells.
 *
 * @param required further claims that must be there
 * @see RFC 9068 section 4, RFC 9449 section 7.2
 */
export function findClaimFault(
  claims: JsonObject,
  rules: TokenRules,
  required: readonly string[],
  now: Instant,
): ClaimFault | undefined {
  if (!isName(claims['sub']) || !isName(claims['client_id'])) return incomplete()
  if (readConfirmation(claims['cnf']) === 'unknown') return { at: 'type', refusal: { reason: 'confirmation_unknown' } }

  const checked = checkClaims(claims, {
    issuer: rules.issuer,
    audience: rules.resource,
    required,
    now,
    expirySkew: rules.clockSkew,
    futureSkew: rules.clockSkew,
  })
  return checked.ok ? undefined : faults[checked.error](claims, rules, now)
}

const isName = (value: unknown) => typeof value === 'string' && value !== ''

const claimChecks = ['type', 'issuer', 'audience', 'time'] as const
type ClaimCheck = (typeof claimChecks)[number]

const incomplete = (): ClaimFault => ({ at: 'type', refusal: { reason: 'claims_incomplete' } })

/** What is told is the token's own content, and only once its origin was proved. */
const faults: Readonly<Record<ClaimProblem, (claims: JsonObject, rules: TokenRules, now: Instant) => ClaimFault>> = {
  claim_missing: incomplete,
  claim_malformed: incomplete,
  issuer_wrong: () => ({ at: 'issuer', refusal: { reason: 'issuer_wrong' } }),
  audience_wrong: ({ aud }, { resource }) => ({
    at: 'audience',
    refusal: { reason: 'audience_wrong', detail: `audience is ${listAudiences(aud)}, this API is ${resource}` },
  }),
  expired: ({ exp }, _rules, now) => ({
    at: 'time',
    refusal: { reason: 'token_expired', detail: `${toSeconds(now) - Math.floor(exp as number)} s ago` },
  }),
  not_yet_valid: ({ nbf, iat }, _rules, now) => ({
    at: 'time',
    refusal: {
      reason: 'token_not_yet_valid',
      detail: `it begins in ${Math.ceil(latest(nbf, iat)) - toSeconds(now)} s`,
    },
  }),
}

const maxAudiencesTold = 3

const listAudiences = (aud: unknown) =>
  aud === undefined ? 'missing' : [aud].flat().slice(0, maxAudiencesTold).map(String).join(' and ')

const latest = (...dates: readonly unknown[]) => Math.max(...dates.filter((each) => typeof each === 'number'))

const toSeconds = (time: Instant) => Math.floor(time / 1000)

export const passed = (name: CheckName): Check => ({ name, passed: true })

export const failed = (name: CheckName): Check => ({ name, passed: false })

const claimsPassed = claimChecks.map(passed)

/** Made once, since nearly every request comes to this. */
const allPassedAfter = {
  signature: [passed('signature'), ...claimsPassed],
  active: [passed('active'), ...claimsPassed],
}
