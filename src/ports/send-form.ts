import type { Result } from '../base/result.ts'
import type { FetchProblem } from './fetch-document.ts'

/** Why a form did not arrive, or nobody knows whether it did. */
export type SendProblem = Extract<FetchProblem, 'url_not_allowed' | 'address_not_public' | 'unreachable' | 'too_slow'>

/**
 * Posts a form to an address that somebody else chose, and tells the status of the answer, of which nothing else is read.
 * Implementations never reach into the network they run in, follow no redirect, and bound the time. Never rejects.
 */
export type SendForm = (url: string, fields: Readonly<Record<string, string>>) => Promise<Result<number, SendProblem>>
