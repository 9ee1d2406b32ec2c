import { spawn } from 'node:child_process'

/** A step of `npm test`: a command, or several of one kind whose test counts add up. */
export type Stage = {
  readonly name: string
  readonly commands: readonly (readonly string[])[]
  readonly tests?: boolean
  /** Its output is shown though it passed: for who asked for single files and wants their figures. */
  readonly shown?: boolean
  /** @default 8 */
  readonly limitMinutes?: number
}

export type Outcome = {
  readonly name: string
  readonly ok: boolean
  readonly seconds: number
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** A hung test must end the run with its name on the screen, long before a build machine gives up on us. */
const usualMinutes = 8

/** Runs one stage. Its output is shown only when it failed, or is to be shown, and then all of it. */
export async function run(stage: Stage, root: string): Promise<Outcome> {
  const started = Date.now()
  const results = []
  for (const command of stage.commands) results.push(await execute(command, root, stage.limitMinutes ?? usualMinutes))

  const counts = results.map((result) => countsOf(result.output))
  const sum = (key: 'passed' | 'failed' | 'skipped') => counts.reduce((total, each) => total + each[key], 0)
  const ranNothing = stage.tests === true && sum('passed') + sum('failed') === 0
  const ok = results.every(({ status }) => status === 0) && sum('failed') === 0 && !ranNothing
  if (!ok || stage.shown === true)
    for (const { output } of results) process.stdout.write(output.endsWith('\n') ? output : `${output}\n`)
  if (ranNothing) process.stdout.write(`${stage.name}: no test ran\n`)

  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')]
  return { name: stage.name, ok, seconds: (Date.now() - started) / 1000, passed, failed, skipped }
}

/** What the last lines of Node's test runner say; cancelled tests did not pass. */
export function countsOf(output: string): { passed: number; failed: number; skipped: number } {
  const read = (word: string) => Number(new RegExp(`^(?:ℹ|#) ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0)
  return { passed: read('pass'), failed: read('fail') + read('cancelled'), skipped: read('skipped') + read('todo') }
}

function execute(
  command: readonly string[],
  root: string,
  limitMinutes: number,
): Promise<{ status: number; output: string }> {
  const [file = '', ...args] = command
  const child = spawn(file, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', NODE_ENV: 'test' },
    detached: process.platform !== 'win32', // so that a hung stage is ended with everything it started
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))

  const end = () => {
    if (child.pid === undefined) return
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL')
  }
  const stop = (signal: NodeJS.Signals) => {
    end()
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const timer = setTimeout(() => {
    chunks.push(Buffer.from(`\nstopped after ${limitMinutes} minutes: ${command.slice(0, 6).join(' ')} …\n`))
    end()
  }, limitMinutes * 60_000)

  return new Promise((resolve) => {
    const finish = (status: number) => {
      clearTimeout(timer)
      process.off('SIGINT', stop).off('SIGTERM', stop)
      resolve({ status, output: Buffer.concat(chunks).toString('utf8') })
    }
    child.on('error', (error) => {
      chunks.push(Buffer.from(`${file}: ${error.message}\n`))
      finish(1)
    })
    child.on('close', (status) => finish(status ?? 1))
  })
}
