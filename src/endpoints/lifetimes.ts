import { addSeconds, earlier, seconds } from '../base/time.ts'
import type { Instant, Seconds } from '../base/time.ts'
import type { RefreshChain } from '../protocol/authorization.ts'
import type { ClientLifetimes } from '../protocol/client.ts'

/** When the refresh token that is made now ends: by idleness, but never after the end set at consent. */
export function refreshExpiry(
  lifetimes: ClientLifetimes,
  absoluteEnd: Instant | 'never',
  now: Instant,
): Instant | 'never' {
  const idleEnd = lifetimes.refreshIdle === 'never' ? 'never' : addSeconds(now, lifetimes.refreshIdle)
  if (idleEnd === 'never' || absoluteEnd === 'never') return idleEnd === 'never' ? absoluteEnd : idleEnd

  return earlier(idleEnd, absoluteEnd)
}

export const absoluteExpiry = (lifetimes: ClientLifetimes, now: Instant): Instant | 'never' =>
  lifetimes.refreshAbsolute === 'never' ? 'never' : addSeconds(now, lifetimes.refreshAbsolute)

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
