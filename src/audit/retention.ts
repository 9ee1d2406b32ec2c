import { auditEvent } from '../ports/audit.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { Store } from '../ports/store.ts'
import { instant } from '../base/time.ts'
import type { Seconds } from '../base/time.ts'
import { describePruned } from '../protocol/audit-seal.ts'

const batch = 500
/** Ten million events, as an hour may have them. */
const maxRounds = 20_000

/**
 * Removes events whose time is over, whole seals of them; their seals stay, so that the chain goes on from its beginning.
 * That they are removed is written first, in a way that only who has the key can: what is missing without that was taken
 * away by somebody else.
 *
 * @param isOver asked before each batch: then the rest is left for later
 */
export async function pruneOld(
  ports: { readonly store: Store; readonly now: Clock; readonly random: Random },
  key: Uint8Array,
  retention: Seconds,
  isOver: () => boolean = () => false,
): Promise<void> {
  const { store, now } = ports
  const through = await store.findOldAudit(instant(now() - retention * 1000))
  if (through === undefined) return
  const nobody = { address: undefined, requestId: undefined }
  await store.appendAudit(auditEvent(ports, nobody, 'audit_pruned', 'done', { reason: describePruned(key, through) }))
  for (let round = 0; round < maxRounds && !isOver(); round += 1) {
    if ((await store.pruneAudit(through, batch)) < batch) return
  }
}
