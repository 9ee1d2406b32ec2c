import { once } from 'node:events'
import { Agent, createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A proxy in front of several servers, as small as it can be: each request goes to the next one that is ready, once. */
export interface Balancer {
  readonly url: string
  /** Which servers it uses now. */
  readonly ready: () => readonly string[]
  readonly close: () => Promise<void>
}

/** How often it asks `/readyz`, in milliseconds. */
const askEvery = 100

export async function startBalancer(urls: readonly string[]): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true, maxSockets: 100 })
  let ready = urls
  let turn = 0

  const timer = setInterval(() => {
    void Promise.all(urls.map(isReady)).then((answers) => {
      ready = urls.filter((_, index) => answers[index])
    })
  }, askEvery)

  const server = createServer((incoming, outgoing) => {
    const target = ready[(turn += 1) % ready.length]
    if (target === undefined) return void outgoing.writeHead(502).end('nobody is ready')
    const { method, url: path, headers } = incoming
    const { hostname, port } = new URL(target)
    const { connection: _, ...passed } = headers
    const onward = httpRequest({ agent, hostname, port, method, path, headers: passed }, (answer) => {
      const { connection: __, ...given } = answer.headers
      outgoing.writeHead(answer.statusCode ?? 502, given)
      answer.pipe(outgoing)
    })
    // Not sent again: it may have been done.
    onward.on('error', (error) => outgoing.writeHead(502).end(error.message))
    incoming.pipe(onward)
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ready: () => ready,
    close: async () => {
      clearInterval(timer)
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      agent.destroy()
      await closed
    },
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })
    await answer.text()

    return answer.ok
  } catch {
    return false
  }
}
