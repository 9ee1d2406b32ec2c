import { randomBytes } from 'node:crypto'
import { createAuthorizationServer } from 'hufu'
import type { AuthorizationServer, AuthorizationServerOptions } from 'hufu'
import { openPostgres } from 'hufu/postgres'
import * as cast from './fixtures.ts'
import type { TestClient } from './fixtures.ts'
import { proofOf, startServer } from './server.ts'
import type { TestServer } from './server.ts'
import { toForm } from './user-agent.ts'
import type { Fields } from './user-agent.ts'

/** Two servers of this process over one PostgreSQL database: nothing that one remembers is known to the other. */
export interface TwoServers {
  readonly first: TestServer
  readonly second: AuthorizationServer
  /** Posts to the second one as this client would, or with another secret. */
  readonly postToSecond: (path: string, form: Fields, client?: TestClient, secret?: string) => Promise<Response>
  /** One more with the same keys, which calls itself so. */
  readonly another: (issuer: string) => Promise<AuthorizationServer>
  readonly close: () => Promise<void>
}

export async function startTwoServers(
  connectionString: string,
  options: Pick<AuthorizationServerOptions, 'features'> = {},
): Promise<TwoServers> {
  const secret = randomBytes(32).toString('base64url')
  const { issuer, resources, scopes } = cast
  const first = await startServer({ store: openPostgres({ connectionString }), secret, ...options })
  const store = openPostgres({ connectionString })
  const clock = first.clock.now
  async function another(name: string): Promise<AuthorizationServer> {
    const made = createAuthorizationServer({ issuer: name, resources, scopes, secret, store, clock, ...options })
    await made.ready()

    return made
  }
  const second = await another(issuer)

  return {
    first,
    second,
    another,
    postToSecond: (path, form, client = cast.c1, given) => {
      const proof = proofOf(given === undefined ? client : { ...client, client_secret: given })
      const init = { method: 'POST', body: toForm({ ...proof.form, ...form }), headers: proof.headers }

      return second.fetch(new Request(new URL(path, cast.issuer), init), '192.0.2.1')
    },
    close: async () => {
      await second.close()
      await store.close()
      await first.close()
    },
  }
}
