import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { RevocationOptions, RevocationStatus } from 'hufu/guard'

export interface GuardProcessOptions extends RevocationOptions {
  readonly issuer: string
  readonly resource: string
  /** Where the issuer is in fact. */
  readonly through: string
}

/** An API with a guard, in a process of its own. */
export interface GuardProcess {
  /** What a caller with this token gets. */
  readonly ask: (token: string) => Promise<number>
  /** Milliseconds until it refuses the token; bounded, so that a test ends. */
  readonly refusedAfter: (token: string) => Promise<number>
  readonly status: () => Promise<RevocationStatus>
  /** It stands still, as a machine does that sleeps. */
  readonly sleep: () => void
  readonly wake: () => void
  readonly stop: () => Promise<void>
}

const program = fileURLToPath(new URL('./guard-process.ts', import.meta.url))

export async function startGuard(options: GuardProcessOptions): Promise<GuardProcess> {
  const child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`a guard ended with ${String(code)}`))),
  ])
  const url = line.slice('ready '.length)

  async function ask(token: string): Promise<number> {
    const answer = await fetch(`${url}/`, { headers: { authorization: `Bearer ${token}` } })
    await answer.text()

    return answer.status
  }

  return {
    ask,
    refusedAfter: async (token) => {
      const begun = performance.now()
      while ((await ask(token)) === 200) {
        if (performance.now() - begun > 30_000) throw new Error('the guard never refused')
        await new Promise((resolve) => setTimeout(resolve, 2))
      }

      return performance.now() - begun
    },
    status: async () => (await (await fetch(`${url}/status`)).json()) as RevocationStatus,
    sleep: () => void child.kill('SIGSTOP'),
    wake: () => void child.kill('SIGCONT'),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}
