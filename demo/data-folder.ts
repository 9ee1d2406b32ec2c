import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'

/** Everything the demo leaves on the disk, and nothing else is ever removed. */
const files = {
  database: 'demo.db',
  orders: 'orders.db',
  secret: 'secret.key',
  jobKey: 'nightly-report.jwk.json',
  running: 'demo.json',
} as const

/** How another process finds a running demo. */
export interface Running {
  readonly pid: number
  readonly issuer: string
  readonly api: string
  readonly analytics: string
  readonly inspector: string
  /** Where the demo takes orders from `demo job` and `demo reset`, and the word it takes them by. */
  readonly control: { readonly url: string; readonly token: string }
}

export type DataFolder = ReturnType<typeof openDataFolder>

/** The folder the demo keeps its things in: for its owner only. */
export function openDataFolder(path: string) {
  const at = (name: keyof typeof files) => join(path, files[name])

  return {
    path,
    database: at('database'),
    orders: at('orders'),

    create: () => void mkdirSync(path, { recursive: true, mode: 0o700 }),

    /** The nightly report's own key pair, as a private JWK; made at the first start. */
    async loadJobKey(): Promise<JobKey> {
      const made = await makeJobKey()
      return JSON.parse(readOrMake(at('jobKey'), () => JSON.stringify(made))) as JobKey
    },

    findJobKey: () => readJson<JobKey>(at('jobKey')),

    findRunning: () => readJson<Running>(at('running')),

    saveRunning(running: Running): void {
      writeFileSync(at('running'), JSON.stringify(running), { mode: 0o600 })
      chmodSync(at('running'), 0o600)
    },

    forgetRunning: () => rmSync(at('running'), { force: true }),

    /** Back to before the first start. The folder itself stays, with what else may be in it. */
    clear(): void {
      for (const name of ['database', 'orders'] as const) {
        for (const suffix of ['', '-wal', '-shm']) rmSync(at(name) + suffix, { force: true })
      }
      for (const name of ['secret', 'jobKey'] as const) rmSync(at(name), { force: true })
    },
  }
}

export interface JobKey extends JsonWebKey {
  readonly kid: string
}

async function makeJobKey(): Promise<JobKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey('jwk', pair.privateKey)

  return { kty: kty!, crv: crv!, x: x!, y: y!, d: d!, alg: 'ES256', kid: `nightly-${randomBytes(4).toString('hex')}` }
}

/** Of two processes that come first at the same time, one makes the file and both read it. */
function readOrMake(file: string, make: () => string): string {
  try {
    writeFileSync(file, make(), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(file, 'utf8')
}

function readJson<Value>(file: string): Value | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Value
  } catch {
    return undefined
  }
}
