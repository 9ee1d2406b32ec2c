import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** The demo as `npm start` runs it, in a process of its own, on free ports and in a folder of its own. */
export interface DemoProcess {
  /** What it printed. */
  readonly text: string
  /** What it complained of so far. */
  readonly errors: () => string
  readonly inspector: string
  readonly issuer: string
  readonly api: string
  readonly analytics: string
  readonly account: { readonly username: string; readonly password: string }
  readonly data: string
  /** Back to the first start, by the command for it. */
  readonly reset: () => void
  /** Ends it and removes its folder. @returns its exit code */
  readonly stop: () => Promise<number | null>
}

/** What `npm start` runs. */
export const launcher = join(import.meta.dirname, '../../scripts/launch.cjs')

export const freePorts = ['--port', '0', '--api-port', '0', '--analytics-port', '0'] as const

/** @param environment beside that of this process */
export async function startDemoProcess(environment: Readonly<Record<string, string>> = {}): Promise<DemoProcess> {
  const data = mkdtempSync(join(tmpdir(), 'hufu-journey-'))
  const child = spawn(process.execPath, [launcher, 'demo', '--data', data, '--lang', 'en', ...freePorts], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  const end = () => void child.kill('SIGTERM')
  process.once('exit', end)
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  let text = ''
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += chunk))
  await new Promise<void>((resolve, reject) => {
    void ended.then(() => reject(new Error(`the demo ended: ${errors}`)))
    child.stdout.on('data', (chunk) => {
      text += chunk
      if (text.includes('not for production')) resolve()
    })
  })
  const { inspector, issuer, api, analytics } = JSON.parse(readFileSync(join(data, 'demo.json'), 'utf8')) as DemoProcess
  const [, username = '', password = ''] = /Sign in as +(\S+) {2}\/ {2}(\S+)/.exec(text) ?? []

  return {
    text,
    errors: () => errors,
    inspector,
    issuer,
    api,
    analytics,
    account: { username, password },
    data,
    reset: () => void execFileSync(process.execPath, [launcher, 'demo', 'reset', '--data', data]),
    stop: async () => {
      end()
      const code = await ended
      process.off('exit', end)
      rmSync(data, { recursive: true, force: true })
      return code
    },
  }
}

/** The order numbers of each person, straight from the shop's own file. */
export function ordersByPerson({ data }: DemoProcess): Map<string, Set<string>> {
  const database = new DatabaseSync(join(data, 'orders.db'), { readOnly: true })
  const rows = database
    .prepare('SELECT username, orders.id FROM orders JOIN shoppers ON shoppers.id = shopper_id')
    .all() as { readonly username: string; readonly id: string }[]
  database.close()

  const people = new Map<string, Set<string>>()
  for (const { username, id } of rows) people.set(username, (people.get(username) ?? new Set()).add(id))
  return people
}
