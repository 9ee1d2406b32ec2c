import { SchemaOutgrown } from '../ports/epoch-store.ts'
import type { Epoch } from '../ports/epoch-store.ts'
import type { Log } from '../ports/ports.ts'
import type { Store } from '../ports/store.ts'
import { DatabaseOlder, isOlder } from './database-memory.ts'
import type { DatabaseMemory, Seen } from './database-memory.ts'
import { hufuVersion } from './package.ts'

export interface DatabaseWatch {
  /** Of the beginning: what it says was ended, the server goes by. */
  readonly epoch: Epoch
  /** True from when the database is not the one of the beginning any more: nothing may be answered from it. */
  readonly isOver: () => boolean
  /** Tells others that this instance runs, and looks whether the database is still the same. */
  readonly checkIn: () => Promise<void>
  /** This instance runs no more. What it has seen last is remembered. */
  readonly close: () => Promise<void>
}

export interface WatchOptions {
  readonly store: Pick<Store, 'loadEpoch' | 'checkIn' | 'checkOut' | 'findNewestSeal' | 'listAuditSeals'>
  readonly memory: DatabaseMemory | undefined
  readonly instance: string
  readonly log: Log
}

/**
 * Checks in, after a look whether the database is at least as new as what was seen of it. Rejects with
 * {@link DatabaseOlder} otherwise; nothing is written then.
 */
export async function watchDatabase({ store, memory, instance, log }: WatchOptions): Promise<DatabaseWatch> {
  const version = hufuVersion()
  const found = await store.loadEpoch()
  const seen = await memory?.load(found.databaseId)
  if (seen !== undefined && (isOlder(found, seen) || !(await goesOn(found, seen))))
    throw new DatabaseOlder(describe(found, seen))
  const epoch = await store.checkIn(instance, version)
  let last = await withSeal(epoch)
  let isOver = false
  await remember()

  async function withSeal(each: Epoch) {
    return { ...each, seal: await store.findNewestSeal() }
  }

  /** Another instance may have gone on with a copy, past the mark that was seen: its audit is another one then. */
  async function goesOn(now: Seen, { validAfter, seal }: Seen): Promise<boolean> {
    if (seal === undefined || now.validAfter !== validAfter) return true
    const [there] = await store.listAuditSeals(seal.number - 1, 1)

    return there?.hash === seal.hash
  }

  async function remember(): Promise<void> {
    // Less than what was seen is remembered then, which raises no false alarm.
    await memory?.save(last).catch((error: unknown) => log.fault(error, 'memory of the database'))
  }

  async function checkInNow(): Promise<void> {
    if (isOver) return
    const now = await store.checkIn(instance, version).catch((error: unknown) => {
      if (error instanceof SchemaOutgrown) end(error)
      throw error
    })
    // Put back under our feet, by other means or by `hufu db restore`: then others were told that all had ended.
    const isSame = now.databaseId === epoch.databaseId && now.validAfter === epoch.validAfter && now.mark > last.mark
    if (!isSame || !(await goesOn(now, last))) return end(new DatabaseOlder(describe(now, last)))
    last = await withSeal(now)
    await remember()
  }

  function end(problem: Error): void {
    isOver = true
    log.fault(problem, 'database')
    memory?.onOver?.(problem)
  }

  // One after the other: answers that overtake each other would look like a mark that falls.
  let turn: Promise<void> = Promise.resolve()
  const checkIn = () => (turn = turn.catch(() => {}).then(checkInNow))

  return {
    epoch,
    isOver: () => isOver,
    checkIn,
    close: async () => {
      // Once more, so that a copy of before is older than what is remembered.
      await checkIn().catch(() => {})
      // Without it the others notice a minute later.
      await store.checkOut(instance).catch(() => {})
    },
  }
}

const describe = (found: Seen, seen: Seen) =>
  `the database has mark ${found.mark}${ended(found)}, and was seen at mark ${seen.mark}${ended(seen)}` +
  (isOlder(found, seen) || seen.seal === undefined ? '' : `, with seal ${seen.seal.number}, which it has not`)

const ended = ({ validAfter }: Seen) => (validAfter === 0 ? '' : ` of ${new Date(validAfter).toISOString()}`)
