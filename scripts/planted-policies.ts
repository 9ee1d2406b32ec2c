/**
 * Does the state machine of codes, refresh tokens and sessions know the rules? Each fault breaks one of them in a copy
 * of the sources; within some hundred histories it has to be found. Usage: npm run test:policies [-- WORD…]
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCopy, plant } from './planted/copy.ts'
import { policyFaults } from './planted/policies.ts'
import type { PolicyFault } from './planted/policies.ts'

/** Histories to find it in; a fault that takes more is not found. */
const runs = 1000
const seed = 1
const limitMs = 180_000

const words = process.argv.slice(2)
const chosen = policyFaults.filter(({ fault }) => words.every((each) => fault.includes(each)))
const folder = mkdtempSync(join(tmpdir(), 'hufu-policies-'))
const waiting = [...chosen]
const found: number[] = []
try {
  await Promise.all(
    Array.from({ length: Math.max(1, availableParallelism()) }, (_, at) => work(join(folder, String(at)))),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(
  `${found.length} of ${chosen.length} planted policy faults found, the slowest after ${Math.max(...found)} histories`,
)
process.exitCode = found.length === chosen.length ? 0 : 1

async function work(copy: string): Promise<void> {
  makeCopy(copy)
  for (let fault = waiting.shift(); fault !== undefined; fault = waiting.shift()) {
    const after = await find(fault, copy)
    if (typeof after === 'number') found.push(after)
    console.log(
      `${typeof after === 'number' ? `found after ${String(after).padStart(4)}` : 'NOT FOUND       '}  ${fault.fault}`,
    )
    if (typeof after === 'string') console.error(after)
  }
}

/** How many histories it took; text, if it was not found, of why. */
async function find(fault: PolicyFault, copy: string): Promise<number | string> {
  const restore = plant(fault, copy)
  if (restore === undefined) return 'what it changes does not stand in the source once'
  const output = await runModel(copy)
  restore()
  const after = /Property failed after (\d+) tests/.exec(output)?.[1]

  return after === undefined ? output.slice(-2000) : Number(after)
}

function runModel(copy: string): Promise<string> {
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', 'e2e/model/model.test.ts'], {
    cwd: copy,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'test', HUFU_RUNS: String(runs), HUFU_SEED: String(seed) },
    timeout: limitMs,
    killSignal: 'SIGKILL',
  })
  const chunks: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk))

  return new Promise((resolve) => child.on('close', () => resolve(Buffer.concat(chunks).toString('utf8'))))
}
