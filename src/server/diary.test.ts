import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDiary } from './diary.ts'

test('the diary knows when work was last done, how often it failed, and leaves the failure to who called', async () => {
  const diary = createDiary()
  const prune = diary.note('prune', async () => diary.removed(7))
  const seal = diary.note('seal_audit', async () => {
    throw new Error('no disk')
  })
  await prune()
  await assert.rejects(seal(), /no disk/)

  const { tasks, removed } = diary.read()

  assert.equal(removed, 7)
  assert.deepEqual(
    tasks.map(({ task, lastDone, failed, seconds }) => [task, lastDone > 0, failed, seconds.counts[0]]),
    [
      ['prune', true, 0, 1],
      ['seal_audit', false, 1, 1],
    ],
  )
})
