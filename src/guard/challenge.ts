import { guardRefusals, type GuardReason } from '../protocol/guard-refusals.ts'

/** Why a request is not admitted. */
export interface Refusal {
  readonly reason: GuardReason
  /** A few words more for the one who debugs, such as how long ago the token expired. */
  readonly detail?: string
}

/** An answer as plain values; header names in lower case. */
export interface GuardResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** When to come back after a 503, in seconds. */
export const retryAfterSeconds = 5

/**
 * The answer to a request that is not admitted: one `Bearer` challenge that says where the metadata of this API is,
 * which scopes the request needs, and what was wrong with the token, if there was one. Without credentials it tells
 * no error (RFC 6750 section 3.1). A 503 is our own trouble and challenges nobody.
 *
 * @param neededScope may be empty
 * @see OAuth 2.1 section 5.3, RFC 9728 section 5.1
 */
export function refusalResponse(refusal: Refusal, neededScope: readonly string[], metadataUrl: string): GuardResponse {
  const { status, code } = guardRefusals[refusal.reason]
  const error = code === undefined ? {} : { error: code, error_description: describeRefusal(refusal) }
  const challenge = formatChallenge({
    resource_metadata: metadataUrl,
    ...(neededScope.length === 0 || status === 400 ? {} : { scope: neededScope.join(' ') }),
    ...error,
  })

  return {
    status,
    headers: {
      ...(status === 503 ? { 'retry-after': String(retryAfterSeconds) } : { 'www-authenticate': challenge }),
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

/** Every value was checked or made printable before: none holds a quote or a backslash. */
const formatChallenge = (parameters: Readonly<Record<string, string>>) =>
  `Bearer ${Object.entries(parameters)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')}`
