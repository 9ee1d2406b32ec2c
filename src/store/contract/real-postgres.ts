import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import type { Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { preparePrograms } from './postgres-programs.ts'

/** A PostgreSQL of the tests: the one that `HUFU_TEST_POSTGRES` names, or one that is made for this process alone. */
export interface RealPostgres {
  /** A new, empty database; the address to open it by. */
  readonly createDatabase: () => Promise<string>
  /** A bare connection to it. */
  readonly connect: () => Socket
  /** Lets something else listen beside it, as another port of the same host; the way by which that is reached. */
  readonly listenAt: (server: Server, port: number) => Promise<(connectionString: string) => string>
  readonly stop: () => Promise<void>
}

/** Rejects where there is no PostgreSQL to be had: that its tests pass is never said without it. */
export async function startPostgres(): Promise<RealPostgres> {
  const given = process.env['HUFU_TEST_POSTGRES']
  const server = given === undefined ? await makeServer() : undefined
  const home = given ?? `postgres://hufu@/postgres?host=${encodeURIComponent(server!.folder)}`
  const names: string[] = []

  async function createDatabase(): Promise<string> {
    const name = `hufu_test_${randomBytes(6).toString('hex')}`
    await execute(home, `CREATE DATABASE ${name}`)
    names.push(name)
    const address = new URL(given ?? 'postgres://hufu@localhost/')
    address.pathname = name

    return server === undefined ? address.href : home.replace('/postgres?', `/${name}?`)
  }

  async function stop(): Promise<void> {
    if (server === undefined) for (const name of names) await execute(home, `DROP DATABASE ${name} WITH (FORCE)`)
    else await server.stop()
  }

  const { hostname, port: homePort } = new URL(given ?? 'postgres://localhost/')
  const socketAt = (port: number) => join(server?.folder ?? '', `.s.PGSQL.${port}`)

  const connect = () =>
    server === undefined ? createConnection(Number(homePort || 5432), hostname) : createConnection(socketAt(5432))

  async function listenAt(listener: Server, port: number) {
    if (server === undefined) listener.listen(0, '127.0.0.1')
    else listener.listen(socketAt(port))
    await once(listener, 'listening')
    const bound = listener.address()
    const there = typeof bound === 'object' && bound !== null ? `127.0.0.1:${bound.port}` : ''

    return (connectionString: string) =>
      there === '' ? `${connectionString}&port=${port}` : connectionString.replace(/(?<=@|\/\/)[^@/]+(?=\/)/, there)
  }

  return { createDatabase, connect, listenAt, stop }
}

/** A commit may wait for a standby. */
const executeLimitMs = 30_000

/** One statement, outside of any store. */
export async function execute(connectionString: string, statement: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000, query_timeout: executeLimitMs })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(statement)).rows as unknown[]
  } finally {
    // One that stands still does not say goodbye.
    await Promise.race([client.end(), pause(1000, undefined, { ref: false })])
  }
}

/**
 * Ends, and takes its data with it, when this process does, whatever ends that; a Ctrl-C that all get does not end it
 * first. Outlives a server that could not start, whose end is the end of what it says.
 */
const untilParentEnds = `trap '' INT TERM HUP; "$@" & server=$!; exec 2>/dev/null; read -r _; kill -QUIT $server; wait $server; rm -rf "$HUFU_FOLDER"`

async function makeServer() {
  const folder = mkdtempSync(join(tmpdir(), 'hufu-pg-'))
  try {
    return await startIn(folder)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

async function startIn(folder: string) {
  const programs = preparePrograms(folder)
  const data = programs.makeData()

  const settings = { listen_addresses: '', unix_socket_directories: folder, fsync: 'off', max_connections: '200' }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = spawn('sh', ['-c', untilParentEnds, 'sh', programs.path('postgres'), '-D', data, ...flags], {
    ...programs.as,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  await isReady(server).catch((error: unknown) => {
    server.stdin?.end()
    throw error
  })

  async function stop(): Promise<void> {
    const ended = once(server, 'exit')
    server.stdin?.end()
    await ended
    rmSync(folder, { recursive: true, force: true })
  }

  return { folder, stop }
}

function isReady(server: ChildProcess): Promise<void> {
  let said = ''

  return new Promise((resolve, reject) => {
    server.stderr?.once('end', () => reject(new Error(`PostgreSQL did not start: ${said}`)))
    server.stderr?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-4000)
      if (said.includes('ready to accept connections')) resolve()
    })
  })
}

/** All rows of Hufu's tables leave, but those that the schema brings. */
export const emptied = `
  DO $$ DECLARE each text; BEGIN
    FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('migrations', 'turns', 'epoch', 'change_list')
    LOOP EXECUTE 'DELETE FROM ' || each; END LOOP;
  END $$
`
