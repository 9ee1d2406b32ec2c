import { addSeconds, seconds } from '../base/time.ts'
import type { DeviceAnswered } from '../ports/store.ts'
import type { DeviceAuthorizationId, SessionId, Transaction } from '../protocol/authorization.ts'
import type { DeviceAllowance, DeviceAuthorization, DeviceOutcome } from '../protocol/device.ts'
import { aTransaction, liWei, orderApi, scopeOf, shop } from './build.ts'
import { aHash, anId, morning } from './ids.ts'

/** Waits for ten minutes of the morning, asked by nobody yet. Nobody knows its codes. */
export function aDevice(given: Partial<DeviceAuthorization> = {}): DeviceAuthorization {
  const id = given.id ?? anId<DeviceAuthorizationId>()

  return {
    id,
    secretHash: aHash(),
    userCodeHash: aHash(),
    request: {
      clientId: shop,
      answerTo: { kind: 'device', id, askedAt: morning, askedFrom: '192.0.2.7' },
      scope: scopeOf('orders.read'),
      resources: [orderApi],
      uiLocales: undefined,
      prompt: [],
      maxAge: undefined,
    },
    issuedAt: morning,
    expiresAt: addSeconds(morning, seconds(600)),
    interval: seconds(5),
    polledAt: undefined,
    claimedBy: undefined,
    outcome: undefined,
    redeemedAt: undefined,
    ...given,
  }
}

/** The browser of somebody who entered the code of this device. */
export const aClaim = ({ request, expiresAt }: DeviceAuthorization, given: Partial<Transaction> = {}): Transaction =>
  aTransaction({ request, expiresAt, ...given })

/** Li Wei lets it read orders. */
export const aDeviceAllowance = (given: Partial<DeviceAllowance> = {}): DeviceAllowance => ({
  subject: liWei,
  scope: scopeOf('orders.read'),
  sessionId: aHash<SessionId>(),
  authenticatedAt: morning,
  particulars: {},
  ...given,
})

/** That this device gets its answer, a yes unless the test says otherwise, from the browser that claimed it. */
export const aDeviceAnswer = (
  { id }: DeviceAuthorization,
  { browserHash }: Transaction,
  outcome: DeviceOutcome = { kind: 'allowed', allowed: aDeviceAllowance() },
): DeviceAnswered => ({ id, claimedBy: browserHash, outcome })
