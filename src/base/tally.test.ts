import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTally } from './tally.ts'

test('a value that is as large as a bound is counted below it, and one that is larger than all beyond them', () => {
  const tally = createTally([1, 2])
  for (const value of [0.5, 1, 1.5, 2, 7]) tally.add(value)

  assert.deepEqual(tally.read(), { bounds: [1, 2], counts: [2, 2, 1], sum: 12 })
})
