import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { refuse, accept } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import type { Handler, Limits } from '../http/node.ts'
import { listen } from '../http/node.ts'
import type { HttpRequest } from '../http/message.ts'
import { StoreUnavailable } from '../ports/store.ts'
import type { Store } from '../ports/store.ts'
import { createAuthorizationServer } from '../server/authorization-server.ts'
import type { AuthorizationServer, AuthorizationServerOptions } from '../server/authorization-server.ts'
import { DatabaseOlder, openDatabaseMemory } from '../server/database-memory.ts'
import { loadOrCreateSecret, secretFile } from '../server/secret.ts'
import { describeDifference, maxClockDifference } from '../server/store-clock.ts'
import { applySeed } from '../server/seed.ts'
import type { Seed } from '../server/seed.ts'
import { openSqlite } from '../store/sqlite/index.ts'
import { createHealth, withHealth } from './health.ts'
import { openManagement } from './management.ts'
import type { ManagementOptions } from './management.ts'
import { look } from './metrics/look.ts'
import type { Running } from './metrics/look.ts'
import type { Fault } from './outcome.ts'
import { closeInTurn } from './shutdown.ts'
import type { Step } from './shutdown.ts'

export interface OpenServer {
  readonly url: string
  readonly server: AuthorizationServer
  /** Fulfilled if the server cannot go on with its database, and is to be closed. */
  readonly over: Promise<Fault>
  /**
   * In the order that loses nothing: no new requests, then what runs by itself, then the store.
   *
   * @returns what could not be closed in its time
   */
  readonly close: () => Promise<readonly string[]>
}

export interface OpenOptions {
  readonly folder: string
  /** The address of a PostgreSQL database; the file in the folder otherwise. */
  readonly database?: string | undefined
  readonly host: string
  readonly port: number
  readonly trustedProxies?: readonly string[]
  readonly limits?: Limits
  /** Seconds in which `/readyz` says no before connections are closed. @default 0 */
  readonly shutdownDelay?: number
  readonly seed: Seed
  /** Of the server; the issuer may depend on the port that was taken. */
  readonly settings: (port: number, store: Store) => Omit<AuthorizationServerOptions, 'store' | 'secret'>
  /** Around the server's own, as for a log of requests. */
  readonly around?: (handler: Handler) => Handler
  /** A port for who runs the server. */
  readonly management?: ManagementOptions | undefined
}

/**
 * Milliseconds for what is under way on connections, as long as a slow client may take; and for each other step. With
 * the delay that is less than the 30 s that Kubernetes gives.
 */
const connectionsLimit = 15_000
const stepLimit = 4_000

/** Opens secret, store, server and port, in this order back if one of them fails. */
export async function openServer(options: OpenOptions): Promise<Result<OpenServer, Fault>> {
  const { folder, database } = options
  const file = join(folder, 'hufu.db')
  if (database === undefined && existsSync(file) && !existsSync(secretFile(folder)))
    return refuse({ code: 'HF-CONF-0708', cause: `${secretFile(folder)} is not there` })

  const opened: Step[] = []
  const closeAll = () => closeInTurn(opened)
  const open = async <Value>(code: Fault['code'], step: () => Promise<Value>): Promise<Value> => {
    try {
      return await step()
    } catch (error) {
      throw new StepFailed(codeOf(error) ?? code, (error as Error).message)
    }
  }

  try {
    const secret = await open('HF-CONF-0703', () => loadOrCreateSecret(folder))
    const bare = await open<Store>('HF-DB-0801', async () => {
      if (database !== undefined) return openDatabase(database)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      return openSqlite({ file })
    })
    const store = options.management?.metrics.aroundStore(bare) ?? bare
    opened.push({ name: 'store', close: () => bare.close(), limit: stepLimit })
    await open('HF-CONF-0714', () => refuseWrongClock(store))
    const over = Promise.withResolvers<Fault>()
    const databaseMemory = {
      ...(await open('HF-CONF-0716', () => openDatabaseMemory(folder))),
      onOver: (problem: Error) => over.resolve({ code: codeOf(problem) ?? 'HF-DB-0801', cause: problem.message }),
    }
    // The port comes before the server, since the issuer may be the port's; requests wait for the server meanwhile.
    const ready = Promise.withResolvers<AuthorizationServer>()
    ready.promise.catch(() => {})
    const handler = {
      handle: async (request: HttpRequest) => (await ready.promise).handle(request),
    }
    const state = { started: false, stopping: false }
    const running: Running = { store: bare }
    const health = createHealth({
      isStarted: () => state.started,
      isStopping: () => state.stopping,
      askStore: () => store.isUsed('readyz'),
    })
    const { management } = options
    if (management !== undefined) {
      const managing = await open('HF-CONF-0713', () =>
        openManagement(management, health, (isReady) => look(running, isReady)),
      )
      opened.push({ name: 'management port', close: managing.close, limit: stepLimit })
    }
    const whole = withHealth(options.around?.(handler) ?? handler, health)
    const listening = await open('HF-CONF-0713', () => listen(whole, options))
    running.listening = listening
    const delay = (options.shutdownDelay ?? 0) * 1000
    opened.push({
      name: 'connections',
      close: () => {
        state.stopping = true

        return listening.close({ delay, limit: connectionsLimit })
      },
      // The connections are cut at their limit; this is for what nobody foresaw.
      limit: delay + connectionsLimit + stepLimit,
    })
    try {
      const server = await open('HF-KEYS-0901', async () => {
        const made = createAuthorizationServer({
          ...options.settings(listening.port, store),
          store,
          secret,
          databaseMemory,
        })
        await made.ready()

        return made
      })
      running.server = server
      opened.splice(1, 0, { name: 'work under way', close: server.close, limit: stepLimit })
      const seeded = await applySeed(server, options.seed)
      if (!seeded.ok) throw new StepFailed('HF-CONF-0712', seeded.error)
      ready.resolve(server)
      state.started = true

      return accept({ url: listening.url, server, over: over.promise, close: closeAll })
    } catch (error) {
      ready.reject(error)
      throw error
    }
  } catch (error) {
    await closeAll()
    if (error instanceof StepFailed) return refuse({ code: error.code, cause: error.message })
    throw error
  }
}

/** Asks it something at once: a database that is not there shall be known before the port is open. */
export async function openDatabase(connectionString: string): Promise<Store> {
  // Loaded where it is used, since its package `pg` is not installed with ours.
  const { openPostgres } = await import('../store/postgres/index.ts')
  const store = openPostgres({ connectionString })
  try {
    await store.loadSigningKeys()
  } catch (error) {
    await store.close()
    throw error
  }

  return store
}

/** It would not matter to who asks this server, but logs and everything else on this machine would be wrong. */
async function refuseWrongClock({ readClock }: Store): Promise<void> {
  if (readClock === undefined) return
  const difference = Date.now() - (await readClock())
  if (Math.abs(difference) > maxClockDifference) throw new Error(describeDifference(difference))
}

/** Whatever the step was for, these are about the database alone. */
function codeOf(error: unknown): Fault['code'] | undefined {
  if (error instanceof DatabaseOlder) return 'HF-DB-0802'

  return error instanceof StoreUnavailable ? 'HF-DB-0801' : undefined
}

class StepFailed extends Error {
  override readonly name = 'StepFailed'
  readonly code: Fault['code']

  constructor(code: Fault['code'], cause: string) {
    super(cause)
    this.code = code
  }
}
