import { lookup, Resolver } from 'node:dns/promises'

export interface NameAddress {
  readonly address: string
  readonly family: 4 | 6
}

/** All addresses of a host name. Rejects, or gives none, if there are none. */
export type ResolveName = (host: string) => Promise<readonly NameAddress[]>

/**
 * Asks the name servers, with sockets of the event loop: a name server that keeps us waiting does not take the threads
 * that passwords are hashed on. Names that only this machine knows are not found.
 */
export const resolvePublicName: ResolveName = async (host) => {
  const resolver = new Resolver({ timeout: 1500, tries: 2 })
  const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
  const of = (answer: PromiseSettledResult<string[]>, family: 4 | 6) =>
    answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : []

  return [...of(four, 4), ...of(six, 6)]
}

/** As the machine sees it, with `localhost` and whatever its files say: for development. */
export const resolveOwnName: ResolveName = async (host) => {
  const addresses = await lookup(host, { all: true })

  return addresses.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
}
