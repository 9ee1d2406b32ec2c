import { accept, refuse, type Result } from '../base/result.ts'
import type { Instant } from '../base/time.ts'
import { openJwt, type JwtProblem } from '../jose/jwt.ts'
import type { JsonObject } from '../base/strict-json.ts'
import { createBoundedCache } from '../base/bounded-cache.ts'
import { toCaller, type Caller } from './caller.ts'
import type { Issuer, IssuerKeys } from './issuer.ts'
import type { Revocations } from './revocations.ts'
import {
  admittedAfter,
  findClaimFault,
  refusedAfter,
  refusedAt,
  unavailable,
  type ClaimFault,
  type Reading,
  type TokenReader,
  type TokenRules,
} from './token-reader.ts'

/** Tokens whose signature need not be verified again, and tokens known to have expired: so many of each. */
const maxRemembered = 1000
const requiredClaims = ['iat']

/** Claims that bear the issuer's signature. */
interface Proved {
  readonly claims: JsonObject
  readonly by: IssuerKeys
  /** Present if the same token was admitted before. */
  readonly caller?: Caller
}

/**
 * Reads JWT access tokens with the keys their issuer publishes.
 *
 * A verified signature is remembered for as long as the key set stays the same; issuer, audience and times are checked
 * on every request. A token once found expired stays so, even if the clock is set back (attack row RS-10).
 *
 * @see RFC 9068 section 4
 */
export function createJwtReader(issuer: Issuer, rules: TokenRules, revocations?: Revocations): TokenReader {
  const verified = createBoundedCache<Proved>(maxRemembered)
  const expired = createBoundedCache<ClaimFault>(maxRemembered)

  return async (token, fingerprint, now) => {
    const keys = await issuer.keys.current(now)
    if (keys === undefined) return unavailable

    const known = verified.get(fingerprint)
    const proved = known?.by === keys ? accept(known) : await prove(token, keys, issuer, now)
    if (!proved.ok) return proved.error

    const { claims, by } = proved.value
    const fault = expired.get(fingerprint) ?? findClaimFault(claims, rules, requiredClaims, now)
    if (fault?.refusal.reason === 'token_expired') expired.set(fingerprint, fault)
    if (fault !== undefined) return refusedAfter('signature', fault)
    const verdict = (await revocations?.judge(claims)) ?? 'live'
    if (verdict === 'unknown') return unavailable
    if (verdict === 'dead') return refusedAt('active', { reason: 'token_inactive' })

    const caller = proved.value.caller ?? toCaller(rules.issuer, claims)
    if (proved.value.caller === undefined) verified.set(fingerprint, { claims, by, caller })
    return admittedAfter('signature', caller)
  }
}

/** A key that is not there may have been published since: then the set is fetched anew, within its bounds, once. */
async function prove(token: string, keys: IssuerKeys, issuer: Issuer, now: Instant): Promise<Result<Proved, Reading>> {
  const opened = open(token, keys)
  if (opened.ok) return opened
  if (opened.error !== 'key_unknown') return refuse(refusalOf(opened.error))

  const renewed = await issuer.keys.renewed(now)
  const again = renewed === undefined || renewed === keys ? opened : open(token, renewed)
  if (again.ok) return again

  return refuse(again.error === 'key_unknown' && issuer.keys.isFailing ? unavailable : refusalOf(again.error))
}

function open(token: string, by: IssuerKeys): Result<Proved, JwtProblem> {
  const opened = openJwt(token, { keys: by.keys, typ: ['at+jwt'] })

  return opened.ok ? accept({ claims: opened.value.claims, by }) : opened
}

function refusalOf(problem: JwtProblem): Reading {
  switch (problem) {
    case 'key_unknown':
      return refusedAt('signature', { reason: 'key_unknown' })
    case 'algorithm_unsupported':
    case 'algorithm_not_of_key':
    case 'key_ambiguous':
    case 'signature_wrong':
      return refusedAt('signature', { reason: 'signature_wrong' })
    case 'type_wrong':
      return refusedAt('type', { reason: 'token_type_wrong' })
    default:
      return refusedAt('type', { reason: 'token_malformed' })
  }
}
