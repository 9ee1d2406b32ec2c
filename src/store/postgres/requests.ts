import type { Instant } from '../../base/time.ts'
import type { Answers, Attempts, Quota } from '../../ports/store.ts'
import type { Transaction } from '../../protocol/authorization.ts'
import type { DeviceAuthorization } from '../../protocol/device.ts'
import type { PushedRequest } from '../../protocol/pushed-request.ts'
import { together } from './all-or-nothing.ts'
import type { Run, Steps } from './database.ts'
import { answerDevice, isUserCodeTaken, saveDevice } from './devices.ts'
import { removePushedRequest, savePushedRequest, usePushedRequest } from './pushed-requests.ts'
import { waitForClient } from './registrations.ts'
import { join, plain, sql, whole } from './sql.ts'
import type { Part } from './sql.ts'
import { countAttempt, countedUnder, toAttempts } from './throttle.ts'
import type { AttemptsRow } from './throttle.ts'
import { answerTransaction, saveTransaction } from './transactions.ts'

/* Authorization requests in their stored forms: how they are kept, within limits, and how they are answered, once. */

/** All of them are met, or the request was answered before. */
export const answered = ({ transaction, pushed, device }: Answers, now: Instant): readonly Part[] => [
  ...(pushed === undefined ? [] : [usePushedRequest(pushed.id, pushed.until)]),
  ...(device === undefined ? [] : [answerDevice(device)]),
  ...(transaction === undefined ? [] : [answerTransaction(transaction, now)]),
]

export const cleared = ({ pushed }: Answers): readonly Part[] =>
  pushed === undefined ? [] : [removePushedRequest(pushed.id)]

export const pushRequest = (run: Run, request: PushedRequest, quota: Quota, now: Instant) =>
  keepWithin(run, [savePushedRequest(request), waitForClient(request.clientId, request.expiresAt)], quota, now)

export async function keepTransaction(
  run: Run,
  transaction: Transaction,
  quota: Quota | undefined,
): Promise<'done' | Attempts> {
  const { request, createdAt, expiresAt } = transaction
  const writes = [saveTransaction(transaction), waitForClient(request.clientId, expiresAt)]
  if (quota !== undefined) return keepWithin(run, writes, quota, createdAt)
  await run(together(...writes))

  return 'done'
}

/** Counts and writes in one statement: what is written asks what was counted. */
async function keepWithin(
  run: Run,
  writes: readonly Part[],
  { key, limit, windowEnd }: Quota,
  now: Instant,
): Promise<'done' | Attempts> {
  const isWithin = sql`EXISTS (SELECT 1 FROM counted WHERE count <= ${limit})`
  const steps = writes.map(({ head }, index) => sql`${plain(`kept_${index}`)} AS (${head} AND ${isWithin})`)
  const { rows } = await run(sql`
    WITH counted AS (${countedUnder(key, windowEnd, now)}), ${join(steps, ', ')}
    SELECT count, window_end FROM counted
  `)
  const counted = toAttempts(rows[0] as AttemptsRow)

  return counted.count <= limit ? 'done' : counted
}

/** In a transaction: a device whose user code another one has must not be counted. */
export async function startDevice(
  { run, undo }: Steps,
  device: DeviceAuthorization,
  quotas: readonly Quota[],
  event: Part,
  now: Instant,
): Promise<'done' | 'user_code_taken' | Attempts> {
  if (await isUserCodeTaken(run, device.userCodeHash)) return 'user_code_taken'
  for (const { key, limit, windowEnd } of quotas) {
    const counted = await countAttempt(run, key, windowEnd, now)
    if (counted.count > limit) return counted
  }
  const kept = await run(whole(saveDevice(device)))
  if (kept.count === 0) {
    undo()
    return 'user_code_taken'
  }
  await run(together(waitForClient(device.request.clientId, device.expiresAt), event))

  return 'done'
}
