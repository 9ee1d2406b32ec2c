import { createHash } from 'node:crypto'
import type { AuthorizationServer, AuthorizationServerOptions } from 'hufu'
import { openSqlite } from 'hufu/sqlite'
import { seededRandom, slowStore } from 'hufu/testing'
import { createFleetServer } from '../support/fleet-server.ts'
import { fleetIssuer, newSecret } from '../support/instances.ts'
import type { WireAnswer, WireRequest } from '../support/wire-client.ts'
import type { Ring } from './ring.ts'

type Store = AuthorizationServerOptions['store']

/** Two servers in this process, each 0 to 5 ms away from the one store that a fault may be wrapped around. */
export async function openInProcess(
  breaks: (store: Store) => Store = (store) => store,
  clients: readonly object[] = [],
): Promise<Ring> {
  const opened = openSqlite({ file: ':memory:' })
  const secret = newSecret()
  const create = (seed: string) =>
    createFleetServer({ store: slowStore(breaks(opened), seededRandom(seed)), secret, hasher: quickHasher }, clients)
  const servers = await Promise.all([create('one'), create('other')])

  return {
    send: (turn, request) => sendTo(servers[turn % servers.length]!, request),
    close: async () => {
      for (const server of servers) await server.close()
      await opened.close()
    },
  }
}

/** The request as a server in this process answers it. */
export async function sendTo(server: AuthorizationServer, request: WireRequest): Promise<WireAnswer> {
  const { method, path, headers = {}, body = '', loses } = request
  const init = { method, headers, redirect: 'manual', ...(method === 'POST' && { body }) } as const

  return toAnswer(await server.fetch(new Request(new URL(path, fleetIssuer), init), '192.0.2.1'), loses)
}

async function toAnswer(answer: Response, loses: number | undefined): Promise<WireAnswer> {
  const { status } = answer
  const text = await answer.text()
  const header = (name: string) =>
    name === 'set-cookie' ? answer.headers.getSetCookie() : [answer.headers.get(name)].filter((each) => each !== null)

  return { status, text, header, lost: status === loses }
}

/** Good for nothing but tests, which are not about the hashing of passwords. */
export const quickHasher = {
  hash: async (password: string) => createHash('sha256').update(password).digest('hex'),
  verify: async (password: string, stored: string) => createHash('sha256').update(password).digest('hex') === stored,
}
