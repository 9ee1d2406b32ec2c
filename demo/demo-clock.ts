import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import type { AuthorizationServer, AuthorizationServerOptions, Exchange } from 'hufu'

type Clock = NonNullable<AuthorizationServerOptions['clock']>
type Instant = ReturnType<Clock>

/** The header that moves the clock, for the request that carries it and for no other. */
export const clockHeader = 'demo-clock'

/**
 * A clock that a single request can see put forward or back, so that a drill meets what is really expired without
 * waiting for it, and nobody else notices. It moves for requests with this run's word only.
 */
export function createDemoClock() {
  const offset = new AsyncLocalStorage<number>()
  const word = randomBytes(16).toString('hex')

  return {
    now: (() => Date.now() + (offset.getStore() ?? 0)) as Clock,

    /** What to send: `+600 <word>`. */
    header: (seconds: number) => ({ [clockHeader]: `${seconds < 0 ? '' : '+'}${seconds} ${word}` }),

    /** The server, with the clock moved for each request that asks for it. */
    obey: (server: AuthorizationServer): AuthorizationServer => ({
      ...server,
      handle: (request) => {
        const [seconds, sent] = (request.header(clockHeader) ?? '').split(' ')
        if (sent !== word || !/^[+-]\d{1,5}$/.test(seconds ?? '')) return server.handle(request)

        return offset.run(Number(seconds) * 1000, () => server.handle(request))
      },
    }),

    /** An exchange with the time at which it really happened. */
    restore: (exchange: Exchange): Exchange => ({
      ...exchange,
      at: (exchange.at - (offset.getStore() ?? 0)) as Instant,
    }),
  }
}

export type DemoClock = ReturnType<typeof createDemoClock>
