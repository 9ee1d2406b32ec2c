import { relative } from 'node:path'
import { parseArgs } from 'node:util'

/** As in every command of Hufu. */
export const exitCodes = { failed: 1, usage: 2, conflict: 6, unreachable: 7, unsafe: 8, interrupted: 130 } as const

/** Where the parties are unless their ports are taken: below 32768, where the system begins to hand out its own. */
export const usualPorts: Ports = { server: 9110, api: 9120, analytics: 9130 }

export interface Ports {
  readonly server: number
  readonly api: number
  readonly analytics: number
}

export interface Command {
  readonly task: 'start' | 'job' | 'reset'
  readonly data: string
  readonly host: string | undefined
  readonly ports: Ports
  readonly mayOpen: boolean
  readonly lang: string | undefined
}

/** Reads the command line; `undefined` if it is none. */
export function readCommand(parameters: readonly string[]): Command | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...parameters],
      allowPositionals: true,
      options: {
        data: { type: 'string', default: '.hufu' },
        host: { type: 'string' },
        port: { type: 'string', default: String(usualPorts.server) },
        'api-port': { type: 'string', default: String(usualPorts.api) },
        'analytics-port': { type: 'string', default: String(usualPorts.analytics) },
        'no-open': { type: 'boolean', default: false },
        lang: { type: 'string' },
      },
    })
    const [task = 'start', ...more] = positionals
    if (more.length > 0 || !isTask(task)) return undefined
    const [server, api, analytics] = [values.port, values['api-port'], values['analytics-port']].map(toPort)
    if (server === undefined || api === undefined || analytics === undefined) return undefined

    const { data, host, lang } = values
    return { task, data, host, lang, ports: { server, api, analytics }, mayOpen: !values['no-open'] }
  } catch {
    return undefined
  }
}

/** The demo has a password that everybody can read: it listens on this machine and nowhere else. */
export const isLoopback = (host: string) => ['localhost', '127.0.0.1', '::1', '[::1]'].includes(host)

/** Below the current folder as `./.hufu`, elsewhere in full. */
export function shorten(path: string): string {
  const near = relative(process.cwd(), path)

  return near.startsWith('..') || near === '' ? path : `./${near}`
}

export const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

const isTask = (text: string): text is Command['task'] => ['start', 'job', 'reset'].includes(text)

const toPort = (text: string) => (/^\d{1,5}$/.test(text) && Number(text) < 65_536 ? Number(text) : undefined)
