import type { Instant } from '../base/time.ts'
import type { GuardReason } from '../protocol/guard-refusals.ts'
import type { Caller } from './caller.ts'
import type { Check } from './token-reader.ts'

/** What was decided about a request and why. Holds no token, no query and no header. */
export interface Decision {
  readonly at: Instant
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly neededScope: readonly string[]
  /** SHA-256 of the token, base64url. */
  readonly tokenFingerprint: string | undefined
  /** In order; what comes after the first failure was not looked at. */
  readonly checks: readonly Check[]
  readonly caller: Caller | undefined
  readonly refusal: ToldRefusal | undefined
}

export interface ToldRefusal {
  readonly reason: GuardReason
  readonly id: string
  readonly status: number
  /** What the challenge says as `error_description`; without credentials it says nothing, and this does. */
  readonly description: string
}
