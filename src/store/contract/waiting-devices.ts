import assert from 'node:assert/strict'
import { instant, seconds } from '../../base/time.ts'
import type { Answers, Store } from '../../ports/store.ts'
import type { Transaction } from '../../protocol/authorization.ts'
import type { DeviceAuthorization, DeviceOutcome } from '../../protocol/device.ts'
import {
  aClaim,
  aDevice,
  aDeviceAnswer,
  anAuthorization,
  anEvent,
  aRedemption,
  aCode,
  morning,
} from '../../testing/index.ts'

export const parallel = 50
export const five = seconds(5)
export const inSeconds = (count: number) => instant(morning + count * 1000)

export async function waits(store: Store, given: Partial<DeviceAuthorization> = {}): Promise<DeviceAuthorization> {
  const device = aDevice(given)
  assert.equal(await store.saveDevice(device, [], anEvent(), morning), 'done')

  return device
}

/** A device whose code somebody has entered, with the transaction of their browser. */
export async function entered(store: Store): Promise<{ device: DeviceAuthorization; claim: Transaction }> {
  const device = await waits(store)
  const claim = aClaim(device)
  assert.equal(await store.claimDevice(claim, anEvent()), 'done')

  return { device, claim }
}

export const answers = (device: DeviceAuthorization, claim: Transaction, outcome?: DeviceOutcome): Answers => ({
  transaction: claim.id,
  pushed: undefined,
  device: aDeviceAnswer(device, claim, outcome),
})

export const refused = { kind: 'refused' } as const
export const redemption = ({ id }: DeviceAuthorization) =>
  aRedemption(aCode(), { redeem: { kind: 'device', id }, authorization: anAuthorization() })
