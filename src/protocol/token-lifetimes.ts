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
