import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { done, exits } from '../outcome.ts'
import type { Outcome } from '../outcome.ts'
import type { Context } from '../context.ts'

/** The demo is a workspace of its own, which the published package does not bring. */
const workspace = 'hufu-demo'

/** Runs the demo's own program. Its options are its own, so they are handed on unread. */
export async function demo(args: readonly string[], { language, words, err }: Context): Promise<Outcome> {
  const main = findDemo()
  if (main === undefined) {
    err(`hufu: ${words.demo.missing}\n`)
    return { kind: 'failed', exit: exits.config, faults: [] }
  }
  const child = spawn(process.execPath, [main, ...args, '--lang', language], { stdio: 'inherit' })
  // A terminal sends ^C to both of us; it is the demo that ends, and we after it.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  const exit = await new Promise<number>((resolve) => {
    child.on('error', () => resolve(exits.failed))
    child.on('exit', (code) => resolve(code ?? exits.failed))
  })

  return exit === exits.ok ? done : { kind: 'failed', exit, faults: [] }
}

function findDemo(): string | undefined {
  try {
    const main = fileURLToPath(new URL('main.ts', import.meta.resolve(workspace)))
    return existsSync(main) ? main : undefined
  } catch {
    return undefined
  }
}
