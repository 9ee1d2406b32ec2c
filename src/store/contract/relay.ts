import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import type { RealPostgres } from './real-postgres.ts'

/** What goes to a database through a socket of its own, so that a test can hold it up or cut it. */
export interface Relay {
  /** From now on nothing goes through, in either direction, and nobody is told. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** The next request reaches the database; its answer does not come back, and all connections end. */
  readonly cutNextAnswer: () => void
  /** How often clients have waited for the database so far: once for all that they sent before the first answer. */
  readonly roundTrips: () => number
  /** What the clients asked so far: one for a statement, however much it does. */
  readonly statements: () => number
  /** The same database by way of the relay. */
  readonly through: (connectionString: string) => string
  readonly stop: () => Promise<void>
}

/** Listens beside the database, as another port of the same host. */
export async function startRelay({ connect: toDatabase, listenAt }: RealPostgres, port: number): Promise<Relay> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let frozen = false
  let cutting = false
  let trips = 0
  let statements = 0

  const server = createServer((client) => {
    const database = toDatabase()
    const pair = [client, database] as const
    pairs.add(pair)
    if (frozen) for (const each of pair) each.pause()
    let begun = false
    let waits = false
    client.on('data', (chunk: Buffer) => {
      // The first message of a connection has no type.
      const asked = begun ? countRequests(chunk) : 0
      begun = true
      statements += asked
      if (asked > 0 && !waits) trips += 1
      waits ||= asked > 0
      database.write(chunk)
    })
    database.on('data', (chunk: Buffer) => {
      waits = false
      if (cutting) cut()
      else client.write(chunk)
    })
    for (const each of pair) {
      each.on('error', () => undefined)
      each.on('close', () => {
        pairs.delete(pair)
        for (const side of pair) side.destroy()
      })
    }
  })
  const through = await listenAt(server, port)

  function cut(): void {
    cutting = false
    for (const pair of pairs) for (const each of pair) each.destroy()
  }

  function setFrozen(value: boolean): void {
    frozen = value
    for (const each of [...pairs].flat())
      if (value) each.pause()
      else each.resume()
  }

  async function stop(): Promise<void> {
    cut()
    await new Promise((resolve) => server.close(resolve))
  }

  return {
    freeze: () => setFrozen(true),
    thaw: () => setFrozen(false),
    cutNextAnswer: () => void (cutting = true),
    roundTrips: () => trips,
    statements: () => statements,
    through,
    stop,
  }
}

/** Sync and Query, the messages that a client waits after. Small ones arrive whole. */
function countRequests(chunk: Buffer): number {
  let found = 0
  for (let at = 0; at + 5 <= chunk.length; at += 1 + chunk.readInt32BE(at + 1))
    if (['S', 'Q'].includes(String.fromCharCode(chunk[at]!))) found += 1

  return found
}
