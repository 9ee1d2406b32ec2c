import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { person, racer } from './child-server.ts'
import { findPort } from './postgres-cluster.ts'

/** `hufu start` in a process of its own, as an operator runs it. */
export interface FleetMember {
  readonly url: string
  readonly process: () => ChildProcess
  /** What it said that was no line about a request. */
  readonly faults: () => readonly string[]
  readonly kill: () => Promise<void>
  /** Asks it to stop, as a service manager does; its exit code. */
  readonly stop: () => Promise<number | null>
  /** Over the same store and on the same port, after it has ended. */
  readonly start: () => Promise<void>
  /** Sets its clock so far off, where it was started with a clock to set. Nothing that runs is told, as when a clock jumps. */
  readonly setClock: (milliseconds: number) => Promise<void>
}

export interface Fleet {
  readonly members: readonly FleetMember[]
  readonly folder: string
  readonly remove: () => Promise<void>
}

export interface FleetOptions {
  /** Of PostgreSQL; a file otherwise, for one member. One for each member if there are several. */
  readonly database?: string | readonly string[]
  readonly size?: number
  /** Where its secret and, without `database`, its file is. */
  readonly data?: string
  /** Further members of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>
  readonly flags?: readonly string[]
  /** Its clock can be set. */
  readonly clock?: boolean
  /** What it is off from the beginning, in milliseconds. */
  readonly offMs?: number
  /** Who it runs as, where that is not us: root may write whatever is read-only. */
  readonly as?: { readonly uid?: number; readonly gid?: number }
  /** Registered besides the racer. */
  readonly clients?: readonly object[]
}

export const fleetIssuer = 'https://accounts.hufu-faults.cn'
export const ordersApi = 'https://orders.hufu-faults.cn'
export const billsApi = 'https://bills.hufu-faults.cn'

const { email: _, ...account } = person

/** One JWT to check anywhere, one opaque token that only the store knows. */
const known = { ...racer, scope: 'orders.read bills.read', hufu_default_resource: ordersApi }
const scopes = ['orders.read', 'bills.read'].map((name) => ({ name, title: { en: name, 'zh-CN': name } }))
const resources = [
  { resource: ordersApi, scopes: ['orders.read'] },
  { resource: billsApi, scopes: ['bills.read'], tokenFormat: 'opaque' },
]

const startLimitMs = 60_000
const stopLimitMs = 60_000

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const clockFile = fileURLToPath(new URL('./settable-clock.ts', import.meta.url))

export async function startFleet(options: FleetOptions = {}): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), 'hufu-fleet-'))
  const seed = { clients: [known, ...(options.clients ?? [])], users: [account] }
  await writeFile(join(folder, 'seed.json'), JSON.stringify(seed), { mode: 0o600 })
  await give(join(folder, 'seed.json'), options)
  await give(folder, options)
  const members: FleetMember[] = []
  const remove = async () => {
    await Promise.all(members.map((each) => each.kill()))
    await rm(folder, { recursive: true, force: true })
  }
  try {
    // One after the other, since the first makes the schema and the secret.
    for (let index = 0; index < (options.size ?? 1); index += 1)
      members.push(await openMember(folder, `${index + 1}`, options, index))
  } catch (error) {
    await remove()
    throw error
  }

  return { members, folder, remove }
}

async function give(path: string, { as: { uid, gid } = {} }: FleetOptions): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid)
}

async function openMember(folder: string, name: string, options: FleetOptions, index: number): Promise<FleetMember> {
  const { database, flags = [], clock = false, data = join(folder, 'data') } = options
  const port = await findPort()
  const file = join(folder, `config-${name}.json`)
  const written = {
    issuer: fleetIssuer,
    listen: { port },
    data,
    seed: 'seed.json',
    trustedProxies: ['127.0.0.1'],
    shutdownDelay: 0,
    resources,
    scopes,
    ...(database !== undefined && { database: typeof database === 'string' ? database : database[index] }),
    ...options.config,
  }
  await writeFile(file, JSON.stringify(written), { mode: 0o600 })
  await give(file, options)
  let child: ChildProcess | undefined
  let faults: string[] = []

  async function start(): Promise<void> {
    const preload = clock ? ['--import', clockFile] : []
    const made = spawn(process.execPath, [...flags, ...preload, main, 'start', '--config', file], {
      ...options.as,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, HUFU_TEST_CLOCK_OFF: String(options.offMs ?? 0) },
    })
    child = made
    let rest = ''
    made.stderr!.on('data', (chunk: Buffer) => {
      const lines = `${rest}${chunk.toString()}`.split('\n')
      rest = lines.pop() ?? ''
      faults = [...faults, ...lines.filter((each) => !/^\{"level":[123]0/.test(each))].slice(-200)
    })
    const ended = once(made, 'exit').then(([code]) => {
      throw new Error(`hufu start ended with ${String(code)}: ${faults.join('\n')}`)
    })
    // Nobody waits for it later.
    ended.catch(() => undefined)
    const late = pause(startLimitMs, undefined, { ref: false }).then(() => {
      throw new Error(`hufu start was not ready in ${startLimitMs / 1000} s: ${faults.join('\n')}`)
    })
    late.catch(() => undefined)
    await Promise.race([once(made.stdout!, 'data'), ended, late])
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const ended = once(child, 'exit')
    child.kill(signal)
    // Longer than its own limits, so that a test ends though it does not.
    const cut = setTimeout(() => child?.kill('SIGKILL'), stopLimitMs)
    await ended
    clearTimeout(cut)

    return child.exitCode
  }

  async function setClock(milliseconds: number): Promise<void> {
    if (child === undefined) return
    const done = once(child, 'message')
    child.send({ clock: milliseconds })
    await done
  }

  await start()

  return {
    url: `http://127.0.0.1:${port}`,
    process: () => child!,
    faults: () => faults,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    start,
    setClock,
  }
}
