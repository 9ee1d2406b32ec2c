import type { Instant, Seconds } from '../base/time.ts'
import type { AuditEvent } from '../protocol/audit-event.ts'
import type { DeviceAuthorizationId, Transaction } from '../protocol/authorization.ts'
import type { DeviceAuthorization } from '../protocol/device.ts'
import type { Attempts, Quota } from './store.ts'

/** The part of the store about devices that wait for somebody to decide elsewhere (RFC 8628). */
export interface DeviceStore {
  /**
   * Keeps a device that begins to wait and counts it under each quota, in one step. Beyond a limit it is counted there,
   * under none of the later quotas, and not kept; then that count is told. `user_code_taken`, and nothing written, if
   * another device has the same user code.
   */
  saveDevice(
    device: DeviceAuthorization,
    quotas: readonly Quota[],
    event: AuditEvent,
    now: Instant,
  ): Promise<'done' | 'user_code_taken' | Attempts>
  /** Waiting, answered, redeemed or expired. */
  findDevice(id: DeviceAuthorizationId): Promise<DeviceAuthorization | undefined>
  findDeviceByUserCode(userCodeHash: string): Promise<DeviceAuthorization | undefined>
  /**
   * The browser of the transaction entered the code of the device that it answers to: from then on no other browser may,
   * and the transaction waits. `taken`, and nothing written, if another was first or the device has its answer.
   */
  claimDevice(transaction: Transaction, event: AuditEvent): Promise<'done' | 'taken'>
  /**
   * The device asks whether it has its answer. `too_soon` if its interval since it last asked is not over: the interval
   * is longer by `slowDown` then. Either way it begins anew.
   */
  pollDevice(id: DeviceAuthorizationId, slowDown: Seconds, now: Instant): Promise<'on_time' | 'too_soon'>
}
