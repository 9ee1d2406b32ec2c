import { guardRefusals, type GuardReason } from '../protocol/guard-refusals.ts'
import type { TokenScheme } from '../protocol/presented-token.ts'
import { formatChallenges } from '../protocol/token-challenge.ts'

/** Why a request is not admitted. */
export interface Refusal {
  readonly reason: GuardReason
  /** A few words more for the one who debugs, such as how long ago the token expired. */
  readonly detail?: string
  /** Parameters that the challenge has besides. Printable, without quotes and backslashes. */
  readonly challenge?: Readonly<Record<string, string>>
}

/** An answer as plain values; header names in lower case. */
export interface GuardResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** When to come back after a 503, in seconds. */
export const retryAfterSeconds = 5

/** What every answer of a guard has to tell. */
export interface ChallengeContext {
  /** May be empty. */
  readonly neededScope: readonly string[]
  readonly metadataUrl: string
  /** What this API takes. */
  readonly schemes: readonly TokenScheme[]
  /** What the request tried, if anything. */
  readonly tried: TokenScheme | undefined
  readonly algorithms: readonly string[]
  /** For the next proof, if nonces are wanted and the request knows of proofs. */
  readonly nonce: string | undefined
}

/**
 * The answer to a request that is not admitted: a challenge for each scheme that says where the metadata of this API
 * is, which scopes the request needs, and, in the scheme that was tried, what was wrong. Without credentials it tells
 * no error (RFC 6750 section 3.1). A 503 is our own trouble and challenges nobody.
 *
 * @see OAuth 2.1 section 5.3, RFC 9728 section 5.1, RFC 9449 sections 7.1 and 9, RFC 9470 section 3
 */
export function refusalResponse(refusal: Refusal, context: ChallengeContext): GuardResponse {
  const { status, code } = guardRefusals[refusal.reason]
  const { neededScope, metadataUrl, schemes, algorithms, nonce } = context
  const error = code === undefined ? {} : { error: code, error_description: describeRefusal(refusal) }
  const challenge = formatChallenges({
    schemes,
    // A header that nobody can read, or a scheme that is not taken here, is told by the first that is.
    tried: schemes.find((each) => each === context.tried) ?? schemes[0],
    common: {
      resource_metadata: metadataUrl,
      ...(neededScope.length === 0 || status === 400 ? {} : { scope: neededScope.join(' ') }),
    },
    error: { ...error, ...refusal.challenge },
    algorithms,
  })

  return {
    status,
    headers: {
      ...(status === 503 ? { 'retry-after': String(retryAfterSeconds) } : { 'www-authenticate': challenge }),
      ...(nonce === undefined ? {} : { 'dpop-nonce': nonce }),
      'cache-control': 'no-store',
      'content-type': 'application/json',
    },
    body: JSON.stringify(error),
  }
}

/** The number of the refusal and what it means, in English and in characters any header may hold. */
export function describeRefusal({ reason, detail }: Refusal): string {
  const { id, description } = guardRefusals[reason]

  return printable(`${id} ${description}${detail === undefined ? '' : `: ${detail}`}`)
}

const maxDescriptionLength = 300

/** Only what `error_description` may hold, so that a quoted string needs no escapes (RFC 6749 section 5.2). */
const printable = (text: string) => text.slice(0, maxDescriptionLength).replace(/[^\x20\x21\x23-\x5B\x5D-\x7E]/g, '?')
