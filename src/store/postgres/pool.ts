import pg from 'pg'
import { StoreUnavailable } from '../../ports/store.ts'

export interface PoolOptions {
  readonly connectionString: string
  readonly maxConnections: number
  /** How long a call waits for a connection, made or free. */
  readonly timeoutMs: number
}

export interface Pool {
  readonly take: () => Promise<pg.PoolClient>
  /** @param lost it is of no use any more, nor are, perhaps, the others that were there when it was lost */
  readonly giveBack: (client: pg.PoolClient, lost: boolean) => void
  readonly end: () => Promise<void>
}

const idleMs = 30_000

/**
 * A bounded number of connections. After one was lost, those of before are not trusted: a database that moved to
 * another machine takes all of them with it, and each would cost a request the whole of its waiting time.
 */
export function createPool({ connectionString, maxConnections, timeoutMs }: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString,
    max: maxConnections,
    connectionTimeoutMillis: timeoutMs,
    idleTimeoutMillis: idleMs,
    keepAlive: true,
    application_name: 'hufu',
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  })
  let generation = 0
  const madeIn = new WeakMap<object, number>()

  // Without a listener, a connection that ends by itself would end the process.
  const isLost = () => void (generation += 1)
  pool.on('error', isLost)
  pool.on('connect', (client) => {
    madeIn.set(client, generation)
    client.on('error', isLost)
  })

  async function take(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await connect()
      if (madeIn.get(client) === generation) return client
      client.release(true)
    }
  }

  async function connect(): Promise<pg.PoolClient> {
    try {
      return await pool.connect()
    } catch (error) {
      throw new StoreUnavailable(`PostgreSQL: ${(error as Error).message}`, { cause: error })
    }
  }

  function giveBack(client: pg.PoolClient, lost: boolean): void {
    if (lost && madeIn.get(client) === generation) generation += 1
    client.release(lost)
  }

  return { take, giveBack, end: () => pool.end() }
}

const bigint = 20
const bytea = 17

/** Octets stay the hexadecimal digits that they arrive as; whole numbers of ours are all below 2^53. */
function parserOf(type: number, format?: 'text'): (text: string) => unknown {
  if (type === bigint) return Number
  if (type === bytea) return (text) => text.slice('\\x'.length)

  return pg.types.getTypeParser(type, format)
}
