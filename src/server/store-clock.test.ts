import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { instant } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import { followStoreClock } from './store-clock.ts'

const nine = Date.UTC(2026, 0, 1, 9)
const hour = 3_600_000

/** A machine whose clock can be set, and a store whose clock is right. */
async function world({ away = 0 } = {}) {
  let passed = 0
  let wrong = 0
  let isDown = false
  const reports: string[] = []
  const read = async (): Promise<Instant> => {
    if (isDown) throw new Error('down')
    passed += away / 2
    const there = instant(nine + passed)
    passed += away / 2

    return there
  }
  mock.timers.enable({ apis: ['setInterval'] })
  const machine = { wall: () => nine + passed + wrong, steady: () => passed + 777 }
  const clock = await followStoreClock(read, ({ message }) => reports.push(message), machine)
  const pass = async (milliseconds: number) => {
    passed += milliseconds
    mock.timers.tick(1000)
    await turn()
  }

  return {
    clock,
    reports,
    pass,
    trueTime: () => nine + passed,
    set: (milliseconds: number) => void (wrong = milliseconds),
    setDown: (value: boolean) => void (isDown = value),
    end: async () => {
      await clock.stop()
      mock.timers.reset()
    },
  }
}

for (const jump of [hour, -hour]) {
  test(`[CD-05] a machine whose clock jumps by ${jump / hour} h goes on with the time of the store, and says so once`, async () => {
    const { clock, pass, set, reports, trueTime, end } = await world()
    set(jump)

    assert.equal(clock.now(), trueTime())
    for (let count = 0; count < 3; count += 1) await pass(1000)

    assert.equal(clock.now(), trueTime())
    assert.deepEqual(reports, [
      `the clock of this machine is 3600 s ${jump > 0 ? 'ahead of' : 'behind'} the database's`,
    ])
    await end()
  })
}

test('a minute is no reason to say anything, and more than a minute is, each time that it begins', async () => {
  const { pass, set, reports, end } = await world()
  for (const off of [60_000, 60_001, 60_001, 0, -60_001]) {
    set(off)
    await pass(1000)
  }

  assert.equal(reports.length, 2)
  await end()
})

test('the way to the store and back is not counted as time', async () => {
  const { clock, trueTime, pass, end } = await world({ away: 400 })

  assert.equal(clock.now(), trueTime())
  await pass(1000)
  assert.equal(clock.now(), trueTime())
  await end()
})

test('while the store does not answer, time goes on; and afterwards too', async () => {
  const { clock, trueTime, pass, setDown, end } = await world()
  setDown(true)
  await pass(hour)
  assert.equal(clock.now(), trueTime())
  setDown(false)
  await pass(1000)

  assert.equal(clock.now(), trueTime())
  await end()
})
