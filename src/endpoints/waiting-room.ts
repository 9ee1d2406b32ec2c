import { unknownAddress } from '../accounts/throttle.ts'
import { addSeconds, seconds } from '../base/time.ts'
import type { Instant, Seconds } from '../base/time.ts'
import type { Ports } from '../ports/ports.ts'
import type { Transaction } from '../protocol/authorization.ts'

/** So many requests may begin to wait from one address in the time that one of them may take; an office is one address. */
export const maxFromOnePlace = 10_000
/** So many may wait in all, for the sake of the disk: about 300 MB. */
export const maxWaiting = 300_000

const lookAgainMs = 5000

/**
 * Where authorization requests wait for people, by anybody who calls: bounded for each address and in all, in the
 * database, so that all instances count together. All of them are counted now and then, not at each request: what comes
 * meanwhile comes on top.
 */
export function createWaitingRoom({ store, settings, now }: Pick<Ports, 'store' | 'settings' | 'now'>) {
  let seen: { readonly at: Instant; readonly isFull: boolean } | undefined

  async function isFull(): Promise<boolean> {
    const at = now()
    if (seen !== undefined && Math.abs(at - seen.at) < lookAgainMs) return seen.isFull
    // Others who come meanwhile go by what was seen before.
    seen = { at, isFull: seen?.isFull ?? false }
    seen = { at, isFull: (await store.countWaiting(maxWaiting)) >= maxWaiting }

    return seen.isFull
  }

  /** `done`, or how long to wait. @param address unknown ones are not told apart, so none is held to account for them */
  return async (transaction: Transaction, address: string): Promise<'done' | Seconds> => {
    if (await isFull()) return seconds(60)
    const { createdAt } = transaction
    const quota = {
      key: `waiting ${address}`,
      limit: maxFromOnePlace,
      windowEnd: addSeconds(createdAt, settings.transactionLifetime),
    }
    const saved = await store.saveTransaction(transaction, address === unknownAddress ? undefined : quota)

    return saved === 'done' ? 'done' : seconds(Math.max(1, Math.ceil((saved.windowEnd - createdAt) / 1000)))
  }
}
