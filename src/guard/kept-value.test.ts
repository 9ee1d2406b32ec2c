import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../base/time.ts'
import { keepValue } from './kept-value.ts'

const times = { fresh: 600_000, stale: 3_600_000, renewal: 30_000 }

/** A source that answers with the next of `answers`, the last one again and again. */
function arrange(...answers: readonly (string | undefined)[]) {
  let questions = 0
  const kept = keepValue(async () => {
    const text = answers[Math.min(questions++, answers.length - 1)]
    return text === undefined ? undefined : { text }
  }, times)

  return {
    at: async (time: number) => (await kept.current(instant(time)))?.text,
    renewedAt: async (time: number) => (await kept.renewed(instant(time)))?.text,
    questions: () => questions,
    isFailing: () => kept.isFailing,
  }
}

test('a value is given out until it is no longer fresh, then its source is asked', async () => {
  const source = arrange('a', 'b')

  assert.equal(await source.at(0), 'a')
  assert.equal(await source.at(599_999), 'a')
  assert.equal(source.questions(), 1)
  assert.equal(await source.at(600_000), 'b')
  assert.equal(source.questions(), 2)
})

test('however many wait, one question is under way', async () => {
  const source = arrange('a')

  const values = await Promise.all(Array.from({ length: 100 }, () => source.at(0)))

  assert.deepEqual(new Set(values), new Set(['a']))
  assert.equal(source.questions(), 1)
})

test('[RS-05] while the source fails the old value serves, to its bound and no longer', async () => {
  const source = arrange('a', undefined)
  await source.at(0)

  assert.equal(await source.at(600_000), 'a')
  assert.equal(source.isFailing(), true)
  assert.equal(await source.at(3_599_999), 'a')
  assert.equal(await source.at(3_600_000), undefined)
})

test('[RS-06] without any value there is none until the source answers, which is asked once a second', async () => {
  const source = arrange(undefined, 'a')

  assert.equal(await source.at(0), undefined)
  assert.equal(await source.at(999), undefined)
  assert.equal(source.questions(), 1)
  assert.equal(await source.at(1000), 'a')
  assert.equal(source.isFailing(), false)
})

test('nobody waits for a source that fails while an old value may be used', async () => {
  const answers: (() => void)[] = []
  let questions = 0
  const kept = keepValue<{ text: string }>(async () => {
    questions += 1
    if (questions === 1) return { text: 'a' }
    if (questions === 2) return undefined
    return new Promise((resolve) => answers.push(() => resolve({ text: 'c' })))
  }, times)
  await kept.current(instant(0))
  await kept.current(instant(600_000))

  const whileAsking = await kept.current(instant(602_000))
  answers[0]!()
  await new Promise(setImmediate)

  assert.equal(whileAsking?.text, 'a')
  assert.equal((await kept.current(instant(602_001)))?.text, 'c')
})

test('[RS-05] what is asked for before its time is asked at most every 30 seconds', async () => {
  const source = arrange('a', 'b', 'c')
  await source.at(0)

  assert.equal(await source.renewedAt(29_999), 'a')
  assert.equal(await source.renewedAt(30_000), 'b')
  assert.equal(await source.renewedAt(59_999), 'b')
  assert.equal(source.questions(), 2)
})

test('[RS-10] a clock that is set back makes a value old, not young', async () => {
  const source = arrange('a', 'b')
  await source.at(3_600_000)

  assert.equal(await source.at(0), 'b')
})
