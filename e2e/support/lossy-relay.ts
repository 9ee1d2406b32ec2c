import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** A way to a server by which every request arrives and no answer comes back: the connection ends instead. */
export interface LossyRelay {
  readonly url: string
  /** Answers that were on their way, each of something that the server had done by then. */
  readonly lost: () => number
  readonly close: () => Promise<void>
}

export async function startLossyRelay(to: string): Promise<LossyRelay> {
  const { port, hostname } = new URL(to)
  const open = new Set<Socket>()
  let lost = 0
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    const pair = [client, upstream]
    client.pipe(upstream)
    upstream.once('data', () => {
      lost += 1
      pair.forEach((each) => each.destroy())
    })
    for (const each of pair) {
      open.add(each)
      each.on('error', () => undefined)
      each.on('close', () => {
        open.delete(each)
        pair.forEach((side) => side.destroy())
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lost: () => lost,
    close: async () => {
      for (const each of open) each.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
