import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where the person's browser comes back to. */
export interface Callback {
  readonly redirectUrl: string
  /** The address the browser came back with; each is given once. */
  readonly comeBack: () => Promise<URL>
  readonly close: () => void
}

const goodbye = 'You can close this window. 可以关闭此窗口了。'

/**
 * Listens on this machine alone, on any free port, for as long as it takes: a program on a person's device has no
 * other address to be called back at. What comes is not trusted here, see `readCallback`.
 *
 * @see RFC 8252 section 7.3
 */
export async function openCallback(): Promise<Callback> {
  const arrived: URL[] = []
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '', redirectUrl)
    if (request.method !== 'GET' || url?.pathname !== '/callback') return void response.writeHead(404).end()

    arrived.push(url)
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(goodbye)
    server.emit('arrived')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const redirectUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`

  return {
    redirectUrl,
    async comeBack() {
      if (arrived.length === 0) await once(server, 'arrived')
      return arrived.shift()!
    },
    close: () => void server.close(),
  }
}
