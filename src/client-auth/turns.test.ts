import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTurns } from './turns.ts'

/** Work that is done when it is told to. */
function aWork() {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let begun = false

  return {
    work: () => {
      begun = true
      return promise
    },
    isBegun: () => begun,
    finish: () => resolve('done'),
    fail: () => reject(new Error('failed')),
  }
}

const settled = () => new Promise((go) => setImmediate(go))

test('[RG-07] work for one host is done one after the other, and hosts do not wait for each other', async () => {
  const turns = createTurns()
  const [one, two, other] = [aWork(), aWork(), aWork()]
  const first = turns.take('a.example', one.work)
  const second = turns.take('a.example', two.work)
  const third = turns.take('b.example', other.work)
  await settled()

  assert.deepEqual([one.isBegun(), two.isBegun(), other.isBegun()], [true, false, true])
  one.finish()
  await settled()
  assert.equal(two.isBegun(), true)
  two.finish()
  other.finish()
  assert.deepEqual(await Promise.all([first, second, third]), ['done', 'done', 'done'])
})

test('[RG-07] where too much waits for one host, or is under way at all, nothing more is begun', async () => {
  const turns = createTurns()
  const works = Array.from({ length: 60 }, aWork)
  const sameHost = works.slice(0, 6).map(({ work }) => turns.take('a.example', work))
  const others = works.slice(6).map(({ work }, at) => turns.take(`host${at}.example`, work))
  await settled()

  assert.equal(await sameHost[5], undefined)
  assert.deepEqual(await Promise.all(others.slice(45)), Array(9).fill(undefined))
  for (const each of works) each.finish()
  assert.deepEqual(await Promise.all(sameHost.slice(0, 5)), Array(5).fill('done'))
  assert.deepEqual(await Promise.all(others.slice(0, 45)), Array(45).fill('done'))
  const after = aWork()
  after.finish()
  assert.equal(await turns.take('a.example', after.work), 'done')
})

test('[RG-07] work that fails holds up nobody', async () => {
  const turns = createTurns()
  const [bad, good] = [aWork(), aWork()]
  const first = turns.take('a.example', bad.work)
  const second = turns.take('a.example', good.work)
  bad.fail()
  good.finish()

  await assert.rejects(first)
  assert.equal(await second, 'done')
})
