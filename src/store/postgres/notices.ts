import pg from 'pg'
import { channel } from './changes.ts'

/** Between attempts to connect. What changes meanwhile is found by those who ask. */
const retryMs = 1000
/** How often a connection is asked whether it is still there: one whose other end has gone says nothing by itself. */
const askEvery = 10_000

export interface Notices {
  readonly start: () => void
  readonly stop: () => Promise<void>
}

/**
 * Listens for what others commit, on a connection of its own, and makes another when that is lost. Nobody relies on it: through
 * a proxy that gives each transaction another session (PgBouncer in its mode `transaction`) nothing is ever heard.
 *
 * @param tell may be called for nothing, as after each time that there was no connection
 */
export function listenToChanges(connectionString: string, timeoutMs: number, tell: () => void): Notices {
  let listening: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let underWay: Promise<void> | undefined
  let isWanted = false

  async function connect(): Promise<void> {
    const client = new pg.Client({
      connectionString,
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
      keepAlive: true,
      application_name: 'hufu notices',
    })
    listening = client
    // Without a listener, a connection that ends by itself would end the process.
    client.on('error', () => lose(client))
    client.on('end', () => lose(client))
    client.on('notification', tell)
    try {
      await client.connect()
      await client.query(`LISTEN ${channel}`)
      tell()
      again(ask, askEvery)
    } catch {
      lose(client)
    }
  }

  async function ask(): Promise<void> {
    const client = listening
    try {
      await client?.query('SELECT 1')
      again(ask, askEvery)
    } catch {
      if (client !== undefined) lose(client)
    }
  }

  function lose(client: pg.Client): void {
    if (client !== listening) return
    listening = undefined
    void end(client)
    again(connect, retryMs)
  }

  function again(work: () => Promise<void>, after: number): void {
    clearTimeout(timer)
    if (!isWanted) return
    timer = setTimeout(() => (underWay = work()), after).unref()
  }

  return {
    start: () => {
      if (isWanted) return
      isWanted = true
      underWay = connect()
    },
    stop: async () => {
      isWanted = false
      clearTimeout(timer)
      await underWay
      const client = listening
      listening = undefined
      if (client !== undefined) await end(client)
    },
  }
}

/** A frozen connection would not say goodbye. */
async function end(client: pg.Client): Promise<void> {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: { destroy: () => void } } })
    .connection
  const impatient = setTimeout(() => stream.destroy(), 500)
  await client.end().catch(() => {})
  clearTimeout(impatient)
}
