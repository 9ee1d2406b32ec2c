import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import { createServer as createProbe } from 'node:net'
import type { AddressInfo } from 'node:net'

/** A server that answers on a port of this machine only. */
export interface Door {
  readonly port: number
  close(): Promise<void>
}

/** How many ports above the wanted one are tried before giving up. */
const tries = 100

/**
 * Opens the wanted port of 127.0.0.1, or the next free one above it; with `bothFamilies` the same port of `[::1]` too
 * where this machine has it, because `localhost` may be either. 0 takes any free port.
 */
export async function openDoor(wanted: number, bothFamilies: boolean, listener: RequestListener): Promise<Door> {
  const hosts = bothFamilies && (await hasIPv6()) ? ['127.0.0.1', '::1'] : ['127.0.0.1']
  for (let port = wanted; port <= wanted + tries; port++) {
    const door = await tryToOpen(hosts, port, listener)
    if (door !== undefined) return door
  }
  throw new Error(`no free port from ${wanted} to ${wanted + tries}`)
}

async function tryToOpen(
  hosts: readonly string[],
  wanted: number,
  listener: RequestListener,
): Promise<Door | undefined> {
  const servers: Server[] = []
  const close = async () => void (await Promise.all(servers.map(closeServer)))
  let port = wanted
  for (const host of hosts) {
    const server = createServer({ requestTimeout: 15_000, keepAliveTimeout: 5_000 }, listener)
    const isOpen = await new Promise<boolean>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        // A port may be taken, or kept back by the system.
        error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(false) : reject(error),
      )
      server.listen(port, host, () => resolve(true))
    })
    if (!isOpen) {
      await close()
      return undefined
    }
    servers.push(server)
    port = (server.address() as AddressInfo).port
  }

  return { port, close }
}

/** Requests under way may finish; streams of events, which never end by themselves, are ended. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 300).unref()
  })
}

function hasIPv6(): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createProbe()
    probe.once('error', () => resolve(false))
    probe.listen(0, '::1', () => probe.close(() => resolve(true)))
  })
}
