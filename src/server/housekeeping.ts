import type { KeyRing } from '../keys/key-ring.ts'
import type { Ports } from '../ports/ports.ts'
import { startAuditKeeping } from './audit-keeping.ts'
import type { DatabaseWatch } from './database-watch.ts'
import type { Diary } from './diary.ts'
import type { LogoutDeliveries } from './logout-delivery.ts'

/** Rows removed in one go, so that removing never holds up what is being asked for. */
const batch = 500
/** Of these at once, which is 13,000 rows each second for each instance. A store removes more where it has to. */
const maxRounds = 400

/** Milliseconds between rounds. */
const pruneEvery = 15_000
const rotateEvery = 60_000
/** Of keys alone, so often that what another instance signs with is published by all within a second. */
const lookForKeysEvery = 400
/** For what a process that died has left behind, and for clients that could not be reached. */
const deliverEvery = 5000
/** Often enough that others see at once who runs, and a copy that was put back by hand is noticed. */
const checkInEvery = 15_000

/**
 * What has to be done again and again without anybody asking: rows whose time has passed leave, keys rotate,
 * clients that nobody could reach are told again.
 *
 * @returns stops it, and waits for the round under way
 */
export function startHousekeeping(
  ports: Ports,
  keyRing: KeyRing,
  logouts: LogoutDeliveries,
  watch: DatabaseWatch,
  diary: Diary,
): () => Promise<void> {
  let current: Promise<void> = Promise.resolve()
  const fault = (error: unknown) => ports.log.fault(error, 'housekeeping')
  const checkIn = diary.note('check_in', () => watch.checkIn())
  let checkingIn: Promise<void> = Promise.resolve()
  let looking: Promise<void> = Promise.resolve()
  const every = (milliseconds: number, work: () => Promise<void>) =>
    setInterval(() => {
      current = current.then(work).catch(fault)
    }, milliseconds).unref()
  const timers = [
    every(
      pruneEvery,
      diary.note('prune', () => prune(ports, diary)),
    ),
    every(
      rotateEvery,
      diary.note('rotate_keys', () => keyRing.rotateIfDue()),
    ),
    // In a line of its own, and without a word of a store that does not answer: that is said once a minute.
    setInterval(() => (looking = keyRing.rotateIfDue().catch(() => {})), lookForKeysEvery).unref(),
    // In a line of its own: who removes much still runs.
    setInterval(() => (checkingIn = checkIn().catch(fault)), checkInEvery).unref(),
    // In a line of its own: a slow client must not hold up the rest.
    setInterval(() => ports.logouts.soon(), deliverEvery).unref(),
  ]

  const stopAuditKeeping = startAuditKeeping(ports, diary)

  return async () => {
    timers.forEach(clearInterval)
    await current
    await looking
    await logouts.close()
    await checkingIn
    await stopAuditKeeping()
    await watch.close()
  }
}

async function prune({ store, now }: Ports, diary: Diary): Promise<void> {
  // Bounded, so that a round ends even if rows expire as fast as they are removed.
  for (let rounds = 0; rounds < maxRounds; rounds++) {
    const removed = await store.prune(now(), batch)
    diary.removed(removed)
    if (removed < batch) return
  }
}
