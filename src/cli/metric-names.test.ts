import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { metricNames } from './metrics.ts'

test('the reference names every metric of ours, in both languages, and no other', () => {
  for (const language of ['en', 'zh-CN']) {
    const page = readFileSync(join(import.meta.dirname, `../../docs/${language}/reference/operations.md`), 'utf8')
    const rows = [...page.matchAll(/^\| `(hufu_\w+)` \|/gm)].map(([, name]) => name)

    assert.deepEqual(new Set(rows), new Set(Object.values(metricNames)))
  }
})
