import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/*
 * The command line as a shell runs it, each time in a process of its own.
 */
const launcher = join(import.meta.dirname, '../cli/hufu.js')
const environment = { ...process.env, LC_ALL: 'C' }

/** Runs a command to its end. */
export function runHufu(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
  return new Promise<{ exit: number | null; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd, env: { ...environment, ...env }, timeout: 60_000 }
    const child = execFile(process.execPath, [launcher, ...args], options, (_error, stdout, stderr) =>
      resolve({ exit: child.exitCode, stdout, stderr }),
    )
  })
}

/** A server that has said its line on stdout. It ends with the test at the latest. */
export async function startHufu(
  context: TestContext,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
) {
  const child = spawn(process.execPath, [launcher, ...args], { cwd, env: { ...environment, ...env } })
  let [stdout, stderr] = ['', '']
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  context.after(() => {
    child.kill('SIGKILL')
    return ended
  })
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
      if (stdout.includes('\n')) resolve()
    })
    child.once('close', (code) => reject(new Error(`hufu ${args.join(' ')} ended with ${code}: ${stderr}`)))
  })

  return {
    stdout: () => stdout,
    stderr: () => stderr,
    stop: (signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL') => {
      child.kill(signal)
      return ended
    },
  }
}

/** A folder of its own with JSON files in it that only their owner can read; it leaves with the test. */
export async function aFolder(context: TestContext, files: Readonly<Record<string, object>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hufu-cli-'))
  context.after(() => rm(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), JSON.stringify(content), { mode: 0o600 })

  return folder
}

/** A port that nobody listens at just now. */
export function freePort(): Promise<number> {
  const server = createServer()

  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
