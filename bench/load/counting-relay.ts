import { createServer } from 'node:net'
import type { Server } from 'node:net'
import type { Socket } from 'node:net'

export interface CountingRelay {
  readonly server: Server
  /** Since it was asked last. */
  readonly take: () => { readonly statements: number; readonly roundTrips: number }
}

/**
 * Stands between a server and its PostgreSQL and counts what the server sends: a statement is an Execute or a simple
 * query, a round trip ends with Sync or a simple query.
 *
 * @see PostgreSQL, frontend/backend protocol, message formats
 */
export function createCountingRelay(connect: () => Socket): CountingRelay {
  let statements = 0
  let roundTrips = 0
  const count = (type: string) => {
    if (type === 'E' || type === 'Q') statements += 1
    if (type === 'S' || type === 'Q') roundTrips += 1
  }
  const server = createServer((client) => {
    const database = connect()
    client.on('data', readMessages(count))
    client.pipe(database).pipe(client)
    client.on('error', () => database.destroy())
    database.on('error', () => client.destroy())
  })

  return {
    server,
    take: () => {
      const taken = { statements, roundTrips }
      statements = 0
      roundTrips = 0

      return taken
    },
  }
}

/** The first message of a connection has no type; each has its length after that. */
function readMessages(count: (type: string) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  let isFirst = true

  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const head = isFirst ? 0 : 1
      if (rest.length < head + 4) return
      const end = head + rest.readUInt32BE(head)
      if (rest.length < end) return
      if (!isFirst) count(String.fromCharCode(rest[0]!))
      isFirst = false
      rest = rest.subarray(end)
    }
  }
}
