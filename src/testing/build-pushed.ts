import { addSeconds, seconds } from '../base/time.ts'
import type { Answers } from '../ports/store.ts'
import type { PushedRequestId, TransactionId } from '../protocol/authorization.ts'
import type { PushedRequest } from '../protocol/pushed-request.ts'
import { shop } from './build.ts'
import { aHash, morning } from './ids.ts'

/** Good for two minutes of the morning. Nobody knows its reference. */
export const aPushedRequest = (given: Partial<PushedRequest> = {}): PushedRequest => ({
  id: aHash<PushedRequestId>(),
  clientId: shop,
  parameters: 'response_type=code&scope=orders.read',
  confirmation: undefined,
  expiresAt: addSeconds(morning, seconds(120)),
  ...given,
})

/** More than any test pushes. */
export const aQuota = { key: 'push shop', limit: 1000, windowEnd: addSeconds(morning, seconds(60)) }

/** That this transaction is answered, or this pushed request, or both. */
export const answering = (transaction: TransactionId | undefined, pushed?: PushedRequestId): Answers => ({
  transaction,
  pushed: pushed === undefined ? undefined : { id: pushed, until: addSeconds(morning, seconds(7200)) },
  device: undefined,
})
