/**
 * Everything `npm test` runs, fast first; `--quick` is `npm run check`; `--core` is what has to hold on every Node, see
 * `node24.ts`. A failed stage shows all its output and does not stop the others. `npm test -- FILE…` runs just these
 * test files.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run, type Outcome, type Stage } from './stages.ts'

const root = join(import.meta.dirname, '..')
const node = process.execPath
const tool = (path: string, ...args: string[]) => [node, join(root, 'node_modules', path), ...args]

const faults = 'e2e/faults/'
const named = process.argv.slice(2).filter((each) => !each.startsWith('--'))
const quick = process.argv.includes('--quick')
const core = process.argv.includes('--core')

const units = find('src/**/*.test.ts')
const together = units.filter(sharesProcess)
const apart = units.filter((file) => !sharesProcess(file))

const checks: Stage[] = [
  { name: 'format', commands: [tool('oxfmt/bin/oxfmt', '--check', '.')] },
  { name: 'lint', commands: [tool('oxlint/bin/oxlint', '--format=unix')] },
  { name: 'types', commands: [tool('typescript/bin/tsc', '--project', 'tsconfig.json')] },
]
const unit: Stage = {
  name: 'unit tests',
  commands: [...testRun(together, '--test-isolation=none'), ...testRun(apart, '--test-concurrency=2')],
  tests: true,
}
const whole: Stage[] = [
  { name: 'scripts', commands: testRun(find('scripts/**/*.test.ts'), '--test-concurrency=2'), tests: true },
  {
    name: 'examples',
    commands: testRun(find('{examples,demo,bench}/**/*.test.ts'), '--test-concurrency=2'),
    tests: true,
  },
  // Faults take their time, and want the machine for themselves: `npm run test:faults`.
  {
    name: 'end to end',
    commands: testRun(
      find('e2e/**/*.test.ts').filter((file) => !file.startsWith(faults)),
      '--test-concurrency=2',
    ),
    tests: true,
  },
  { name: 'unused code', commands: [tool('knip/bin/knip.js')] },
  { name: 'trace', commands: [[node, 'scripts/trace.ts']] },
]

const concurrency = process.argv.includes('--one-by-one') ? 1 : 2
const fileMinutes = 30
const files: Stage = {
  name: 'files',
  // A file that hangs shall not keep the others from their turn.
  commands: testRun(named, `--test-concurrency=${concurrency}`, `--test-timeout=${fileMinutes * 60_000}`),
  tests: true,
  shown: true,
  limitMinutes: 120,
}
const protocol: Stage = {
  name: 'protocol',
  commands: testRun(find('e2e/protocol/**/*.test.ts'), '--test-concurrency=2'),
  tests: true,
}
const stages =
  named.length > 0 ? [files] : core ? [unit, protocol] : quick ? [...checks, unit] : [...checks, unit, ...whole]
const outcomes: Outcome[] = []
for (const stage of stages) {
  const outcome = await run(stage, root)
  outcomes.push(outcome)
  console.log(line(outcome, stage))
}
summarize()

function find(pattern: string): string[] {
  const found = globSync(pattern, { cwd: root, exclude: (name) => name === 'node_modules' })
  return found.map((name) => name.replaceAll('\\', '/')).toSorted()
}

/** Pure units share one process, which saves 40 ms a file; what holds servers, files or children has its own. */
function sharesProcess(file: string): boolean {
  const text = readFileSync(join(root, file), 'utf8')
  return !/node:(?:http|https|net|child_process|worker_threads|cluster|sqlite)|mock\.timers|startPostgres|process\.(?:env|on|chdir)|\/store\//.test(
    text,
  )
}

function testRun(list: readonly string[], ...flags: string[]): string[][] {
  return list.length === 0 ? [] : [[node, '--test', ...flags, '--test-reporter=spec', ...list]]
}

function line(outcome: Outcome, stage: Stage): string {
  const counts = stage.tests ? `${outcome.passed} passed${outcome.failed > 0 ? `, ${outcome.failed} failed` : ''}` : ''
  const skipped = outcome.skipped > 0 ? `, ${outcome.skipped} skipped` : ''
  const seconds = `${outcome.seconds.toFixed(1)} s`
  return `${outcome.ok ? 'ok    ' : 'FAILED'}  ${outcome.name.padEnd(12)} ${seconds.padStart(8)}  ${counts}${skipped}`.trimEnd()
}

function summarize(): void {
  const total = (key: 'passed' | 'failed' | 'seconds') => outcomes.reduce((sum, each) => sum + each[key], 0)
  const broken = outcomes.filter(({ ok }) => !ok).map(({ name }) => name)
  if (broken.length > 0) console.log(`\nfailed: ${broken.join(', ')}`)

  // A stage that breaks without a failed test (lint, a crash) still counts as one failure.
  const failures = total('failed') + outcomes.filter(({ ok, failed }) => !ok && failed === 0).length
  console.log(`\n${total('seconds').toFixed(0)} s on Node ${process.version}`)
  console.log(`${total('passed')} passed, ${failures} failed`)
  process.exitCode = failures === 0 && total('passed') > 0 ? 0 : 1
}
