import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTurns } from './turns.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('so many are begun in one turn, and the others in the next ones, in the order they came', async () => {
  const { take, waiting } = createTurns(2)
  const begun: number[] = []
  const give = (...numbers: number[]) => {
    for (const each of numbers) take(() => begun.push(each))
  }
  const seen: number[][] = []
  const look = () => void seen.push(begun.splice(0))

  give(1, 2, 3, 4, 5)
  assert.equal(waiting(), 3)
  look()
  await turn()
  give(6)
  look()
  await turn()
  look()
  await turn()
  give(7)
  look()

  assert.equal(waiting(), 0)
  assert.deepEqual(seen, [[1, 2], [3, 4], [5, 6], [7]])
})

test('when nobody waits there are no turns', async (context) => {
  const { take } = createTurns(1)
  for (let count = 0; count < 3; count++) take(() => {})
  for (let count = 0; count < 5; count++) await turn()
  const scheduled = context.mock.method(globalThis, 'setImmediate')
  for (let count = 0; count < 5; count++) await turn()

  assert.equal(scheduled.mock.callCount(), 5)
})

test('what is begun says how long it has waited', async (context) => {
  const clock = { now: 5 }
  context.mock.method(performance, 'now', () => clock.now)
  const { take } = createTurns(1)
  const waits: number[] = []
  take((waited) => waits.push(waited))
  take((waited) => waits.push(waited))
  clock.now = 25
  await turn()

  assert.deepEqual(waits, [0, 20])
})
