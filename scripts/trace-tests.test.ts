import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTests } from './trace-tests.ts'

test('a test is traced by the ids of its title and of the lines under it', () => {
  const text = [
    "test('[O21-4.1.3-04] it is so', () => {",
    '  // req: BCP-2.1.1-03, UX-3.1a',
    '})',
    'test(`${name}: [JAT-2-01] and so`, async () => {})',
    "test('this one names none', () => {})",
  ].join('\n')

  const ids = readTests('a.test.ts', text).map((each) => each.ids)

  assert.deepEqual(ids, [['O21-4.1.3-04', 'BCP-2.1.1-03', 'UX-3.1a'], ['JAT-2-01']])
})

test('a test that does not run proves nothing', () => {
  const text = [
    "test.skip('[RU-01] a', () => {})",
    "test.todo('[RU-02] b')",
    "test('[RU-03] c', { skip: true }, () => {})",
    "test('[RU-04] d', { timeout: 5 }, () => {})",
  ].join('\n')

  const ids = readTests('a.test.ts', text).flatMap((each) => each.ids)

  assert.deepEqual(ids, ['RU-04'])
})

test('an array in a title is not an id, a misspelt id is one', () => {
  const text = "test('[1, 2] is a list and [O21-9.9-99] is nothing', () => {})"

  assert.deepEqual(readTests('a.test.ts', text)[0]?.ids, ['O21-9.9-99'])
})
