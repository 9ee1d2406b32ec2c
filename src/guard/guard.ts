import { hash } from 'node:crypto'
import { instant, seconds, type Instant } from '../base/time.ts'
import { guardRefusals } from '../protocol/guard-refusals.ts'
import { parseScope } from '../protocol/scope.ts'
import { readBearer, type Credentials } from './bearer.ts'
import type { Caller } from './caller.ts'
import { describeRefusal, refusalResponse, type GuardResponse, type Refusal } from './challenge.ts'
import type { Decision, ToldRefusal } from './decision.ts'
import { createIntrospectionReader } from './introspection-reader.ts'
import { createIssuer } from './issuer.ts'
import { createJwtReader } from './jwt-reader.ts'
import { checkOptions, type CheckedOptions, type GuardOptions } from './options.ts'
import {
  metadataPathOf,
  metadataUrlOf,
  protectedResourceMetadata,
  type ProtectedResourceMetadata,
} from './protected-resource-metadata.ts'
import { missingScope, type ScopeHierarchy } from './scope-hierarchy.ts'
import { failed, passed, type Reading, type TokenReader } from './token-reader.ts'

/** Stands in front of an API: admits a request with a good access token and refuses every other. */
export interface Guard {
  /** The identifier of the API. */
  readonly resource: string
  /** Where the API serves {@link Guard.metadata}. */
  readonly metadataPath: string
  /** The RFC 9728 document. */
  metadata(): ProtectedResourceMetadata
  /**
   * Decides about one request. Refusals are values; it rejects only when `onDecision` throws. While the authorization
   * server cannot be asked and nothing is known, the answer is 503, never "yes".
   *
   * CORS is the API's business: let preflights (`OPTIONS`) be answered before the guard, and expose the header
   * `WWW-Authenticate` to browsers.
   */
  admit(request: GuardedRequest | Request, needs?: Needs): Promise<Admission>
}

/** A request as plain values. */
export interface GuardedRequest {
  readonly method: string
  /** Path and query, or absolute. The query is never read: a token in it counts for nothing. */
  readonly url: string
  /** The value of a header by its lower-case name. */
  readonly header: (name: string) => string | undefined
  /** True if a header came more than once. Needed where `header` shows only one of them. */
  readonly repeated?: (name: string) => boolean
}

/** What a route asks for besides a good token. */
export interface Needs {
  /** All of these, exact words, or one that stands for it by `scopeHierarchy`. */
  readonly scope?: readonly string[]
  /** `person` keeps clients that act for themselves out of a route about a person's own things, and the other way round. */
  readonly subjectType?: Caller['subjectType']
}

export type Admission =
  | { readonly ok: true; readonly caller: Caller }
  | { readonly ok: false; readonly response: GuardResponse }

/**
 * Makes the guard of one API. Nothing is fetched before the first request needs it. Throws a `TypeError` if the
 * options are wrong.
 */
export function createGuard(options: GuardOptions): Guard {
  const settings = checkOptions(options)
  const read = createReader(settings)
  const metadata = protectedResourceMetadata({ ...settings, resourceName: options.resourceName })
  const metadataUrl = metadataUrlOf(settings.resource)

  return {
    resource: settings.resource,
    metadataPath: metadataPathOf(settings.resource),
    metadata: () => metadata,

    async admit(request, needs = {}) {
      const now = instant(settings.now())
      const neededScope = checkNeeds(needs)
      const credentials = readCredentials(request)
      const fingerprint = credentials.kind === 'bearer' ? hash('sha256', credentials.token, 'base64url') : undefined
      const reading =
        credentials.kind === 'bearer'
          ? authorize(await read(credentials.token, fingerprint!, now), needs, neededScope, settings.scopeHierarchy)
          : nothingToRead[credentials.kind]

      options.onDecision?.(report(request, now, neededScope, fingerprint, reading))
      if (reading.refusal === undefined) return { ok: true, caller: reading.caller }

      return { ok: false, response: refusalResponse(reading.refusal, neededScope, metadataUrl) }
    },
  }
}

/**
 * The scope a route needs, as it will stand in challenges. Throws a `TypeError` for words no scope may have: that is
 * the program's fault, and no route of it may be open meanwhile.
 */
export function checkNeeds({ scope = [] }: Needs): readonly string[] {
  const wrong = scope.find((each) => each.includes(' ') || !parseScope(each).ok)
  if (wrong !== undefined) throw new TypeError(`needs a scope that is none: ${JSON.stringify(wrong)}`)

  return scope
}

function createReader(settings: CheckedOptions): TokenReader {
  const { resource, introspection } = settings
  const rules = { issuer: settings.issuer, resource, clockSkew: seconds(settings.clockSkewSeconds) }
  const issuer = createIssuer({
    issuer: settings.issuer,
    fetch: settings.fetch,
    algorithms: settings.algorithms,
    keysMaxAge: settings.keysMaxAgeSeconds * 1000,
  })
  const readJwt = createJwtReader(issuer, rules)
  if (introspection === undefined) return readJwt

  const maxAge = settings.introspectionMaxAgeSeconds * 1000
  const introspect = createIntrospectionReader(issuer, rules, introspection, settings.fetch, maxAge)
  if (settings.jwt === 'introspect') return introspect

  return (token, fingerprint, now) => (looksLikeJwt.test(token) ? readJwt : introspect)(token, fingerprint, now)
}

/** Three parts, the first of which begins as the base64url of a JSON object does. */
const looksLikeJwt = /^e[wy][\w-]*\.[\w-]+\.[\w-]*$/

function readCredentials(request: GuardedRequest | Request): Credentials {
  // The Headers of Fetch join repeated ones by a comma, which no token has.
  if (!('header' in request)) return readBearer(request.headers.get('authorization') ?? undefined, false)

  return readBearer(request.header('authorization'), request.repeated?.('authorization') ?? false)
}

const nothingToRead: Readonly<Record<'none' | 'malformed', Reading>> = {
  none: { checks: [], refusal: { reason: 'token_missing' } },
  malformed: { checks: [], refusal: { reason: 'header_malformed' } },
}

/** What the route asks for, once it is clear who calls. */
function authorize(reading: Reading, needs: Needs, neededScope: readonly string[], hierarchy: ScopeHierarchy): Reading {
  if (reading.refusal !== undefined) return reading

  const { caller, checks } = reading
  const missing = missingScope(neededScope, caller.scope, hierarchy)
  if (missing.length > 0) {
    return { checks: [...checks, failed('scope')], refusal: { reason: 'scope_missing', detail: missing.join(' ') } }
  }
  if (needs.subjectType !== undefined && needs.subjectType !== caller.subjectType) {
    const refusal = { reason: 'subject_wrong', detail: `a ${needs.subjectType} is needed` } as const
    return { checks: [...checks, ...passed(['scope']), failed('subject')], refusal }
  }

  return { caller, checks: [...checks, ...passed(needs.subjectType === undefined ? ['scope'] : ['scope', 'subject'])] }
}

function report(
  { method, url }: GuardedRequest | Request,
  at: Instant,
  neededScope: readonly string[],
  tokenFingerprint: string | undefined,
  { caller, checks, refusal }: Reading,
): Decision {
  const path = URL.parse(url, 'http://path.invalid')?.pathname ?? '/'

  return {
    at,
    method,
    path,
    neededScope,
    tokenFingerprint,
    checks,
    caller,
    refusal: refusal && tell(refusal),
  }
}

function tell(refusal: Refusal): ToldRefusal {
  const { id, status } = guardRefusals[refusal.reason]

  return { reason: refusal.reason, id, status, description: describeRefusal(refusal) }
}
