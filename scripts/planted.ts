/**
 * Do the tests notice when a defence is gone? Each planted fault takes one out of a copy of the sources and runs the
 * tests of its rows: one that names a row has to fail. Usage: npm run test:planted [-- ID…]
 *
 * Fails on a fault that no test noticed, on one whose place is not in the source any more, and on a critical row of an
 * attack area that no fault stands for and whose reason is not in planted/critical.json.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCopy, plant } from './planted/copy.ts'
import { plantedFaults } from './planted/faults.ts'
import type { PlantedFault } from './planted/fault.ts'
import { readTests } from './trace-tests.ts'

const root = join(import.meta.dirname, '..')
const limitMs = 120_000

const named = process.argv.slice(2)
const chosen = plantedFaults.filter(({ ids }) => named.length === 0 || ids.some((id) => named.includes(id)))
const folder = mkdtempSync(join(tmpdir(), 'hufu-planted-'))
const waiting = [...chosen]
const problems: string[] = []
try {
  const workers = Math.max(1, Math.min(availableParallelism(), waiting.length))
  await Promise.all(Array.from({ length: workers }, (_, at) => work(join(folder, String(at)))))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
if (named.length === 0) problems.push(...missingRows())
for (const problem of problems) console.error(`planted: ${problem}`)
console.log(`${chosen.length - problems.length} of ${chosen.length} planted faults were noticed`)
process.exitCode = problems.length === 0 ? 0 : 1

async function work(copy: string): Promise<void> {
  makeCopy(copy)
  for (let fault = waiting.shift(); fault !== undefined; fault = waiting.shift()) {
    const problem = await tryOut(fault, copy)
    console.log(`${problem === undefined ? 'noticed' : 'MISSED '}  ${fault.ids.join(' ').padEnd(24)} ${fault.file}`)
    if (problem !== undefined) problems.push(`${fault.ids.join(' ')} ${fault.file}: ${problem}`)
  }
}

async function tryOut(fault: PlantedFault, copy: string): Promise<string | undefined> {
  const restore = plant(fault, copy)
  if (restore === undefined) return 'what it takes out does not stand in the source once'
  try {
    const failed = await failedTests(fault.tests, copy)
    const rows = fault.tests.flatMap((file) => readTests(file, readFileSync(join(copy, file), 'utf8')))
    const noticed = failed.some(
      (title) =>
        fault.ids.some((id) => title.includes(`[${id}]`)) ||
        rows.some((each) => isTitle(each.title, title) && each.ids.some((id) => fault.ids.includes(id))),
    )

    return noticed ? undefined : `no test of its rows failed (failed: ${failed.join('; ') || 'none'})`
  } finally {
    restore()
  }
}

/** A title in the source may hold `${…}`. */
function isTitle(source: string, shown: string): boolean {
  const parts = source.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))

  return new RegExp(`^${parts.join('.*')}$`).test(shown)
}

function failedTests(files: readonly string[], copy: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', ...files], {
    cwd: copy,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'test' },
    timeout: limitMs,
    killSignal: 'SIGKILL',
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))

  return new Promise((resolve) => {
    child.on('close', () => {
      const output = Buffer.concat(chunks).toString('utf8')
      resolve(
        Array.from(output.matchAll(/^\s*not ok \d+ - (.*)$/gm), ([, title = '']) =>
          title.replace(/ # .*$/, '').replaceAll(String.raw`\#`, '#'),
        ),
      )
    })
  })
}

/** Critical rows, by docs/conformance/critical.json, that neither a fault nor a reason stands for. */
function missingRows(): readonly string[] {
  const file = join(root, 'docs/conformance/critical.json')
  const { rows, reasons } = JSON.parse(readFileSync(file, 'utf8')) as {
    rows: readonly string[]
    reasons: Readonly<Record<string, string>>
  }
  const planted = new Set(plantedFaults.flatMap(({ ids }) => ids))

  return rows
    .filter((id) => !planted.has(id) && reasons[id] === undefined)
    .map((id) => `${id} is critical and has neither a planted fault nor a reason in docs/conformance/critical.json`)
}
