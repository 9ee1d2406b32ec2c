import type { DatabaseSync } from 'node:sqlite'
import type { Instant, Seconds } from '../../base/time.ts'
import type { DeviceAnswered } from '../../ports/store.ts'
import type { DeviceAuthorizationId } from '../../protocol/authorization.ts'
import type { DeviceAuthorization } from '../../protocol/device.ts'
import { asHex, sought, stored, toDocument } from './rows.ts'
import { toDevice } from '../device.ts'
import type { DeviceRow } from '../device.ts'

const columns = `
  ${asHex('id')}, ${asHex('secret_hash')}, ${asHex('user_code_hash')}, request, issued_at, expires_at, interval_s,
  polled_at, claimed_by, outcome, redeemed_at
`

export function deviceTable(database: DatabaseSync) {
  const select = database.prepare(`SELECT ${columns} FROM devices WHERE id = ?`)
  const selectByUserCode = database.prepare(`SELECT ${columns} FROM devices WHERE user_code_hash = ?`)
  const insert = database.prepare(`
    INSERT INTO devices (
      id, secret_hash, user_code_hash, request, issued_at, expires_at, interval_s, polled_at, claimed_by, outcome,
      redeemed_at
    )
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  `)
  const markClaimed = database.prepare(`
    UPDATE devices SET claimed_by = ?1 WHERE id = ?2 AND outcome IS NULL AND ifnull(claimed_by, ?1) = ?1
  `)
  const selectOpen = database.prepare('SELECT 1 FROM devices WHERE id = ? AND outcome IS NULL AND claimed_by = ?')
  const markAnswered = database.prepare(`
    UPDATE devices SET outcome = ?1 WHERE id = ?2 AND outcome IS NULL AND claimed_by = ?3
  `)
  const markPolled = database.prepare(`
    UPDATE devices SET polled_at = ?1 WHERE id = ?2 AND (polled_at IS NULL OR polled_at + interval_s * 1000 <= ?1)
  `)
  const slowDown = database.prepare('UPDATE devices SET polled_at = ?, interval_s = interval_s + ? WHERE id = ?')
  const markRedeemed = database.prepare(`
    UPDATE devices SET redeemed_at = ? WHERE id = ? AND outcome IS NOT NULL AND redeemed_at IS NULL
  `)

  const find = (id: DeviceAuthorizationId) => read(select.get(sought(id)))

  const findByUserCode = (hash: string) => read(selectByUserCode.get(sought(hash)))

  function save(device: DeviceAuthorization): void {
    insert.run(
      stored(device.id),
      stored(device.secretHash),
      stored(device.userCodeHash),
      toDocument(device.request),
      device.issuedAt,
      device.expiresAt,
      device.interval,
      device.polledAt ?? null,
      device.claimedBy ?? null,
      device.outcome === undefined ? null : toDocument(device.outcome),
      device.redeemedAt ?? null,
    )
  }

  const claim = (id: DeviceAuthorizationId, browserHash: string) =>
    markClaimed.run(browserHash, sought(id)).changes === 1

  /** True if this browser entered the code and nobody has answered. */
  const isOpen = ({ id, claimedBy }: DeviceAnswered) => selectOpen.get(sought(id), claimedBy) !== undefined

  const answer = ({ id, claimedBy, outcome }: DeviceAnswered) =>
    markAnswered.run(toDocument(outcome), sought(id), claimedBy).changes === 1

  /** True if it did not ask too soon. */
  function poll(id: DeviceAuthorizationId, by: Seconds, now: Instant): boolean {
    const key = sought(id)
    if (markPolled.run(now, key).changes === 1) return true
    slowDown.run(now, by, key)

    return false
  }

  const redeem = (id: DeviceAuthorizationId, now: Instant) => markRedeemed.run(now, sought(id)).changes === 1

  return { find, findByUserCode, save, claim, isOpen, answer, poll, redeem }
}

const read = (found: unknown) => (found === undefined ? undefined : toDevice(found as DeviceRow))
