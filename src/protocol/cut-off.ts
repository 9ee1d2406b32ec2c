import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { addSeconds, instant } from '../base/time.ts'
import type { Instant, Seconds } from '../base/time.ts'
import type { Client } from './client.ts'
import type { Settings } from './settings.ts'

/**
 * Reads a cut-off: a day (its beginning, UTC) or an instant in UTC. What was given before it is dead; left out, nothing
 * is. One that is still to come ends everything until then.
 */
export function parseCutOff(raw: string | undefined): Result<Instant, string> {
  if (raw === undefined) return accept(instant(0))
  const at = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?$/.test(raw) ? Date.parse(raw) : Number.NaN

  return Number.isNaN(at) ? refuse('must be a date as 2027-03-31 or 2027-03-31T12:00:00Z') : accept(instant(at))
}

/**
 * True if what is good once may have been used before the database was put back, which then does not know of it.
 *
 * @param madeAt as it says itself
 * @param lead how far the clock of who made it may run ahead of ours
 */
export const mayBeForgotten = (madeAt: Instant, lead: Seconds, { restoredAt }: Pick<Settings, 'restoredAt'>): boolean =>
  restoredAt > 0 && madeAt <= addSeconds(restoredAt, lead)

/**
 * True if what was given at `givenAt` is from before the cut-off of the whole server or of its client; the later one
 * counts. That of an account is `stillStands` (attack row IN-05).
 */
export const isFromBefore = (
  givenAt: Instant,
  client: Pick<Client, 'validAfter'>,
  settings: Pick<Settings, 'validAfter'>,
): boolean => givenAt < settings.validAfter || givenAt < client.validAfter
