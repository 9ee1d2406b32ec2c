import type { DatabaseSync } from 'node:sqlite'
import { countBounds, createTally, secondsBounds } from '../../base/tally.ts'
import { StoreUnavailable } from '../../ports/store.ts'
import type { StoreVitals } from '../../ports/vitals.ts'
import { noteCommit } from './freshness.ts'
import { isBusy, isOutOfSpace, isTransient, toStoreError } from './errors.ts'
import { createFileGuard } from './same-file.ts'

export interface GroupCommit {
  /**
   * Runs `change` inside a transaction, together with all other changes of this event-loop turn, and answers with
   * its result once that transaction is on disk. The change may run twice (after a neighbour failed), so it decides
   * by what it finds in the database alone. If it throws, nothing of it is written and its neighbours do not notice.
   */
  readonly write: <Value>(change: () => Value) => Promise<Value>
  readonly vitals: () => StoreVitals
  /** Refuses further writes and waits for those that were accepted. */
  readonly close: () => Promise<void>
}

export interface GroupCommitOptions {
  /** How long a write waits for another process before it is refused. */
  readonly busyTimeoutMs: number
  /** More waiting writes than this are refused at once. */
  readonly maxWaitingWrites: number
}

/** Lets other connections and the event loop have their turn under a heavy load. */
const maxWritesPerCommit = 256

interface Waiting {
  readonly change: () => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
  /** When it is refused if another process still holds the database; set when it first met one. */
  deadline: number | undefined
  /** Set after a neighbour or itself failed: runs in a savepoint of its own. */
  apart: boolean
}

type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown }

/**
 * A commit costs a disk sync, however many rows it holds. So all writes that are waiting at the end of an event-loop
 * turn share one, and each caller is answered after it (DECISIONS 5 and 7).
 */
export function createGroupCommit(database: DatabaseSync, options: GroupCommitOptions): GroupCommit {
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const rollback = database.prepare('ROLLBACK')
  const refuseMoved = createFileGuard(database.location())
  let waiting: Waiting[] = []
  let scheduled = false
  let busyTurns = 0
  /** Writes that shared the last commit. */
  let lastSize = 0
  let whenDrained: (() => void) | undefined
  let closed = false
  let refused = 0
  const writes = createTally(countBounds)
  const seconds = createTally(secondsBounds)

  function write<Value>(change: () => Value): Promise<Value> {
    if (closed) return Promise.reject(new StoreUnavailable('the store is closed'))
    if (waiting.length >= options.maxWaitingWrites) {
      refused += 1

      return Promise.reject(new StoreUnavailable('too many writes are waiting'))
    }

    return new Promise<Value>((resolve, reject) => {
      waiting.push({ change, resolve: resolve as (value: unknown) => void, reject, deadline: undefined, apart: false })
      schedule()
    })
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    if (busyTurns === 0) setImmediate(lastSize > 1 ? gather : flush)
    else setTimeout(flush, Math.min(busyTurns, maxBusyPauseMs))
  }

  /**
   * Under load, what comes within one more turn joins: otherwise the requests part into two groups, one of which is
   * signed while the other is committed, and more disk syncs are made (measured with 64 connections that refresh: 44 instead
   * of 27 writes share a commit, and a request takes about 8 % less).
   */
  function gather(): void {
    setImmediate(flush)
  }

  function flush(): void {
    scheduled = false
    if (waiting.length > 0) commitGroup()
    if (waiting.length > 0) schedule()
    else whenDrained?.()
  }

  function commitGroup(): void {
    const began = performance.now()
    try {
      refuseMoved()
      begin.run()
      busyTurns = 0
    } catch (error) {
      return isBusy(error) ? waitForOthers(error) : refuseAll(waiting.splice(0), error)
    }
    const group = waiting.splice(0, maxWritesPerCommit)
    lastSize = group.length
    try {
      const outcomes = group.map((each) => (each.apart ? attempt(each) : succeed(each.change())))
      commit.run()
      writes.add(group.length)
      seconds.add((performance.now() - began) / 1000)
      noteCommit()
      for (const [index, each] of group.entries()) answer(each, outcomes[index]!)
    } catch (error) {
      undo()
      if (isTransient(error)) {
        if (isOutOfSpace(error)) startLogOver()
        return refuseAll(group, error)
      }
      // Who failed cannot harm the others: all run again, each on its own.
      for (const each of group) each.apart = true
      waiting = [...group, ...waiting]
    }
  }

  function attempt(each: Waiting): Outcome {
    database.exec('SAVEPOINT apart')
    try {
      return succeed(each.change())
    } catch (error) {
      if (isTransient(error)) throw error
      database.exec('ROLLBACK TO apart')
      return { ok: false, error }
    } finally {
      if (database.isTransaction) database.exec('RELEASE apart')
    }
  }

  /** SQLite has undone the transaction itself after some failures. */
  function undo(): void {
    if (database.isTransaction) rollback.run()
  }

  /** What stands in the log goes to the main file, so that the log can begin again in the space that it has. */
  function startLogOver(): void {
    try {
      database.exec('PRAGMA wal_checkpoint(PASSIVE)')
    } catch {
      // There is no space for that either; the next write tries again.
    }
  }

  function waitForOthers(error: unknown): void {
    busyTurns += 1
    const now = performance.now()
    for (const each of waiting) each.deadline ??= now + options.busyTimeoutMs
    const isOver = ({ deadline = now }: Waiting) => deadline <= now
    refuseAll(waiting.filter(isOver), error)
    waiting = waiting.filter((each) => !isOver(each))
  }

  function refuseAll(group: readonly Waiting[], error: unknown): void {
    for (const each of group) each.reject(toStoreError(error))
  }

  async function close(): Promise<void> {
    closed = true
    if (waiting.length > 0) await new Promise<void>((resolve) => (whenDrained = resolve))
  }

  const vitals = () => ({ refused, commits: { writes: writes.read(), seconds: seconds.read() } })

  return { write, vitals, close }
}

const maxBusyPauseMs = 10

const succeed = (value: unknown): Outcome => ({ ok: true, value })

const answer = (each: Waiting, outcome: Outcome) =>
  outcome.ok ? each.resolve(outcome.value) : each.reject(toStoreError(outcome.error))
