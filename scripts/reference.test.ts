import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { catalogue } from '../src/protocol/errors.ts'
import { guardRefusals } from '../src/protocol/guard-refusals.ts'
import { referencePages } from './reference.ts'

const root = join(import.meta.dirname, '..')

test('the generated pages of the reference are current: npm run reference renews them', () => {
  for (const [path, text] of referencePages()) assert.equal(readFileSync(join(root, path), 'utf8'), text, path)
})

test('every number that is ever sent stands in the reference, in both languages', () => {
  const ids = [...Object.values(catalogue), ...Object.values(guardRefusals)].map(({ id }) => id)

  for (const [path, text] of referencePages())
    assert.deepEqual(
      ids.filter((id) => !text.includes(`\n### ${id}\n`)),
      [],
      path,
    )
})
