import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const read = (name: string) => readFileSync(join(import.meta.dirname, '../..', name), 'utf8')

test('[LG-04] the reference of the audit has every type of event, in both languages', () => {
  const [, list] = /auditTypes = \[([^\]]+)\]/.exec(read('src/protocol/audit-event.ts'))!
  const types = [...list!.matchAll(/'(\w+)'/g)].map(([, name]) => name)
  assert.ok(types.length > 20)

  for (const language of ['en', 'zh-CN']) {
    const section = read(`docs/${language}/reference/audit.md`).split('\n## ')[2]!
    const told = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)

    assert.deepEqual(new Set(told), new Set(types))
    assert.equal(told.length, types.length)
  }
})
