import type { Result } from '../base/result.ts'

/** Why a document of somebody else could not be had. */
export type FetchProblem =
  | 'url_not_allowed'
  | 'address_not_public'
  | 'unreachable'
  | 'too_slow'
  | 'status_not_200'
  | 'not_json'
  | 'too_large'

/**
 * Gets a JSON document from an address that somebody else chose. Implementations never reach into the network they
 * run in, follow no redirect, and bound time and size. Never rejects.
 */
export type FetchDocument = (url: string) => Promise<Result<Uint8Array, FetchProblem>>
