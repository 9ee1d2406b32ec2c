import type { Instant } from '../base/time.ts'
import type { Clock } from '../ports/clock.ts'
import type { Store } from '../ports/store.ts'
import { makeSeal } from '../protocol/audit-seal.ts'

/** So few that to digest them is a pause nobody notices (measured: about 1 ms). */
const batch = 200
/** Of one round, so that it ends even if events come as fast as they are sealed. */
const maxSeals = 100

/**
 * Puts seals on all events that have none. Of several instances one does it at a time; whoever is not the one leaves it
 * to the other.
 */
export async function sealAll(store: Pick<Store, 'sealAudit'>, key: Uint8Array, now: Clock): Promise<void> {
  for (let count = 0; count < maxSeals; count += 1) {
    const sealedAt: Instant = now()
    const seal = await store.sealAudit(batch, (previous, lines) => makeSeal(key, previous, lines, sealedAt))
    if (seal === undefined || seal.marks.length < batch) return
  }
}
