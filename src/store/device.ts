import type { Instant, Seconds } from '../base/time.ts'
import type { DeviceAuthorizationId, StoredAuthorizeRequest } from '../protocol/authorization.ts'
import type { DeviceAuthorization, DeviceOutcome } from '../protocol/device.ts'
import { fromDocument } from './rows.ts'

/** A device as both databases give it. */
export interface DeviceRow {
  readonly id: DeviceAuthorizationId
  readonly secret_hash: string
  readonly user_code_hash: string
  readonly request: string
  readonly issued_at: Instant
  readonly expires_at: Instant
  readonly interval_s: Seconds
  readonly polled_at: Instant | null
  readonly claimed_by: string | null
  readonly outcome: string | null
  readonly redeemed_at: Instant | null
}

export const toDevice = (row: DeviceRow): DeviceAuthorization => ({
  id: row.id,
  secretHash: row.secret_hash,
  userCodeHash: row.user_code_hash,
  request: fromDocument(row.request) as StoredAuthorizeRequest,
  issuedAt: row.issued_at,
  expiresAt: row.expires_at,
  interval: row.interval_s,
  polledAt: row.polled_at ?? undefined,
  claimedBy: row.claimed_by ?? undefined,
  outcome: row.outcome === null ? undefined : (fromDocument(row.outcome) as DeviceOutcome),
  redeemedAt: row.redeemed_at ?? undefined,
})
