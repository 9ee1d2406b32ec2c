import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuthorizationServer, AuthorizationServerOptions } from 'hufu'
import { openPostgres } from 'hufu/postgres'
import { openSqlite } from 'hufu/sqlite'
import { createClock } from 'hufu/testing'
import type { TestClock } from 'hufu/testing'
import { startPostgres } from '../../src/store/contract/real-postgres.ts'
import { quickHasher, sendTo } from '../races/in-process.ts'
import type { Ring, RingClient } from '../races/ring.ts'
import { createFleetServer } from '../support/fleet-server.ts'
import { billsApi, newSecret, ordersApi, person, racer } from '../support/instances.ts'

type Store = AuthorizationServerOptions['store']

/** Two real instances over one real store, and a clock that the test turns. */
export interface World {
  readonly ring: Ring
  readonly clock: TestClock
  readonly store: Store
  /** Ends an instance and begins it anew. */
  readonly restart: (which: number) => Promise<void>
  /** Two clients and a person that nothing is known of yet. */
  readonly newcomers: () => Promise<Newcomers>
  /** What went wrong inside; must stay empty. */
  readonly faults: readonly unknown[]
  readonly close: () => Promise<void>
}

/** Who takes part in one run. */
export interface Newcomers {
  readonly clients: readonly [ModelClient, ModelClient]
  readonly username: string
}

export type ModelClient = RingClient & { readonly resource: string }

/** Short, so that a run sees the end of everything within an hour. In seconds. */
export const lifetimes = { access: 120, idle: 600, absolute: 700, retry: 10, code: 60, session: 12 * 3600 } as const

export async function openWorld(kind: 'sqlite' | 'postgres'): Promise<World> {
  const place = kind === 'sqlite' ? sqlitePlace() : await postgresPlace()
  const clock = createClock()
  const secret = newSecret()
  const faults: unknown[] = []
  const log = { fault: (error: unknown) => void faults.push(error) }
  const start = async () => {
    const store = place.open()
    const server = await createFleetServer({ store, secret, hasher: quickHasher, clock: clock.now, log })

    return { store, server }
  }
  const instances = [await start(), await start()]
  const ring: Ring = { send: (turn, request) => sendTo(at(turn).server, request), close: async () => undefined }
  const office = place.open()
  let count = 0

  return { ring, clock, faults, restart, newcomers, close, store: office }

  function at(turn: number): { readonly store: Store; readonly server: AuthorizationServer } {
    return instances[turn % instances.length]!
  }

  async function restart(which: number): Promise<void> {
    const { store, server } = at(which)
    await server.close()
    await store.close()
    instances[which % instances.length] = await start()
  }

  async function newcomers(): Promise<Newcomers> {
    count += 1
    const clients = [
      { ...metadataOf(`one-${count}`), scope: 'openid offline_access orders.read', resource: ordersApi },
      { ...metadataOf(`other-${count}`), scope: 'openid offline_access bills.read', resource: billsApi },
    ] as const
    const { server } = at(0)
    for (const { resource, ...metadata } of clients) {
      const saved = await server.saveClient({ ...metadata, hufu_default_resource: resource })
      if (!saved.ok) throw new Error(saved.error)
    }
    const username = `person-${count}`
    const saved = await server.saveAccount({ ...person, username })
    if (!saved.ok) throw new Error(saved.error)

    return { clients, username }
  }

  async function close(): Promise<void> {
    for (const { store, server } of instances) {
      await server.close()
      await store.close()
    }
    await office.close()
    await place.remove()
  }
}

const metadataOf = (id: string) => ({
  ...racer,
  client_id: id,
  client_secret: `${id}-secret-of-forty-characters-or-more-and-more`,
  redirect_uris: [`https://${id}.example/cb`],
  hufu_access_token_lifetime: lifetimes.access,
  hufu_refresh_token_idle: lifetimes.idle,
  hufu_refresh_token_lifetime: lifetimes.absolute,
  hufu_refresh_retry: lifetimes.retry,
})

function sqlitePlace() {
  const folder = mkdtempSync(join(tmpdir(), 'hufu-model-'))

  return {
    open: () => openSqlite({ file: join(folder, 'hufu.db') }),
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function postgresPlace() {
  const postgres = await startPostgres()
  const connectionString = await postgres.createDatabase()

  return { open: () => openPostgres({ connectionString }), remove: () => postgres.stop() }
}
