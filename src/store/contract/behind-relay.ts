import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { StoreUnavailable } from '../../ports/store.ts'
import type { Store } from '../../ports/store.ts'
import { shop } from '../../testing/index.ts'
import { openPostgres } from '../postgres/index.ts'
import type { RealPostgres } from './real-postgres.ts'
import { startRelay } from './relay.ts'
import type { Relay } from './relay.ts'

export interface BehindRelay {
  readonly store: Store
  readonly relay: Relay
  /** Past the relay. */
  readonly address: string
}

/**
 * Runs with a store over a database of its own behind a relay, which has answered once.
 *
 * @param port of the relay beside the database: another one each time
 */
export async function runBehindRelay(
  postgres: RealPostgres,
  port: number,
  run: (world: BehindRelay) => Promise<void>,
  timeoutMs?: number,
): Promise<void> {
  const address = await postgres.createDatabase()
  const relay = await startRelay(postgres, port)
  const connectionString = relay.through(address)
  const store = openPostgres({ connectionString, maxConnections: 4, ...(timeoutMs !== undefined && { timeoutMs }) })
  try {
    await untilItAnswers(store)
    await run({ store, relay, address })
  } finally {
    relay.thaw()
    await store.close()
    await relay.stop()
  }
}

/** A short patience may not suffice for the first call, which makes the tables. */
export async function untilItAnswers(store: Store): Promise<void> {
  for (;;) {
    try {
      return void (await store.findClient(shop))
    } catch (error) {
      assert.ok(error instanceof StoreUnavailable)
      await pause(5)
    }
  }
}
