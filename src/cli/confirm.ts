import { createInterface } from 'node:readline/promises'
import type { Context } from './context.ts'

/** Asks a person who is there; without one the answer is `--yes` alone. */
export async function confirm(plan: string, yes: boolean, { words, err }: Context): Promise<boolean> {
  err(`${plan}\n`)
  if (yes) return true
  if (!process.stdin.isTTY) return false
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(?:es)?$/i.test((await terminal.question(words.confirm)).trim())
  } finally {
    terminal.close()
  }
}
