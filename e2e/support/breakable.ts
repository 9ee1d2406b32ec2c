import type { TestContext } from 'node:test'
import { StoreUnavailable } from 'hufu'
import { startServer } from './server.ts'
import type { TestServer, TestServerOptions } from './server.ts'

/** A server whose store a test can break. */
interface Breakable {
  readonly as: TestServer
  /** From here on this call of the store fails; `undefined` mends it. */
  readonly break: (method: string | undefined) => void
  /** Which calls were made since the last look. */
  readonly called: () => string[]
}

export async function breakable(t: TestContext, options: TestServerOptions = {}): Promise<Breakable> {
  let broken: string | undefined
  let called: string[] = []
  const as = await startServer({
    ...options,
    wrapStore: (store) =>
      Object.fromEntries(
        Object.entries(store).map(([name, call]: [string, (...given: unknown[]) => Promise<unknown>]) => [
          name,
          typeof call !== 'function'
            ? call
            : async (...given: unknown[]) => {
                if (!beside.has(name)) called.push(name)
                if (name === broken) throw new StoreUnavailable('frozen')

                return call(...given)
              },
        ]),
      ) as unknown as typeof store,
  })
  t.after(() => as.close())

  return {
    as,
    break: (method) => (broken = method),
    called: () => {
      const made = [...new Set(called)]
      called = []

      return made
    },
  }
}

/** What the server does by itself, again and again, beside the requests. */
const beside = new Set([
  'checkIn',
  'prune',
  'sealAudit',
  'settleRefusals',
  'findOldAudit',
  'pruneAudit',
  'countWaiting',
])
