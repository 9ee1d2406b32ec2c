import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { addSeconds, hasPassed, instant, seconds } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import type { Metadata } from './client-metadata-shape.ts'
import type { Client, ClientAuthMethod } from './client.ts'
import type { RegistrationContext } from './registration-context.ts'
import type { Settings } from './settings.ts'

/** Long enough to change an app, short enough not to be forgotten. */
const longest = seconds(366 * 86_400)

/**
 * Reads `hufu_pkce_exempt_until`, a day (its beginning, UTC) or an instant in UTC. A past one exempts from nothing, so
 * that a seed file stays good. Refused: for a public client, since PKCE is all that it has, and more than a year ahead.
 *
 * @see requirements R1
 */
export function parseExemption(
  { hufu_pkce_exempt_until: raw }: Metadata,
  method: ClientAuthMethod,
  { now }: RegistrationContext,
): Result<Instant | undefined, string> {
  if (raw === undefined) return accept(undefined)
  if (method === 'none') return refuse('hufu_pkce_exempt_until: a public client always needs PKCE')
  const until = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?$/.test(raw) ? Date.parse(raw) : Number.NaN
  if (Number.isNaN(until)) return refuse('hufu_pkce_exempt_until: must be a date as 2027-03-31 or 2027-03-31T12:00:00Z')

  return until > addSeconds(now, longest)
    ? refuse('hufu_pkce_exempt_until: must be at most 366 days ahead')
    : accept(instant(until))
}

/** True while this client may leave PKCE out. Asked at every use: a registration may be older than a profile. */
export const isExempt = ({ type, provenance, pkceExemptUntil }: Client, { profile }: Settings, now: Instant): boolean =>
  pkceExemptUntil !== undefined &&
  type === 'confidential' &&
  provenance === 'operator' &&
  profile !== 'fapi2' &&
  !hasPassed(pkceExemptUntil, now)
