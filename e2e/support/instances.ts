import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { AuthorizationServerOptions } from 'hufu'

/** Where an instance keeps everything. */
export type InstanceStore =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly connectionString: string; readonly maxConnections?: number }

export interface InstanceOptions {
  readonly store: InstanceStore
  readonly secret: string
  readonly port: number
  /** A store 0 to 5 ms away at every call. */
  readonly far?: boolean
  /** A folder in which it remembers how far its database had come, as `hufu start` does. */
  readonly memory?: string
  /** Its clock is ahead by so much. */
  readonly aheadMs?: number
  /** Registered besides {@link racer} and {@link strictRacer}. */
  readonly clients?: readonly object[]
  /** Instead of those of fleet-server.ts, or besides them. */
  readonly settings?: Partial<AuthorizationServerOptions>
  /** Passwords cost nothing, where a test is not about that. */
  readonly quickPasswords?: boolean
}

/** A server in a process of its own. */
export interface Instance {
  readonly url: string
  readonly process: ChildProcess
  /** Ends it as a power cut would. */
  readonly kill: () => Promise<void>
  /** Starts it anew over the same store and on the same port. */
  readonly restart: (changes?: Pick<InstanceOptions, 'aheadMs' | 'settings'>) => Promise<Instance>
  readonly stop: () => Promise<void>
}

/** All instances of a test answer in one name, as they would behind a proxy. */
export const fleetIssuer = 'http://localhost'

export const ordersApi = 'https://orders.example'
/** Its tokens are opaque. */
export const billsApi = 'https://bills.example'

export { person } from './child-server.ts'

/** First-party, so that a signed-in browser gets one code after another without a page. */
export const racer = {
  client_id: 'racer',
  client_secret: 'racer-secret-of-forty-characters-or-more',
  client_name: 'Racer',
  redirect_uris: ['https://racer.example/cb'],
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'orders.read',
  hufu_default_resource: ordersApi,
  hufu_first_party: true,
} as const

/** The same without a window for retries: of its refresh tokens each is good for exactly one answer. */
export const strictRacer = {
  ...racer,
  client_id: 'strict-racer',
  client_secret: 'strict-racer-secret-of-forty-characters-or-more',
  redirect_uris: ['https://strict-racer.example/cb'],
  hufu_refresh_retry: 0,
} as const

/** What an API asks with whether a token is good. */
export const askingApi = {
  client_id: 'orders-api',
  client_secret: 'orders-api-secret-of-forty-characters-or-more',
  grant_types: [],
  scope: '',
  hufu_resources: [ordersApi, billsApi],
} as const

export const newSecret = () => randomBytes(32).toString('base64url')

const program = fileURLToPath(new URL('./instance.ts', import.meta.url))

/** It ends with this process at the latest. */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`an instance ended with ${String(code)}`))),
  ])
  const url = /^ready (http:\S+)$/.exec(line)?.[1]
  if (url === undefined) throw new Error(`not a ready line: ${line}`)
  const end = async (how: () => unknown) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    how()
    await ended
  }
  const kill = () => end(() => child.kill('SIGKILL'))

  return {
    url,
    process: child,
    kill,
    restart: async (changes = {}) => {
      await kill()

      return startInstance({ ...options, ...changes, port: Number(new URL(url).port) })
    },
    stop: () => end(() => child.stdin.end()),
  }
}
