import { hash } from 'node:crypto'
import type pg from 'pg'
import { countBounds, createTally, secondsBounds } from '../../base/tally.ts'
import { StoreUnavailable } from '../../ports/store.ts'
import type { StoreVitals } from '../../ports/vitals.ts'
import { createDoor } from './door.ts'
import {
  isConnectionLost,
  isPlanOutdated,
  isReadOnly,
  isSessionForeign,
  isUndoneForOthers,
  toStoreError,
} from './errors.ts'
import { gather } from './gather.ts'
import type { Find } from './gather.ts'
import { inTime } from './in-time.ts'
import type { MigrationDatabase } from './migrate.ts'
import { createPool } from './pool.ts'
import type { PoolOptions } from './pool.ts'
import { share } from './share.ts'
import type { Share } from './share.ts'
import { plain, textOf } from './sql.ts'
import type { Sql } from './sql.ts'

export interface Rows {
  readonly rows: readonly unknown[]
  /** How many the statement touched. */
  readonly count: number
}

export type Run = (statement: Sql) => Promise<Rows>

export interface Steps {
  readonly run: Run
  /** Nothing of the transaction is kept. */
  readonly undo: () => void
}

export interface Database {
  /** Looks one thing up, together with what else is looked up in this turn of the event loop. */
  readonly find: Find
  /** One statement, which is committed when it is answered. */
  readonly run: Run
  /** The same, in one transaction with what else is written in this turn. */
  readonly share: Share
  /** The steps run again from their beginning if PostgreSQL undid them so that another transaction could go on. */
  readonly transaction: <Value>(steps: (steps: Steps) => Promise<Value>) => Promise<Value>
}

/** @property steps transactions with as much time as they need */
export type OpenDatabase = MigrationDatabase & {
  readonly vitals: () => StoreVitals
  readonly close: () => Promise<void>
}

export interface DatabaseOptions extends PoolOptions {
  readonly maxWaitingCalls: number
  readonly namedStatements: boolean
  /** Brings the schema up to date, before the first call; again at the next one if it could not. */
  readonly prepare: (database: MigrationDatabase) => Promise<void>
}

/** How often a call is made that PostgreSQL undoes for the sake of others, in all. */
const maxAttempts = 3

/** A step of the schema may have to read a large table. Nobody waits for it longer than for anything else. */
const longestStepMs = 3_600_000

type Work<Value> = (client: pg.PoolClient, deadline: number) => Promise<Value>

