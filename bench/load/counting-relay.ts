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
 * query, a round trip all that a connection sends before the first answer.
 *
 * @see PostgreSQL, frontend/backend protocol, message formats
 */
export function createCountingRelay(connect: () => Socket): CountingRelay {
  let statements = 0
  let roundTrips = 0
  const server = createServer((client) => {
    const database = connect()
    let waits = false
    const count = (type: string) => {
      if (type === 'E' || type === 'Q') statements += 1
      if ((type === 'S' || type === 'Q') && !waits) {
        roundTrips += 1
        waits = true
      }
    }
    database.on('data', () => (waits = false))
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
