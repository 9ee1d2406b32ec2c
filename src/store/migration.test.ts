import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checksumOf, doableBeside, findPending, refuseWaiting } from './migration.ts'
import type { AppliedStep, Migration } from './migration.ts'

const first: Migration = { number: 1, name: 'first', sql: '1' }
const adds: Migration = { number: 2, name: 'adds', sql: '2' }
const takesAway: Migration = { number: 3, name: 'takes away', requires: 2, sql: '3' }
const all = [first, adds, takesAway]

const done = (migration: Migration): AppliedStep => ({
  number: migration.number,
  checksum: checksumOf(migration),
  requires: migration.requires ?? 0,
})

test('an older server works on a schema that has further steps, as long as none of them needs a newer one', () => {
  assert.deepEqual(findPending(all.map(done), [first, adds], 'it'), [])
  assert.deepEqual(findPending([done(first), done(adds)], [first], 'it'), [])
  assert.throws(() => findPending(all.map(done), [first], 'it'), {
    message: 'it was made by a newer Hufu (schema step 3): update Hufu to use it',
  })
})

test('what is due are the steps that are not there yet, and a step that was another one is told', () => {
  assert.deepEqual(findPending([], all, 'it'), all)
  assert.deepEqual(findPending([done(first)], all, 'it'), [adds, takesAway])
  assert.throws(() => findPending([{ ...done(first), checksum: 'x' }], all, 'it'), /another schema step 1/)
})

test('a step that takes away waits for the instances that are too old for it, and what comes after it as well', () => {
  const further: Migration = { number: 4, name: 'adds again', sql: '4' }

  assert.deepEqual(doableBeside([], [...all, further]), [...all, further])
  assert.deepEqual(doableBeside([2, 5], [...all, further]), [...all, further])
  assert.deepEqual(doableBeside([2, 1], [...all, further]), [first, adds])
})

test('a server starts before a step that takes away, and not before one that adds', () => {
  assert.doesNotThrow(() => refuseWaiting([], 'it'))
  assert.doesNotThrow(() => refuseWaiting([takesAway], 'it'))
  assert.throws(() => refuseWaiting([takesAway, { ...adds, number: 4 }], 'it'), /needs schema step 3/)
})