/** Nobody waits longer than they may, though the database freeze; and nothing is tried again whose outcome is not known. */
export function openDatabase(options: DatabaseOptions): OpenDatabase {
  const { timeoutMs, maxWaitingCalls, maxConnections, namedStatements, prepare } = options
  const pool = createPool(options)
  const door = createDoor(maxConnections + maxWaitingCalls)
  let round = 0
  let nameOf = namedStatements ? statementNames(round) : nameless
  const lost = new WeakSet<pg.PoolClient>()
  const writes = createTally(countBounds)
  const seconds = createTally(secondsBounds)
  let closing: Promise<void> | undefined
  let prepared: Promise<void> | undefined

  async function perform<Value>(work: Work<Value>): Promise<Value> {
    const deadline = performance.now() + timeoutMs
    await inTime(whenPrepared(), deadline)

    return attempt(work, deadline)
  }

  function whenPrepared(): Promise<void> {
    const attemptNow = <Value>(work: Work<Value>) => attempt(work, performance.now() + timeoutMs)
    prepared ??= prepare({
      find: gather((statements) => attemptNow(runningTogether(statements))),
      run: (statement) => attemptNow(running(statement)),
      share: (_order, statement) => attemptNow(running(statement)),
      transaction: (steps) => attemptNow(inTransaction(steps)),
      steps: (steps) => attempt(inTransaction(steps), performance.now() + longestStepMs),
    }).catch((error: unknown) => {
      prepared = undefined
      throw error
    })

    return prepared
  }

  async function attempt<Value>(work: Work<Value>, deadline: number): Promise<Value> {
    for (let count = 1; ; count += 1) {
      const client = await pool.take(deadline)
      try {
        return await work(client, deadline)
      } catch (error) {
        if (isSessionForeign(error)) nameOf = nameless
        if (isPlanOutdated(error)) nameOf = statementNames((round += 1))
        const isNotDone = isUndoneForOthers(error) || isSessionForeign(error) || isPlanOutdated(error)
        const again = isNotDone && count < maxAttempts && performance.now() < deadline
        if (!again) throw toStoreError(error)
      } finally {
        pool.giveBack(client, lost.has(client))
      }
    }
  }

  const running =
    (statement: Sql): Work<Rows> =>
    (client, deadline) =>
      send(client, statement, deadline)

  /** One round trip: all of them are sent before the first is answered. */
  const runningTogether =
    (statements: () => readonly Sql[]): Work<readonly Rows[]> =>
    async (client, deadline) => {
      const answers = await Promise.allSettled(statements().map((each) => send(client, each, deadline)))

      return answers.map((answer) => {
        if (answer.status === 'rejected') throw answer.reason

        return answer.value
      })
    }

  /** One transaction in one round trip: the end is sent before the beginning is answered. */
  const runningAsOne =
    (statements: () => readonly Sql[]): Work<readonly Rows[] | 'undone'> =>
    async (client, deadline) => {
      const given = statements()
      const began = performance.now()
      if (given.length === 1) {
        const alone = await send(client, given[0]!, deadline)
        noteCommit(1, began)

        return [alone]
      }
      const all = [plain('BEGIN'), ...given, plain('COMMIT')]
      const answers = await Promise.allSettled(all.map((each) => send(client, each, deadline)))
      const failed = answers.find((each) => each.status === 'rejected')
      // Where the beginning failed, or the connection did, nobody knows what was committed.
      if (failed !== undefined && (failed === answers[0] || lost.has(client))) throw failed.reason
      if (failed !== undefined) return 'undone'
      noteCommit(given.length, began)

      return answers.slice(1, -1).map((each) => (each as PromiseFulfilledResult<Rows>).value)
    }

  function noteCommit(count: number, began: number): void {
    writes.add(count)
    seconds.add((performance.now() - began) / 1000)
  }

  const inTransaction =
    <Value>(steps: (steps: Steps) => Promise<Value>): Work<Value> =>
    async (client, deadline) => {
      const run: Run = (statement) => send(client, statement, deadline)
      let keep = true
      // Not waited for: it goes out together with the first step, and fails only if the connection does.
      const begun = run(plain('BEGIN'))
      begun.catch(() => undefined)
      try {
        const value = await steps({ run, undo: () => void (keep = false) })
        await begun
        await run(plain(keep ? 'COMMIT' : 'ROLLBACK'))

        return value
      } catch (error) {
        if (!lost.has(client)) await run(plain('ROLLBACK'))
        throw error
      }
    }

  async function send(client: pg.PoolClient, statement: Sql, deadline: number): Promise<Rows> {
    const text = textOf(statement)
    const values = [...statement.values]
    const name = values.length === 0 ? undefined : nameOf(text)
    const query = { text, values, ...(name !== undefined && { name }), query_timeout: timeLeft(deadline) }
    try {
      const { rows, rowCount } = await client.query(query)

      return { rows, count: rowCount ?? 0 }
    } catch (error) {
      if (isConnectionLost(error) || isReadOnly(error)) lost.add(client)
      if (!isConnectionLost(error)) throw error
      throw new StoreUnavailable(`PostgreSQL: ${(error as Error).message}`, { cause: error })
    }
  }

  const find = gather((statements) => perform(runningTogether(statements)))
  const shared = share(
    (statements) => perform(runningAsOne(statements)),
    (statement) => perform(running(statement)),
  )

  return {
    find: (lookup, ...key) => door.through(() => find(lookup, ...key)),
    run: (statement) => door.through(() => perform(running(statement))),
    share: (order, statement) => door.through(() => shared(order, statement)),
    transaction: (steps) => door.through(() => perform(inTransaction(steps))),
    vitals: () => ({
      refused: door.refused(),
      commits: { writes: writes.read(), seconds: seconds.read() },
      pool: pool.vitals(),
    }),
    steps: (steps) =>
      door.through(async () => {
        await whenPrepared()

        return attempt(inTransaction(steps), performance.now() + longestStepMs)
      }),
    close: () => (closing ??= door.close().then(() => pool.end())),
  }
}

/** At least a moment: 0 would mean "for ever". */
const timeLeft = (deadline: number) => Math.max(1, Math.ceil(deadline - performance.now()))

/** For a proxy that gives each transaction another session: it is found out by itself, at the cost of one attempt. */
const nameless = () => undefined

/** The statements differ in what is in them at all, not in their values, so they are few. Each round has names of its own. */
function statementNames(round: number): (text: string) => string | undefined {
  const names = new Map<string, string>()

  return (text) => {
    const name = names.get(text) ?? `hufu_${round}_${hash('sha256', text, 'hex').slice(0, 24)}`
    names.set(text, name)

    return name
  }
}
