import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Result } from './report/result.ts'

const main = join(import.meta.dirname, 'main.ts')

test('the benchmark starts every server, finds every answer right, and says what it measured', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hufu-bench-test-'))
  try {
    const out = join(folder, 'result')
    const run = spawnSync(
      process.execPath,
      [main, '--repetitions', '1', '--seconds', '0.05', '--connections', '4', '--data', folder, '--out', out],
      { encoding: 'utf8' },
    )

    assert.equal(run.status, 0, run.stderr)
    const { rows, guard } = JSON.parse(readFileSync(`${out}.json`, 'utf8')) as Result
    const all = ['W1', 'W1o', 'W2', 'W3', 'W4', 'W5', 'W6']
    const of = (server: string) => rows.filter((row) => row.server === server).map(({ work }) => work)
    assert.deepEqual(of('hufu'), all)
    assert.deepEqual(of('oidc-provider'), all)
    assert.deepEqual(of('node-oauth2-server'), ['W1o', 'W2', 'W3'])
    assert.deepEqual(of('bare'), ['W1', 'W6'])
    assert.deepEqual(
      guard.map(({ by }) => by),
      ['bare', 'jose', 'hufu'],
    )
    assert.ok(rows.every(({ requests }) => requests > 0))
    assert.match(readFileSync(`${out}.md`, 'utf8'), /W1 client credentials/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('the benchmark says how it is used, and refuses a work that it does not know', () => {
  const help = spawnSync(process.execPath, [main, '--help'], { encoding: 'utf8' })
  const wrong = spawnSync(process.execPath, [main, '--works', 'W9'], { encoding: 'utf8' })

  assert.match(help.stdout, /--quick/)
  assert.equal(wrong.status, 2)
  assert.match(wrong.stderr, /W9 is none of W1,/)
})
