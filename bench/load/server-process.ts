import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Places, Question, Usage } from '../servers/child.ts'
import type { Profile } from '../report/profile.ts'

/** A server under measurement, in a process of its own. */
export interface ServerProcess {
  readonly places: Places
  readonly ask: <Answer>(question: Question) => Promise<Answer>
  readonly usage: () => Promise<Usage>
  readonly startProfile: () => Promise<unknown>
  readonly endProfile: () => Promise<Profile>
  readonly stop: () => Promise<void>
  readonly pid: number
}

/** Servers have one core and the generator another, where the system can say so. */
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0

const serverCore = '0'
const generatorCore = '1'

/** All threads of this process to the generator's core. */
export function pinGenerator(): void {
  if (canPin) spawnSync('taskset', ['-a', '-c', '-p', generatorCore, String(process.pid)])
}

/** @param file of `bench/servers` */
export async function startServer(file: string, arguments_: readonly string[] = []): Promise<ServerProcess> {
  const script = fileURLToPath(new URL(`../servers/${file}`, import.meta.url))
  const command = [process.execPath, script, ...arguments_]
  const [program = '', ...rest] = canPin ? ['taskset', '-c', serverCore, ...command] : command
  // A process like any in production has this set; some libraries look at it.
  const child = spawn(program, rest, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const answers = conversation(child)
  const places = (await answers.next()) as Places
  const ask = async <Answer>(question: Question) => {
    const answer = answers.next()
    child.send(question)

    return (await answer) as Answer
  }

  return {
    places,
    ask,
    usage: () => ask<Usage>({ ask: 'usage' }),
    startProfile: () => ask({ ask: 'profile' }),
    endProfile: () => ask<Profile>({ ask: 'end-profile' }),
    pid: child.pid ?? 0,
    stop: async () => {
      if (child.exitCode !== null) return
      const ended = new Promise((resolve) => child.once('close', resolve))
      await ask({ ask: 'stop' }).catch(() => child.kill('SIGKILL'))
      await ended
    },
  }
}

const maxPrinted = 4000

type Said = { readonly value: unknown } | { readonly error: string }

/** One question at a time is open, so the next message is its answer. */
function conversation(child: ChildProcess) {
  let waiting: PromiseWithResolvers<unknown> | undefined
  // What libraries have to say while they start is shown only if something fails.
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-maxPrinted)))
  }
  child.on('message', (said: Said) => {
    if ('error' in said) waiting?.reject(new Error(said.error))
    else waiting?.resolve(said.value)
  })
  child.on('close', (code) => waiting?.reject(new Error(`a server ended with ${String(code)}\n${printed}`)))
  child.on('error', (error) => waiting?.reject(error))

  return {
    next: () => {
      waiting = Promise.withResolvers()
      return waiting.promise
    },
  }
}
