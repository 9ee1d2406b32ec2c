import type { Listening } from '../../http/node.ts'
import type { Store } from '../../ports/store.ts'
import type { AuthorizationServer } from '../../server/authorization-server.ts'
import type { Parts } from './parts.ts'

/** The parts of a server as they come to be there. */
export interface Running {
  readonly store: Store
  listening?: Listening
  server?: AuthorizationServer
}

/** @param isReady otherwise the database is left alone: it has just not answered */
export async function look({ store, listening, server }: Running, isReady: boolean): Promise<Omit<Parts, 'tooLarge'>> {
  return {
    listener: listening?.vitals(),
    store: store.vitals?.(),
    server: await server?.vitals(),
    unsealed: isReady ? await oldestUnsealed(store) : undefined,
  }
}

async function oldestUnsealed(store: Store): Promise<number | undefined> {
  try {
    const [oldest] = await store.listUnsealedAudit(1)

    return oldest === undefined ? 0 : Math.max(0, (Date.now() - oldest.at) / 1000)
  } catch {
    return undefined
  }
}
