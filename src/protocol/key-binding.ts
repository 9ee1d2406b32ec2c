import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import type { Client } from './client.ts'
import { because } from './errors.ts'
import type { OAuthError } from './errors.ts'
import type { Confirmation } from './particulars.ts'
import type { Settings } from './settings.ts'

/**
 * Reads `dpop_jkt`, the key that a code shall be bound to. Where DPoP is off it is a parameter like any that nobody
 * knows here.
 *
 * @see RFC 9449 section 10
 */
export function parseThumbprint(
  raw: string | undefined,
  { features }: Settings,
): Result<Confirmation | undefined, OAuthError> {
  if (raw === undefined || features.dpop === 'off') return accept(undefined)

  return /^[A-Za-z0-9_-]{43}$/.test(raw) ? accept({ jkt: raw }) : because('dpop_jkt_malformed')
}

/** True if what is bound to a key comes from who holds it; what is bound to none comes from anybody. */
export const isHeldBy = (bound: Confirmation | undefined, shown: Confirmation | undefined): boolean =>
  bound === undefined || bound.jkt === shown?.jkt

/** True if this client must not get a token that is good in anybody's hands, a feature turned off or not. */
export const mustProve = (client: Client, { features }: Settings): boolean =>
  client.dpopBound || features.dpop === 'required'

/**
 * The key of a pushed authorization request: of `dpop_jkt`, of the proof that came with it, or of both, which then
 * have to agree.
 *
 * @see RFC 9449 section 10.1
 */
export function joinConfirmations(
  named: Confirmation | undefined,
  shown: Confirmation | undefined,
): Result<Confirmation | undefined, OAuthError> {
  if (named !== undefined && shown !== undefined && named.jkt !== shown.jkt) return because('proof_differs_from_jkt')

  return accept(named ?? shown)
}
