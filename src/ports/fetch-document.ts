import type { Result } from '../base/result.ts'
import type { Seconds } from '../base/time.ts'

/** Why a document of somebody else could not be had. */
export type FetchProblem =
  | 'url_not_allowed'
  | 'address_not_public'
  | 'unreachable'
  | 'too_slow'
  | 'status_not_200'
  /** 404 or 410: there is no such document (any more). */
  | 'not_found'
  | 'not_json'
  | 'too_large'

export interface FetchedDocument {
  readonly bytes: Uint8Array
  /**
   * How long its sender lets it be kept from now on (RFC 9111): 0 if not at all or only to be asked again;
   * `undefined` if nothing was said.
   */
  readonly freshFor: Seconds | undefined
}

/** Tighter than what holds for every document; looser ones have no effect. */
export interface FetchLimits {
  /** @default 65_536 */
  readonly maxBytes?: number
  /** For everything together: name, connection, answer. @default 5000 */
  readonly timeoutMs?: number
}

/**
 * Gets a JSON document from an address that somebody else chose. Implementations never reach into the network they
 * run in, follow no redirect, and bound time and size. Never rejects.
 */
export type FetchDocument = (url: string, limits?: FetchLimits) => Promise<Result<FetchedDocument, FetchProblem>>
