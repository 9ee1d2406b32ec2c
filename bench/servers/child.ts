/**
 * A server's side of the conversation with the benchmark: it says where it listens, and what it has used whenever it is
 * asked. The figures are the operating system's own for the whole process, all its threads included.
 */
import { Session } from 'node:inspector/promises'
import type { Profile } from '../report/profile.ts'

/** Where a server does what. A server that has no such endpoint leaves it out. */
export interface Places {
  readonly port: number
  readonly token?: string
  readonly authorize?: string
  readonly introspect?: string
  readonly revoke?: string
  /** Discovery and keys: read in turn. */
  readonly documents?: readonly string[]
}

export interface Usage {
  /** Microseconds of processor time since the process began, its own and the system's for it. */
  readonly cpu: number
  /** Octets. */
  readonly rss: number
}

export type Question =
  | { readonly ask: 'usage' | 'stop' | 'profile' | 'end-profile' }
  | { readonly ask: 'guard'; readonly issuer: string; readonly tokens: readonly string[]; readonly by: string }

/** Tells the parent that the server is ready, and answers it from then on. */
export function serve(places: Places, close: () => Promise<void>, others: (question: Question) => unknown = () => {}) {
  let session: Session | undefined

  async function answer(question: Question): Promise<unknown> {
    switch (question.ask) {
      case 'usage':
        return usage()
      case 'stop':
        await close()
        setImmediate(() => process.disconnect?.())
        return true
      case 'profile':
        session = new Session()
        session.connect()
        await session.post('Profiler.enable')
        await session.post('Profiler.setSamplingInterval', { interval: 200 })
        await session.post('Profiler.start')
        return true
      case 'end-profile':
        return (await session!.post('Profiler.stop')).profile as Profile
      default:
        return others(question)
    }
  }

  const say = (said: unknown) => void process.send?.(said)

  process.on('message', (question: Question) => {
    answer(question).then(
      (value) => say({ value }),
      (error: unknown) => say({ error: error instanceof Error ? (error.stack ?? error.message) : 'failed' }),
    )
  })
  process.on('disconnect', () => process.exit(0))
  say({ value: places })
}

export function usage(): Usage {
  const { user, system } = process.cpuUsage()

  return { cpu: user + system, rss: process.memoryUsage.rss() }
}
