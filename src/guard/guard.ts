import { hash } from 'node:crypto'
import { instant, seconds, type Instant } from '../base/time.ts'
import { guardRefusals } from '../protocol/guard-refusals.ts'
import { readPresentedToken, type PresentedToken, type TokenScheme } from '../protocol/presented-token.ts'
import type { Caller } from './caller.ts'
import { describeRefusal, refusalResponse, type GuardResponse, type Refusal } from './challenge.ts'
import type { Decision, ToldRefusal } from './decision.ts'
import type { GuardedRequest } from './guarded-request.ts'
import { createIntrospectionReader } from './introspection-reader.ts'
import { createIssuer } from './issuer.ts'
import { createJwtReader } from './jwt-reader.ts'
import { createKeyProofs, type KeyProofs } from './key-proofs.ts'
import { checkNeeds, meetNeeds, type Needs } from './needs.ts'
import { checkOptions, type CheckedOptions, type GuardOptions } from './options.ts'
import { createRevocations, type Revocations, type RevocationStatus } from './revocations.ts'
import { readShownKey } from './shown-key.ts'
import {
  metadataPathOf,
  metadataUrlOf,
  protectedResourceMetadata,
  type ProtectedResourceMetadata,
} from './protected-resource-metadata.ts'
import type { Reading, TokenReader } from './token-reader.ts'

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
   * CORS is the API's business: let preflights (`OPTIONS`) be answered before the guard, allow the headers
   * `Authorization` and `DPoP`, and expose `WWW-Authenticate` and `DPoP-Nonce` to browsers.
   */
  admit(request: GuardedRequest | Request, needs?: Needs): Promise<Admission>
  /** How the guard stands with the revocation feed; `undefined` if it follows none. */
  revocations(): RevocationStatus | undefined
  /** Stops what the guard does by itself, which is to follow the feed: within a few seconds nothing is under way. */
  close(): void
}

export type Admission =
  /** `headers` belong to the answer that the API gives: the next nonce, where nonces are wanted. */
  | { readonly ok: true; readonly caller: Caller; readonly headers: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly response: GuardResponse }

/**
 * Makes the guard of one API. Nothing is fetched before the first request needs it. Throws a `TypeError` if the
 * options are wrong.
 */
export function createGuard(options: GuardOptions): Guard {
  const settings = checkOptions(options)
  const { resource, dpop, scopeHierarchy: hierarchy } = settings
  const metadata = protectedResourceMetadata({ ...settings, resourceName: options.resourceName })
  const proofs = dpop === undefined ? undefined : createKeyProofs(dpop, resource)
  const { readToken: reader, revocations } = createReader(settings)
  const readToken = readShownKey(reader, proofs, dpop?.required ?? false)
  const offers = {
    metadataUrl: metadataUrlOf(resource),
    schemes: schemesOf(settings),
    algorithms: dpop?.algorithms ?? [],
  }
  const clockSkew = seconds(settings.clockSkewSeconds)

  return {
    resource,
    metadataPath: metadataPathOf(resource),
    metadata: () => metadata,
    revocations: () => revocations?.status(instant(settings.now())),
    close: () => revocations?.close(),

    async admit(request, needs = {}) {
      const now = instant(settings.now())
      const neededScope = checkNeeds(needs)
      const presented = readCredentials(request, proofs)
      const fingerprint = presented.kind === 'token' ? hash('sha256', presented.token, 'base64url') : undefined
      const reading =
        presented.kind === 'token'
          ? meetNeeds(await readToken(presented, fingerprint!, request, now), needs, { hierarchy, clockSkew, now })
          : nothingToRead[presented.kind]
      const nonce = proofs?.nonce(now)

      options.onDecision?.(report(request, now, neededScope, fingerprint, reading))
      if (reading.refusal === undefined)
        return { ok: true, caller: reading.caller, headers: nonce === undefined ? {} : { 'dpop-nonce': nonce } }

      const tried = presented.kind === 'none' ? undefined : presented.scheme
      return { ok: false, response: refusalResponse(reading.refusal, { ...offers, neededScope, tried, nonce }) }
    },
  }
}

function schemesOf({ dpop }: CheckedOptions): readonly TokenScheme[] {
  if (dpop === undefined) return ['Bearer']

  return dpop.required ? ['DPoP'] : ['Bearer', 'DPoP']
}

function createReader(settings: CheckedOptions): {
  readonly readToken: TokenReader
  readonly revocations?: Revocations
} {
  const { resource, introspection } = settings
  const rules = { issuer: settings.issuer, resource, clockSkew: seconds(settings.clockSkewSeconds) }
  const issuer = createIssuer({
    issuer: settings.issuer,
    fetch: settings.fetch,
    algorithms: settings.algorithms,
    keysMaxAge: settings.keysMaxAgeSeconds * 1000,
  })
  const revocations =
    settings.revocations && createRevocations(settings.revocations, issuer, settings.fetch, settings.now)
  const readJwt = createJwtReader(issuer, rules, revocations)
  const following = revocations === undefined ? {} : { revocations }
  if (introspection === undefined) return { readToken: readJwt, ...following }

  const maxAge = settings.introspectionMaxAgeSeconds * 1000
  const introspect = createIntrospectionReader(issuer, rules, introspection, settings.fetch, maxAge)
  if (settings.jwt === 'introspect') return { readToken: introspect }

  return {
    readToken: (token, fingerprint, now) => (looksLikeJwt.test(token) ? readJwt : introspect)(token, fingerprint, now),
    ...following,
  }
}

/** Three parts, the first of which begins as the base64url of a JSON object does. */
const looksLikeJwt = /^e[wy][\w-]*\.[\w-]+\.[\w-]*$/

/** Bearer is read where it is not taken, too: who sends one shall hear why it does not do. */
function readCredentials(request: GuardedRequest | Request, proofs: KeyProofs | undefined): PresentedToken {
  const read = proofs === undefined ? (['Bearer'] as const) : (['Bearer', 'DPoP'] as const)
  // The Headers of Fetch join repeated ones by a comma, which no token has.
  if (!('header' in request)) return readPresentedToken(request.headers.get('authorization') ?? undefined, false, read)

  return readPresentedToken(request.header('authorization'), request.repeated?.('authorization') ?? false, read)
}

const nothingToRead: Readonly<Record<'none' | 'malformed', Reading>> = {
  none: { checks: [], refusal: { reason: 'token_missing' } },
  malformed: { checks: [], refusal: { reason: 'header_malformed' } },
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
