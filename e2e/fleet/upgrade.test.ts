import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const newer = ['--import', fileURLToPath(new URL('../support/further-steps.ts', import.meta.url))]

test('one process after the other upgrades a SQLite file; an older one goes on after a step that adds, not after one that takes away', (t) => {
  const data = mkdtempSync(join(tmpdir(), 'hufu-upgrade-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const run = (flags: readonly string[], args: readonly string[], steps = '1') => {
    const env = { ...process.env, HUFU_TEST_STEPS: steps }
    const ran = spawnSync(process.execPath, [...flags, main, ...args, '--data', data], { encoding: 'utf8', env })

    return { exit: ran.status, err: ran.stderr }
  }
  const token = ['registration-token'] as const
  const make = spawnSync(process.execPath, ['--input-type=module', '-e', makeFile(join(data, 'hufu.db'))])
  assert.equal(make.status, 0, make.stderr.toString())

  assert.equal(run([], token).exit, 0)
  assert.equal(run(newer, ['db', 'migrate']).exit, 0)
  assert.deepEqual([run(newer, token).exit, run([], token).exit], [0, 0])
  assert.equal(run(newer, ['db', 'migrate'], '2').exit, 0)
  assert.equal(run(newer, token, '2').exit, 0)
  const refused = run([], token)

  assert.equal(refused.exit, 3)
  assert.match(refused.err, /HF-DB-0801.*\n.*was made by a newer Hufu/)
})

const sqlite = new URL('../../src/store/sqlite/index.ts', import.meta.url).href
const makeFile = (file: string) =>
  `const { openSqlite } = await import(${JSON.stringify(sqlite)}); await openSqlite({ file: ${JSON.stringify(file)} }).close()`
