import { pruneOld } from '../audit/retention.ts'
import { sealAll } from '../audit/sealer.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import type { Diary } from './diary.ts'
import { wordOf } from './refusals.ts'

/** What is written has a seal about this soon. */
const sealEvery = 1000
/** Refusals that were counted are told this soon after their minute. */
const settleEvery = 5000
const pruneEvery = 3_600_000

const settledAtOnce = 100

/**
 * Puts seals on the audit, tells what was counted, and lets go of what is old: in lines of their own, beside the
 * requests. Several instances do it by turns.
 *
 * @returns stops it, after what was written meanwhile has its seal too
 */
export function startAuditKeeping(ports: Ports, diary: Diary): () => Promise<void> {
  const { store, now, settings, keys } = ports
  const fault = (error: unknown) => ports.log.fault(error, 'audit')
  let current: Promise<void> = Promise.resolve()
  let pruning: Promise<void> = Promise.resolve()
  let isOver = false
  let waiting = false
  const seal = diary.note('seal_audit', () => sealAll(store, keys.auditSeals, now))
  const settle = diary.note('settle_refusals', () => settleAll(ports))
  const retention = settings.auditRetention
  const prune = diary.note('prune_audit', async () => {
    if (retention !== 'never') await pruneOld(ports, keys.auditSeals, retention, () => isOver)
  })
  const inTurn = (work: () => Promise<void>) => (current = current.then(work).catch(fault))
  const timers = [
    setInterval(() => {
      if (waiting) return
      waiting = true
      void inTurn(async () => {
        waiting = false
        await seal()
      })
    }, sealEvery).unref(),
    setInterval(() => void inTurn(settle), settleEvery).unref(),
    // In a line of its own: what takes long must not hold up the seals.
    setInterval(() => void (pruning = pruning.then(prune).catch(fault)), pruneEvery).unref(),
  ]

  return async () => {
    timers.forEach(clearInterval)
    isOver = true
    await pruning
    await inTurn(seal)
  }
}

/** One event for what was alike in one minute, with its count; what they do not share is left out of it. */
export async function settleAll(ports: Pick<Ports, 'store' | 'now' | 'random'>): Promise<void> {
  const { store, now } = ports
  for (;;) {
    const settled = await store.settleRefusals(now(), settledAtOnce, ({ type, outcome, reason, address }, count) =>
      auditEvent(ports, { address, requestId: undefined }, type, outcome, { reason: wordOf(reason), count }),
    )
    if (settled < settledAtOnce) return
  }
}
