/** `npm run bench:start`: see `usage` below. */
import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openSqlite } from 'hufu/sqlite'
import { walk } from './load/browser.ts'
import { fill } from './load/fill.ts'
import { measure } from './measure.ts'
import { spreadOf } from './report/statistics.ts'
import { table } from './report/table.ts'
import { servers } from './targets.ts'
import type { Target } from './targets.ts'
import { works } from './works/index.ts'
import { client, jwtResource, person, scope, tokenLifetimeSeconds } from './world.ts'

const usage = `npm run bench:start -- [options]

How long \`hufu dev\` takes until it is ready, and what memory it has then: as it is published, and from its sources. Then the
memory of the published one over a database of many live authorizations: at rest, after some use, and after much.

  --starts N           how often each is started (7); the first makes the database and does not count
  --authorizations N   (100000)
  --data DIR           where the databases are made`

const { values: given } = parseArgs({
  options: {
    starts: { type: 'string', default: '7' },
    authorizations: { type: 'string', default: '100000' },
    data: { type: 'string', default: tmpdir() },
    help: { type: 'boolean', default: false },
  },
})
if (given.help) {
  console.log(usage)
  process.exit()
}

/** Milliseconds until memory is looked at: what starting left behind is gone by then. */
const settleMs = 2500
const month = 30 * 86_400_000
const root = join(import.meta.dirname, '..')
const entries = { 'as it is published': 'dist/cli/hufu.js', 'from its sources': 'src/cli/hufu.js' }

/** Connections that are busy at once. */
const uses = [4, 64]
const environments = {
  'as it is': {},
  'with less for the young and for what was freed': {
    NODE_OPTIONS: '--max-semi-space-size=8',
    MALLOC_TRIM_THRESHOLD_: '131072',
  },
}

interface Running {
  readonly child: ChildProcess
  readonly port: number
  readonly readyMs: number
}

const folder = await mkdtemp(join(given.data, 'hufu-bench-start-'))
try {
  spawnSync(process.execPath, [join(root, 'scripts', 'pack.ts')], { stdio: 'ignore' })
  await writeFile(join(folder, 'seed.json'), JSON.stringify(seed()))
  const rows: string[][] = []
  for (const [kind, entry] of Object.entries(entries)) rows.push([kind, ...(await starts(entry))])
  console.log(
    `${table(['`hufu dev`', 'ms until it is ready (median, least to most)', 'MB at rest'], rows).join('\n')}\n`,
  )
  console.log((await filled(Number(given.authorizations))).join('\n'))
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function starts(entry: string): Promise<string[]> {
  const times: number[] = []
  const sizes: number[] = []
  for (let at = 0; at < Number(given.starts); at++) {
    const running = await start(entry, 'starts', [])
    await pause(settleMs)
    if (at > 0) times.push(running.readyMs)
    if (at > 0) sizes.push(memoryOf(running))
    await stop(running)
  }
  const { median, least, most } = spreadOf(times)

  return [`${median.toFixed(0)} (${least.toFixed(0)}–${most.toFixed(0)})`, spreadOf(sizes).median.toFixed(0)]
}

async function filled(count: number): Promise<string[]> {
  // The first start makes the database with its secret.
  const seeded = ['--seed', join(folder, 'seed.json')]
  await stop(await start(entries['as it is published'], 'filled', seeded))
  const store = openSqlite({ file: join(folder, 'filled', 'hufu.db') })
  await fill(store, count, Date.now() + month)
  await store.close()
  const rows: string[][] = []
  for (const [kind, environment] of Object.entries(environments))
    rows.push([kind, ...(await used(seeded, environment))])

  return table([`over ${count.toLocaleString('en')} live authorizations, MB`, 'at rest', ...uses.map(titleOf)], rows)
}

async function used(seeded: readonly string[], environment: NodeJS.ProcessEnv): Promise<string[]> {
  const running = await start(entries['as it is published'], 'filled', seeded, environment)
  await pause(settleMs)
  const sizes = [memoryOf(running).toFixed(0)]
  for (const connections of uses) {
    const refresh = works.find(({ id }) => id === 'W3')!
    const timing = { connections, warmUpMs: 100, measuredMs: 3000 }
    await measure(refresh, asTarget(running), timing)
    await pause(settleMs)
    sizes.push(memoryOf(running).toFixed(0))
  }
  await stop(running)

  return sizes
}

function titleOf(connections: number): string {
  return `after 3 s of refreshes on ${connections} connections`
}

async function start(
  entry: string,
  name: string,
  more: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Running> {
  const begin = performance.now()
  const options = ['dev', '--port', '0', '--data', join(folder, name), ...more]
  const child = spawn(process.execPath, [join(root, entry), ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const ready = /ready http:\/\/127\.0\.0\.1:(\d+)/.exec(chunk.toString())
      if (ready !== null) resolve(Number(ready[1]))
    })
    child.once('close', () => reject(new Error(`hufu dev did not start\n${said}`)))
  })

  return { child, port, readyMs: performance.now() - begin }
}

async function stop({ child }: Running): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGTERM')
  await ended
}

/** Resident memory in MB, as the system counts it. */
function memoryOf({ child }: Running): number {
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' })

  return Number(stdout) / 1000
}

/** Only its memory is asked for here. */
function asTarget(running: Running): Target {
  const server = servers.find(({ name }) => name === 'hufu')!
  const places = { port: running.port, token: '/token', authorize: '/authorize' }
  const usageOf = async () => ({ cpu: 0, rss: memoryOf(running) * 1e6 })
  let cookie: Promise<string> | undefined

  return {
    ...server,
    places,
    process: {
      places,
      pid: running.child.pid ?? 0,
      usage: usageOf,
      ask: () => Promise.reject(new Error('it is not asked')),
      startProfile: async () => undefined,
      endProfile: () => Promise.reject(new Error('it is not asked')),
      stop: () => stop(running),
    },
    cookie: () =>
      (cookie ??= walk(running.port, server.signIn(places), {
        username: person.username,
        password: person.password,
        decision: 'allow',
      })),
  }
}

function seed() {
  return {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        client_name: 'Bench',
        redirect_uris: [client.redirectUri],
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
        scope,
      },
    ],
    users: [person],
    resources: [{ resource: jwtResource, scopes: [scope], accessTokenLifetime: tokenLifetimeSeconds }],
    scopes: [{ name: scope, title: 'See your orders' }],
  }
}
