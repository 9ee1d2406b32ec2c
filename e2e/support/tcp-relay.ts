import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** What stands between a server and its database as a proxy or a virtual address does, and fails as they do. */
export interface TcpRelay {
  readonly port: number
  /** From now on nothing goes through, in either direction, and nobody is told; connections are taken all the same. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** Each chunk takes this long in each direction, in milliseconds. */
  readonly delay: (milliseconds: number) => void
  /** Ends all connections. */
  readonly cut: () => void
  /** New connections go to another port. */
  readonly switchTo: (port: number) => void
  readonly close: () => Promise<void>
}

/** In front of a port of this machine. */
export async function startTcpRelay(target: number): Promise<TcpRelay> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let to = target
  let frozen = false
  let late = 0

  const server = createServer((client) => {
    const database = connect(to, '127.0.0.1')
    const pair = [client, database] as const
    pairs.add(pair)
    for (const [from, into] of [pair, [database, client]] as const) {
      from.setNoDelay(true)
      if (frozen) from.pause()
      from.on('data', (chunk: Buffer) => {
        if (late === 0) into.write(chunk)
        else setTimeout(() => into.writable && into.write(chunk), late)
      })
      from.on('error', () => undefined)
      from.on('close', () => {
        pairs.delete(pair)
        into.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  function setFrozen(value: boolean): void {
    frozen = value
    for (const each of [...pairs].flat())
      if (value) each.pause()
      else each.resume()
  }

  function cut(): void {
    for (const each of [...pairs].flat()) each.destroy()
  }

  return {
    port: (server.address() as AddressInfo).port,
    freeze: () => setFrozen(true),
    thaw: () => setFrozen(false),
    delay: (milliseconds) => void (late = milliseconds),
    cut,
    switchTo: (port) => void (to = port),
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
