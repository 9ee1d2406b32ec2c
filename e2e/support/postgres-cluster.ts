import { spawn, spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { preparePrograms } from '../../src/store/contract/postgres-programs.ts'
import type { PostgresPrograms } from '../../src/store/contract/postgres-programs.ts'
import { execute } from '../../src/store/contract/real-postgres.ts'

/** As an operator stops it, as a shutdown that is in a hurry does, and as a power cut does. */
const signals = { fast: 'SIGINT', immediate: 'SIGQUIT', killed: 'SIGKILL' } as const

/** One PostgreSQL of a test, which may be stopped, frozen, killed and started again on the same port. */
export interface PostgresNode {
  readonly port: number
  /** Where its data is. */
  readonly data: string
  readonly address: (database?: string) => string
  readonly start: () => Promise<void>
  readonly stop: (how: keyof typeof signals) => Promise<void>
  /** All its processes stand still; connections stay open, and new ones are taken by the system. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** A copy that follows it, and that its commits wait for from now on. It is stopped and started for that. */
  readonly addStandby: () => Promise<PostgresNode>
  /** Makes a standby the one that takes writes. */
  readonly promote: () => Promise<void>
  /** Until something can be committed. */
  readonly untilItWrites: () => Promise<void>
  /** Ends it and all its standbys, and removes the data. */
  readonly remove: () => Promise<void>
}

export interface NodeOptions {
  /** Where the data shall be: a disk that can become full. Somewhere in the temporary folder otherwise. */
  readonly folder?: string
  readonly settings?: Readonly<Record<string, string>>
}

/** A new one, started. */
export async function startNode({ folder: given, settings }: NodeOptions = {}): Promise<PostgresNode> {
  const folder = mkdtempSync(join(given ?? tmpdir(), 'hufu-pg-'))
  const programs = preparePrograms(folder)
  const node = openNode({ folder, programs, data: programs.makeData(), port: await findPort(), settings })
  await node.start()

  return node
}

/**
 * The wrapper ends with this process at the latest, takes the server with it, and then its data too. It lets go of what
 * the server says, so that the end of that is the end of the server, which the wrapper itself outlives.
 */
const untilParentEnds = `
  trap '' INT TERM HUP; "$@" & server=$!; exec 2>/dev/null; read -r word
  [ "$word" = stopped ] || kill -QUIT $server; wait $server; [ "$word" != "" ] || rm -rf "$HUFU_FOLDER"`

interface Place {
  readonly folder: string
  readonly programs: PostgresPrograms
  readonly data: string
  readonly port: number
  readonly settings: NodeOptions['settings']
}

function openNode({ folder, programs, data, port, settings }: Place): PostgresNode {
  const standbys: PostgresNode[] = []
  let running: ReturnType<typeof launch> | undefined

  function launch() {
    const all = {
      port: String(port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: folder,
      max_connections: '200',
      ...settings,
      ...(standbys.length > 0 && { synchronous_standby_names: '*' }),
    }
    const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const command = ['-c', untilParentEnds, 'sh', programs.path('postgres'), '-D', data, ...flags]

    return spawn('sh', command, { ...programs.as, stdio: ['pipe', 'ignore', 'pipe'] })
  }

  async function start(): Promise<void> {
    const deadline = performance.now() + startLimitMs
    for (;;) {
      const server = launch()
      let said = ''
      server.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-4000)))
      let isGone = false
      server.stderr.once('end', () => (isGone = true))
      if (await untilReady(() => isGone || performance.now() > deadline)) return void (running = server)
      const ended = once(server, 'exit')
      if (isGone) server.stdin.end('stopped\n')
      else server.stdin.end('late\n')
      await ended
      // After a kill the last of its processes may still hold the memory: then it is tried again.
      if (performance.now() > deadline) throw new Error(`PostgreSQL did not start: ${said}`)
      await pause(50)
    }
  }

  async function untilReady(isOver: () => boolean): Promise<boolean> {
    while (!isOver()) {
      const state = readState()
      if (state === 'ready' || state === 'standby') return true
      await pause(20)
    }

    return false
  }

  const lines = () => readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')

  function readState(): string | undefined {
    try {
      return lines()[7]?.trim()
    } catch {
      return undefined
    }
  }

  async function stop(how: keyof typeof signals): Promise<void> {
    if (running === undefined) return
    const server = running
    running = undefined
    const ended = once(server, 'exit')
    process.kill(Number(lines()[0]), signals[how])
    server.stdin.end('stopped\n')
    await ended
    if (how === 'killed') rmSync(join(data, 'postmaster.pid'), { force: true })
  }

  function signalAll(signal: NodeJS.Signals): void {
    const main = Number(lines()[0])
    for (const pid of [main, ...childrenOf(main)])
      try {
        process.kill(pid, signal)
      } catch (error) {
        // A child may end by itself in between.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
  }

  async function addStandby(): Promise<PostgresNode> {
    await stop('fast')
    const own = mkdtempSync(join(tmpdir(), 'hufu-pg-'))
    const others = preparePrograms(own)
    const copy = others.makeFolder('data')
    cpSync(data, copy, { recursive: true })
    const source = `primary_conninfo = 'host=127.0.0.1 port=${port} user=hufu application_name=standby'\n`
    writeFileSync(join(copy, 'postgresql.auto.conf'), source)
    writeFileSync(join(copy, 'standby.signal'), '')
    if (others.as.uid !== undefined) spawnSync('chown', ['-R', `${others.as.uid}:${others.as.gid}`, copy])
    const soon = { ...settings, wal_retrieve_retry_interval: '100ms' }
    const standby = openNode({ folder: own, programs: others, data: copy, port: await findPort(), settings: soon })
    standbys.push(standby)
    await start()
    await standby.start()
    await untilItFollows()

    return standby
  }

  async function untilItFollows(): Promise<void> {
    for (const deadline = performance.now() + startLimitMs; performance.now() < deadline; await pause(50)) {
      const found = await execute(address(), `SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'`)
      if (found.length > 0) return
    }
    throw new Error('the standby does not follow')
  }

  async function untilItWrites(): Promise<void> {
    for (const deadline = performance.now() + startLimitMs; ; await pause(20))
      try {
        return void (await execute(address(), `SELECT pg_logical_emit_message(true, 'test', 'written')`))
      } catch (error) {
        if (performance.now() > deadline) throw error
      }
  }

  const address = (database = 'postgres') => `postgres://hufu@127.0.0.1:${port}/${database}`

  async function remove(): Promise<void> {
    if (running !== undefined) {
      signalAll('SIGCONT')
      const ended = once(running, 'exit')
      running.stdin.end()
      await ended
    }
    rmSync(folder, { recursive: true, force: true })
    await Promise.all(standbys.map((each) => each.remove()))
  }

  return {
    port,
    data,
    address,
    start,
    stop,
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
    addStandby,
    untilItWrites,
    promote: async () => void (await execute(address(), 'SELECT pg_promote(wait_seconds => 20)')),
    remove,
  }
}

const startLimitMs = 30_000

/** From Linux's `/proc`, whatever else is on the machine. */
function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        // The name of the program, in brackets, may hold anything.
        return Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]) === parent
      } catch {
        return false
      }
    })
    .map(Number)
}

/**
 * A port of this machine that nobody listens at. Not one of those that the system gives to connections which go out
 * (from 32768 on): one of them may have it by the time that somebody wants to listen there, or to listen there again.
 */
export async function findPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await Promise.race([
      once(server, 'listening').then(() => true),
      once(server, 'error').then(() => false),
    ])
    if (!isFree) continue
    server.close()
    await once(server, 'close')

    return port
  }
}
