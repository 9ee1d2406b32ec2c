import { addSeconds, earlier, seconds } from '../base/time.ts'
import type { Instant, Seconds } from '../base/time.ts'
import type { Authorization, RefreshChain } from './authorization.ts'
import type { ClientLifetimes } from './client.ts'

/** When the refresh token that is made now ends: by idleness, but never after the end set at consent. */
export const refreshExpiry = (
  lifetimes: ClientLifetimes,
  absoluteEnd: Instant | 'never',
  now: Instant,
): Instant | 'never' => sooner(after(lifetimes.refreshIdle, now), absoluteEnd)

export const absoluteExpiry = (lifetimes: ClientLifetimes, consent: Instant): Instant | 'never' =>
  after(lifetimes.refreshAbsolute, consent)

/** The absolute end as it was set at consent, or the one that the client's lifetimes give it today, if that is sooner. */
export const absoluteEndOf = (
  { createdAt }: Authorization,
  { absoluteEnd }: RefreshChain,
  lifetimes: ClientLifetimes,
): Instant | 'never' => sooner(absoluteEnd, absoluteExpiry(lifetimes, createdAt))

/**
 * When the newest refresh token of an authorization ends: as was said when it was made, or sooner, if its client's
 * lifetimes have been made shorter since. So "never" can be taken back (requirements R7).
 */
export function refreshEndOf(
  authorization: Authorization,
  chain: RefreshChain,
  lifetimes: ClientLifetimes,
): Instant | 'never' {
  const madeAt = chain.rotatedAt ?? authorization.createdAt

  return sooner(chain.expiresAt, refreshExpiry(lifetimes, absoluteEndOf(authorization, chain, lifetimes), madeAt))
}

/** When an authorization and its newest refresh token end, as far as anybody can say today. */
export interface Ends {
  /** Unless it is used before. */
  readonly refreshToken: Instant | 'never'
  /** Whatever is done: nothing that is issued under it may live longer. */
  readonly authorization: Instant | 'never'
}

/** @param session the end of the browser session that the access hangs on, where it does */
export function endsOf(
  authorization: Authorization,
  chain: RefreshChain,
  lifetimes: ClientLifetimes,
  session: Instant | undefined,
): Ends {
  const withSession = (end: Instant | 'never') => sooner(end, session ?? 'never')

  return {
    refreshToken: withSession(refreshEndOf(authorization, chain, lifetimes)),
    authorization: withSession(absoluteEndOf(authorization, chain, lifetimes)),
  }
}

/** Whole seconds until then, never more than there are; of what has less than one left, one. */
export const secondsUntil = (end: Instant, now: Instant) => seconds(Math.max(1, Math.floor((end - now) / 1000)))

/** An access token is over with its authorization (draft-ietf-oauth-refresh-token-expiration section 5). */
export const withinEnd = (wanted: Seconds, end: Instant | 'never', now: Instant): Seconds =>
  end === 'never' || addSeconds(now, wanted) <= end ? wanted : secondsUntil(end, now)

/** Rows stay this much longer than what they describe, for clocks that differ and a retry's last access token. */
const margin = seconds(120)

/** When an authorization's row may leave: nothing issued under it lives longer. */
export function authorizationEnd(
  refresh: RefreshChain | undefined,
  accessToken: Seconds,
  now: Instant,
): Instant | 'never' {
  const accessEnd = addSeconds(now, accessToken)
  if (refresh?.expiresAt === 'never') return 'never'
  const end = refresh === undefined || refresh.expiresAt < accessEnd ? accessEnd : refresh.expiresAt

  return addSeconds(end, margin)
}

const after = (length: Seconds | 'never', start: Instant) => (length === 'never' ? length : addSeconds(start, length))

function sooner(left: Instant | 'never', right: Instant | 'never'): Instant | 'never' {
  if (left === 'never') return right

  return right === 'never' ? left : earlier(left, right)
}
