import pg from 'pg'
import { createTally, secondsBounds } from '../../base/tally.ts'
import { StoreUnavailable } from '../../ports/store.ts'
import type { PoolVitals } from '../../ports/vitals.ts'
import { inTime } from './in-time.ts'
import { addressesOf, findPrimary } from './primary.ts'

export interface PoolOptions {
  readonly connectionString: string
  readonly maxConnections: number
  /** How long a call waits for a connection, made or free. */
  readonly timeoutMs: number
}

export interface Pool {
  /** @param deadline on the clock of `performance`; who waits longer is refused */
  readonly take: (deadline: number) => Promise<pg.PoolClient>
  /** @param lost it is of no use any more, nor are, perhaps, the others that were there when it was lost */
  readonly giveBack: (client: pg.PoolClient, lost: boolean) => void
  readonly vitals: () => PoolVitals
  readonly end: () => Promise<void>
}

const idleMs = 30_000

/** What a pool says whose connections are all in use: nothing about the host. */
const whenFull = 'timeout exceeded when trying to connect'

/**
 * A bounded number of connections. After one was lost, those of before are not trusted: a database that moved to
 * another machine takes all of them with it, and each would cost a request the whole of its waiting time. Where several
 * hosts are named, the one that takes writes is looked for then.
 */
export function createPool({ connectionString, maxConnections, timeoutMs }: PoolOptions): Pool {
  const addresses = addressesOf(connectionString)
  let generation = 0
  let current: Promise<pg.Pool> | undefined
  const madeIn = new WeakMap<object, number>()
  const open = new Set<pg.Pool>()
  const seconds = createTally(secondsBounds)
  let made = 0

  // Without a listener, a connection that ends by itself would end the process.
  function isLost(): void {
    generation += 1
    if (addresses.length === 1) return
    current?.then(
      (pool) => void end(pool),
      () => undefined,
    )
    current = undefined
  }

  async function openPool(): Promise<pg.Pool> {
    const found = generation
    const pool = new pg.Pool({
      connectionString: addresses.length === 1 ? connectionString : await findPrimary(addresses, timeoutMs),
      max: maxConnections,
      connectionTimeoutMillis: timeoutMs,
      idleTimeoutMillis: idleMs,
      keepAlive: true,
      pipeline: true,
      application_name: 'hufu',
      types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
    })
    open.add(pool)
    pool.on('error', isLost)
    pool.on('connect', (client) => {
      made += 1
      madeIn.set(client, addresses.length === 1 ? generation : found)
      client.on('error', isLost)
    })

    return pool
  }

  async function end(pool: pg.Pool): Promise<void> {
    if (open.delete(pool)) await pool.end()
  }

  async function take(deadline: number): Promise<pg.PoolClient> {
    const began = performance.now()
    for (;;) {
      const pending = connect()
      try {
        const client = await inTime(pending, deadline)
        if (madeIn.get(client) === generation) {
          seconds.add((performance.now() - began) / 1000)

          return client
        }
        client.release(true)
      } catch (error) {
        // It may come all the same, for nobody.
        pending.then(
          (client) => client.release(),
          () => undefined,
        )
        throw error
      }
    }
  }

  async function connect(): Promise<pg.PoolClient> {
    const before = generation
    current ??= openPool()
    try {
      return await (await current).connect()
    } catch (error) {
      const isFull = (error as Error).message === whenFull
      if (!isFull && generation === before && addresses.length > 1) isLost()
      throw new StoreUnavailable(`PostgreSQL: ${(error as Error).message}`, { cause: error })
    }
  }

  function giveBack(client: pg.PoolClient, lost: boolean): void {
    if (lost && madeIn.get(client) === generation) isLost()
    client.release(lost)
  }

  function vitals(): PoolVitals {
    const sum = (count: (pool: pg.Pool) => number) => [...open].reduce((total, pool) => total + count(pool), 0)

    return {
      inUse: sum(({ totalCount, idleCount }) => totalCount - idleCount),
      idle: sum(({ idleCount }) => idleCount),
      waiting: sum(({ waitingCount }) => waitingCount),
      made,
      lost: generation,
      seconds: seconds.read(),
    }
  }

  return { take, giveBack, vitals, end: async () => void (await Promise.all([...open].map(end))) }
}

const bigint = 20
const bytea = 17

/** Octets stay the hexadecimal digits that they arrive as; whole numbers of ours are all below 2^53. */
function parserOf(type: number, format?: 'text'): (text: string) => unknown {
  if (type === bigint) return Number
  if (type === bytea) return (text) => text.slice('\\x'.length)

  return pg.types.getTypeParser(type, format)
}
