import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batch } from './batch.ts'

test('what is asked for in one turn is worked off in one go, in order', async () => {
  const log: string[] = []
  const double = batch((input: number) => {
    log.push(`work ${input}`)
    return input * 2
  })

  const outputs = [1, 2, 3].map((each) => double(each).finally(() => log.push(`answer ${each}`)))

  assert.deepEqual(log, [])
  assert.deepEqual(await Promise.all(outputs), [2, 4, 6])
  assert.deepEqual(log, ['work 1', 'work 2', 'work 3', 'answer 1', 'answer 2', 'answer 3'])
})

test('one that fails is told so alone', async () => {
  const half = batch((input: number) => {
    if (input % 2 === 1) throw new Error(`${input} is odd`)
    return input / 2
  })

  const outcomes = await Promise.allSettled([half(2), half(3), half(4)])

  assert.deepEqual(
    outcomes.map((each) => (each.status === 'fulfilled' ? each.value : (each.reason as Error).message)),
    [1, '3 is odd', 2],
  )
  assert.equal(await half(6), 3)
})
