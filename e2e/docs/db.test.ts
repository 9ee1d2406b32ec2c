import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqlite } from 'hufu/sqlite'
import { exits } from '../../src/cli/outcome.ts'
import { run } from '../../src/cli/program.ts'
import { lastingTables } from '../../src/store/tables.ts'

const pages = ['en', 'zh-CN'].map((language) =>
  readFileSync(join(import.meta.dirname, `../../docs/${language}/reference/db.md`), 'utf8'),
)

/** The first cells of the table in each section. */
const columnOf = (page: string, section: number) =>
  [...page.split('\n## ')[section]!.matchAll(/^\| (?!---)(.+?) \|/gm)].slice(1).map(([, cell]) => cell!)

async function hufu(...args: string[]) {
  let out = ''
  await run(args, {}, { out: (text) => void (out += text), err: () => {} })

  return out
}

test('[UX-6.2] the reference of hufu db has every command with its options, every exit code and what status tells', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'hufu-db-docs-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  await openSqlite({ file: join(data, 'hufu.db') }).close()
  const status = JSON.parse(await hufu('db', 'status', '--data', data, '--json')) as object
  const help = await hufu('db', '--help')
  const commands = [...help.matchAll(/^ {2}(\w+) .*?(?= {2})/gm)]
    .map(([, name]) => name!)
    .filter((name) => name !== 'hufu')
  const options = new Map<string, string[]>()
  for (const command of commands)
    for (const [, option] of (await hufu('db', command, '--help')).matchAll(/^ {2}(--[\w-]+(?: <\w+>)?)/gm))
      options.set(option!, [...(options.get(option!) ?? []), command])
  const shared = ['--lang', '--json', '--help']
  const told = [...options].filter(([option]) => !shared.includes(option.split(' ')[0]!))
  const codes = Object.entries(exits)
    .filter(([name]) => name !== 'notFound')
    .map(([, code]) => String(code))

  assert.ok(commands.length === 5 && told.length === 8, help)
  for (const page of pages) {
    assert.deepEqual(
      columnOf(page, 1).map((cell) => /^`hufu db (\w+)/.exec(cell)?.[1]),
      commands,
    )
    const rows = [...page.split('\n## ')[2]!.matchAll(/^\| `(--.+?)` \| (.+?) \|/gm)].map(([, option, of]) => [
      option!,
      /^`(\w+)`$/.exec(of!)?.[1] ?? 'all',
    ])
    assert.deepEqual(
      new Map(rows as [string, string][]),
      new Map(told.map(([option, of]) => [option, of.length === 1 ? of[0]! : 'all'])),
    )
    assert.deepEqual(columnOf(page, 3), codes)
    assert.deepEqual(new Set(columnOf(page, 4)), new Set(Object.keys(status).map((name) => `\`${name}\``)))
    assert.deepEqual(new Set(columnOf(page, 5)), new Set(lastingTables.map((name) => `\`${name}\``)))
  }
})
