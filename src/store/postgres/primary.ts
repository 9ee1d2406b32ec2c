import pg from 'pg'
import { StoreUnavailable } from '../../ports/store.ts'

/** `host`, or `host:port`, of each, as in a connection string of libpq; the hosts of `?host=` likewise, which may be folders. */
const form = /^(?<before>postgres(?:ql)?:\/\/(?:[^@/?]*@)?)(?<hosts>[^/?]*)(?<path>\/?[^?]*)(?<query>(?:\?.*)?)$/

/**
 * The addresses that a connection string names, each as a connection string of its own. Several are nodes of one
 * database, of which one takes writes.
 *
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS
 */
export function addressesOf(connectionString: string): readonly string[] {
  const { before = '', hosts = '', path = '', query = '' } = form.exec(connectionString)?.groups ?? {}
  const parameters = new URLSearchParams(query)
  const named = parameters.get('host')?.split(',') ?? []
  if (named.length > 1) {
    const ports = parameters.get('port')?.split(',') ?? []

    return named.map((host, index) => {
      parameters.set('host', host)
      const port = ports[index] ?? ports[0]
      if (port !== undefined) parameters.set('port', port)

      return `${before}${hosts}${path}?${parameters}`
    })
  }

  return hosts.includes(',') ? hosts.split(',').map((host) => `${before}${host}${path}${query}`) : [connectionString]
}

/**
 * Asks all of them at once; the first to say that it takes writes is the one. Who is down, frozen or a replica holds
 * nobody up.
 *
 * @throws {@link StoreUnavailable} when there is none
 */
export async function findPrimary(addresses: readonly string[], timeoutMs: number): Promise<string> {
  try {
    return await Promise.any(addresses.map((address) => takesWrites(address, timeoutMs)))
  } catch (error) {
    throw new StoreUnavailable('PostgreSQL: none of the hosts takes writes', { cause: error })
  }
}

async function takesWrites(address: string, timeoutMs: number): Promise<string> {
  const client = new pg.Client({
    connectionString: address,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    application_name: 'hufu',
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ is: boolean }>(
      `SELECT current_setting('transaction_read_only') = 'off' AS is`,
    )
    if (rows[0]?.is !== true) throw new Error('a replica')

    return address
  } finally {
    // Not waited for: one that is frozen does not answer to that either.
    client.end().catch(() => undefined)
  }
}
