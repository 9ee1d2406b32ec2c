import type { Instant, Seconds } from '../../base/time.ts'
import type { DeviceAnswered } from '../../ports/store.ts'
import type { DeviceAuthorizationId } from '../../protocol/authorization.ts'
import type { DeviceAuthorization } from '../../protocol/device.ts'
import { sought, stored, toDocument } from '../rows.ts'
import type { Run } from './database.ts'
import type { Lookup } from './gather.ts'
import { change, insert, sql } from './sql.ts'
import { toDevice } from '../device.ts'

export const deviceById: Lookup<[DeviceAuthorizationId], DeviceAuthorization> = {
  columns: `
    id, secret_hash, user_code_hash, request, issued_at, expires_at, interval_s, polled_at, claimed_by, outcome,
    redeemed_at
  `,
  from: 'devices',
  by: { id: ['bytea', sought] },
  read: toDevice,
}

export const deviceByUserCode: Lookup<[hash: string], DeviceAuthorization> = {
  ...deviceById,
  by: { user_code_hash: ['bytea', sought] },
}

/** In a transaction. */
export const isUserCodeTaken = async (run: Run, hash: string) =>
  (await run(sql`SELECT 1 FROM devices WHERE user_code_hash = ${sought(hash)}`)).count > 0

/** Met unless another device has its user code. */
export const saveDevice = (device: DeviceAuthorization) =>
  insert(
    'devices',
    {
      id: stored(device.id),
      secret_hash: stored(device.secretHash),
      user_code_hash: stored(device.userCodeHash),
      request: toDocument(device.request),
      issued_at: device.issuedAt,
      expires_at: device.expiresAt,
      interval_s: device.interval,
      polled_at: device.polledAt ?? null,
      claimed_by: device.claimedBy ?? null,
      outcome: device.outcome === undefined ? null : toDocument(device.outcome),
      redeemed_at: device.redeemedAt ?? null,
    },
    'ON CONFLICT (user_code_hash) DO NOTHING',
  )

/** Met unless another browser was first, or somebody has answered. */
export const claimDevice = (id: DeviceAuthorizationId, browserHash: string) =>
  change(sql`
    UPDATE devices SET claimed_by = ${browserHash}
    WHERE id = ${sought(id)} AND outcome IS NULL AND coalesce(claimed_by, ${browserHash}) = ${browserHash}
  `)

/** Met if this browser entered the code and nobody has answered. */
export const answerDevice = ({ id, claimedBy, outcome }: DeviceAnswered) =>
  change(sql`
    UPDATE devices SET outcome = ${toDocument(outcome)}
    WHERE id = ${sought(id)} AND outcome IS NULL AND claimed_by = ${claimedBy}
  `)

/** True if it did not ask too soon. */
export async function pollDevice(run: Run, id: DeviceAuthorizationId, by: Seconds, now: Instant): Promise<boolean> {
  const key = sought(id)
  const { count } = await run(sql`
    UPDATE devices SET polled_at = ${now}
    WHERE id = ${key} AND (polled_at IS NULL OR polled_at + interval_s * 1000 <= ${now})
  `)
  if (count === 1) return true
  await run(sql`UPDATE devices SET polled_at = ${now}, interval_s = interval_s + ${by} WHERE id = ${key}`)

  return false
}

/** Met for the one who redeems it. */
export const redeemDevice = (id: DeviceAuthorizationId, now: Instant) =>
  change(sql`
    UPDATE devices SET redeemed_at = ${now}
    WHERE id = ${sought(id)} AND outcome IS NOT NULL AND redeemed_at IS NULL
  `)
