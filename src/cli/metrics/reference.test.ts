import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { metrics } from './catalogue.ts'

test('the reference names every metric of ours with its labels, in both languages, and no other', () => {
  for (const language of ['en', 'zh-CN']) {
    const page = readFileSync(join(import.meta.dirname, `../../../docs/${language}/reference/operations.md`), 'utf8')
    const rows = [...page.matchAll(/^\| `(hufu_\w+)` \|([^|]*)\|/gm)].map(([, name, labels = '']) => [
      name,
      labels.replaceAll('`', '').trim(),
    ])

    assert.deepEqual(
      rows,
      Object.values(metrics).map(({ name, labels }) => [name, labels.join(', ')]),
    )
  }
})
