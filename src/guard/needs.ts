import type { Instant, Seconds } from '../base/time.ts'
import { parseScope } from '../protocol/scope.ts'
import type { AuthorizationDetail } from './caller-claims.ts'
import type { Caller } from './caller.ts'
import type { Refusal } from './challenge.ts'
import { missingScope, type ScopeHierarchy } from './scope-hierarchy.ts'
import { failed, passed, type CheckName, type Reading } from './token-reader.ts'

/** What a route asks for besides a good token. */
export interface Needs {
  /** All of these, exact words, or one that stands for it by `scopeHierarchy`. */
  readonly scope?: readonly string[]
  /** `person` keeps clients that act for themselves out of a route about a person's own things, and the other way round. */
  readonly subjectType?: Caller['subjectType']
  /** The person signed in at most so many seconds ago; else they are asked to do so again (RFC 9470). */
  readonly maxAge?: number
  /** The person signed in by one of these means, as the server names them in `acr`, the most wanted first (RFC 9470). */
  readonly acr?: readonly string[]
  /** One of the things that were allowed in detail is of this type, and is this very one (RFC 9396). */
  readonly authorizationDetails?: DetailNeed
}

export interface DetailNeed {
  readonly type: string
  /** True for the detail that allows what is asked for now: this payment, this order. @default any of the type does */
  readonly match?: (detail: AuthorizationDetail) => boolean
}

/** Needs of a route, or of each of its requests: a route about one order knows which one by its path. */
export type RouteNeeds<Request> = Needs | ((request: Request) => Needs)

/**
 * The scope a route needs, as it will stand in challenges. Throws a `TypeError` for needs that nothing can meet or no
 * challenge can say: that is the program's fault, and no route of it may be open meanwhile.
 */
export function checkNeeds({ scope = [], maxAge, acr, authorizationDetails }: Needs): readonly string[] {
  const wrong = scope.find((each) => each.includes(' ') || !parseScope(each).ok)
  if (wrong !== undefined) throw new TypeError(`needs a scope that is none: ${JSON.stringify(wrong)}`)
  if (maxAge !== undefined && !(Number.isSafeInteger(maxAge) && maxAge >= 0)) {
    throw new TypeError(`needs a maxAge of whole seconds: ${maxAge}`)
  }
  if (acr !== undefined && (acr.length === 0 || !acr.every((each) => acrValue.test(each)))) {
    throw new TypeError(`needs acr values that are none: ${JSON.stringify(acr)}`)
  }
  if (authorizationDetails !== undefined && authorizationDetails.type === '') {
    throw new TypeError('needs authorizationDetails of a type')
  }

  return scope
}

/** {@link checkNeeds} at once for needs that are known at once. */
export const checkRouteNeeds = <Request>(needs: RouteNeeds<Request>) =>
  void (typeof needs === 'function' || checkNeeds(needs))

export const needsOf = <Request>(needs: RouteNeeds<Request>, request: Request): Needs =>
  typeof needs === 'function' ? needs(request) : needs

const acrValue = /^[\x21\x23-\x5B\x5D-\x7E]+$/

export interface NeedsRules {
  readonly hierarchy: ScopeHierarchy
  readonly clockSkew: Seconds
  readonly now: Instant
}

/**
 * What the route asks for, once it is clear who calls. The sign-in comes first, since its challenge names the scope too:
 * a client that follows it comes back with both.
 */
export function meetNeeds(reading: Reading, needs: Needs, rules: NeedsRules): Reading {
  if (reading.refusal !== undefined) return reading

  const { caller } = reading
  const checks = [...reading.checks]
  const refuse = (name: CheckName, refusal: Refusal): Reading => ({ checks: [...checks, failed(name)], refusal })
  if (needs.maxAge !== undefined || needs.acr !== undefined) {
    const weakness = findWeakness(caller, needs, rules)
    if (weakness !== undefined) return refuse('authentication', weakness)
    checks.push(passed('authentication'))
  }
  const missing = findMissingScope(caller, needs, rules)
  if (missing !== undefined) return refuse('scope', missing)
  checks.push(passed('scope'))
  if (needs.subjectType !== undefined) {
    const wrong = findWrongSubject(caller, needs)
    if (wrong !== undefined) return refuse('subject', wrong)
    checks.push(passed('subject'))
  }

  return meetDetail({ caller, checks }, needs.authorizationDetails)
}

/** Last, so that a route's own `match` sees no caller that is refused anyway. */
function meetDetail(reading: Reading & { readonly caller: Caller }, need: DetailNeed | undefined): Reading {
  if (need === undefined) return reading
  const { caller, checks } = reading
  const isThere = caller.authorizationDetails.some(
    (each) => each.type === need.type && (need.match === undefined || need.match(each) === true),
  )
  if (!isThere) {
    const refusal = { reason: 'details_missing', detail: need.type } as const
    return { checks: [...checks, failed('details')], refusal }
  }

  return { caller, checks: [...checks, passed('details')] }
}

/** A sign-in the token says nothing of is too old and too weak (RFC 9470 section 6.1). */
function findWeakness(caller: Caller, { maxAge, acr }: Needs, { clockSkew, now }: NeedsRules): Refusal | undefined {
  const challenge = {
    ...(acr !== undefined && { acr_values: acr.join(' ') }),
    ...(maxAge !== undefined && { max_age: String(maxAge) }),
  }
  const refuse = (detail: string): Refusal => ({ reason: 'authentication_insufficient', detail, challenge })

  if (acr !== undefined && !(caller.acr !== undefined && acr.includes(caller.acr))) {
    return refuse(`acr is ${caller.acr ?? 'missing'}`)
  }
  if (maxAge === undefined) return undefined
  if (caller.authenticatedAt === undefined) return refuse('auth_time is missing')
  const age = now - caller.authenticatedAt
  if (age + clockSkew * 1000 < 0) return refuse('auth_time lies ahead')

  return age > (maxAge + clockSkew) * 1000 ? refuse(`the sign-in was ${Math.floor(age / 1000)} s ago`) : undefined
}

function findMissingScope(caller: Caller, { scope = [] }: Needs, { hierarchy }: NeedsRules): Refusal | undefined {
  const missing = missingScope(scope, caller.scope, hierarchy)

  return missing.length === 0 ? undefined : { reason: 'scope_missing', detail: missing.join(' ') }
}

const findWrongSubject = (caller: Caller, { subjectType }: Needs): Refusal | undefined =>
  subjectType === caller.subjectType ? undefined : { reason: 'subject_wrong', detail: `a ${subjectType} is needed` }
