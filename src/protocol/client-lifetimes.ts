import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { seconds } from '../base/time.ts'
import type { Seconds } from '../base/time.ts'
import type { Client, ClientLifetimes } from './client.ts'

/** What a registration says of lifetimes, in seconds; what it leaves out gets the default of its kind. */
export interface RequestedLifetimes {
  readonly hufu_access_token_lifetime?: number | undefined
  readonly hufu_refresh_token_idle?: number | 'never' | undefined
  readonly hufu_refresh_token_lifetime?: number | 'never' | undefined
  readonly hufu_refresh_retry?: number | undefined
  readonly hufu_refresh_rotation?: boolean | undefined
  /** Then its refresh tokens are good with its key alone. */
  readonly dpop_bound_access_tokens?: boolean | undefined
}

const hour = 3600
const day = 24 * hour

/** Requirements section 4. A native app and an app in the page hold no credential, so theirs always end. */
const defaults = {
  native: { idle: 30 * day, absolute: 180 * day, most: 366 * day },
  browser: { idle: 24 * hour, absolute: 7 * day, most: 30 * day },
  web: { idle: 90 * day, absolute: 'never', most: 3660 * day },
  service: { idle: 90 * day, absolute: 'never', most: 3660 * day },
} as const satisfies Record<Client['kind'], { idle: number; absolute: number | 'never'; most: number }>

const least = 60
const mostAccess = day

/**
 * How long the tokens of a client live.
 *
 * `hufu_refresh_token_lifetime: "never"` without an idle time means what it says: the refresh token never expires and
 * only revocation ends it. Refused: `never` for browser apps (RFC 10017 section 6.3.2.3) and for native apps whose
 * tokens are not bound to a key (requirements R7); access tokens outside 60 s to 24 h; refresh tokens
 * outside 60 s to 366 days (native), 30 days (browser), ten years (confidential); a retry window outside 0 to 60 s;
 * an idle time beyond the lifetime; and to keep refresh tokens, except for a confidential client whose tokens are bound
 * to its key (requirements R6).
 */
export function parseLifetimes(kind: Client['kind'], requested: RequestedLifetimes): Result<ClientLifetimes, string> {
  const usual = defaults[kind]
  const access = requested.hufu_access_token_lifetime
  const retry = requested.hufu_refresh_retry ?? 10
  const absolute = requested.hufu_refresh_token_lifetime ?? usual.absolute
  const idle = requested.hufu_refresh_token_idle ?? defaultIdle(kind, requested.hufu_refresh_token_lifetime)

  if (access !== undefined && !isBetween(access, least, mostAccess))
    return refuse(`hufu_access_token_lifetime: must be ${least} to ${mostAccess} seconds`)
  if (!isBetween(retry, 0, 60)) return refuse('hufu_refresh_retry: must be 0 to 60 seconds')
  const kept = requested.hufu_refresh_rotation === false
  const isConfidential = kind === 'web' || kind === 'service'
  if (kept && !(isConfidential && requested.dpop_bound_access_tokens === true))
    return refuse('hufu_refresh_rotation: only a confidential client with dpop_bound_access_tokens may turn it off')
  for (const [member, value] of [
    ['hufu_refresh_token_lifetime', absolute],
    ['hufu_refresh_token_idle', idle],
  ] as const) {
    const wrong = problemOf(kind, value, requested.dpop_bound_access_tokens ?? false)
    if (wrong !== undefined) return refuse(`${member}: ${wrong}`)
  }
  if (absolute !== 'never' && idle !== 'never' && idle > absolute)
    return refuse('hufu_refresh_token_idle: must not be longer than hufu_refresh_token_lifetime')

  return accept({
    accessToken: access === undefined ? undefined : seconds(access),
    refreshIdle: toLifetime(idle),
    refreshAbsolute: toLifetime(absolute),
    refreshRetry: seconds(retry),
    refreshKept: kept,
  })
}

function defaultIdle(kind: Client['kind'], lifetime: number | 'never' | undefined): number | 'never' {
  if (lifetime === 'never') return 'never'

  return Math.min(defaults[kind].idle, lifetime ?? Infinity)
}

function problemOf(kind: Client['kind'], value: number | 'never', isBound: boolean): string | undefined {
  const { most } = defaults[kind]
  if (value === 'never') {
    if (kind === 'browser') return 'the refresh token of an app in the browser always has an end'
    if (kind === 'native' && !isBound)
      return 'a refresh token that never expires needs a confidential client, or dpop_bound_access_tokens'
    return undefined
  }

  return isBetween(value, least, most) ? undefined : `must be ${least} to ${most} seconds`
}

const isBetween = (value: number, low: number, high: number) => Number.isInteger(value) && value >= low && value <= high

const toLifetime = (value: number | 'never'): Seconds | 'never' => (value === 'never' ? value : seconds(value))
