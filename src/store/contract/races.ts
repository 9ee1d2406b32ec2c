import assert from 'node:assert/strict'
import { instant } from '../../base/time.ts'
import type { Subject } from '../../protocol/account.ts'
import { anAccount, anEvent, anId, aSealedKey, morning } from '../../testing/index.ts'
import { atOnce, countOf, within } from './suite.ts'
import type { Suite } from './suite.ts'

const parallel = 50

/** Of any number at once, one wins, or all are counted: attempts, keys, names. */
export function describeRaces({ name, open, test }: Suite): void {
  test(
    `${name}: 50 concurrent failed attempts are counted one by one, none is lost`,
    within(open, async ({ store, each }) => {
      const end = instant(morning + 1000)

      const answers = await atOnce(parallel, (index) => each(index).countAttempt('li.wei', end, morning))

      assert.deepEqual(
        answers.map(({ count }) => count).toSorted((left, right) => left - right),
        Array.from({ length: parallel }, (_, index) => index + 1),
      )
      assert.deepEqual(await store.findAttempts('li.wei', morning), { count: parallel, windowEnd: end })
    }),
  )

  test(
    `${name}: of 20 servers that make the first signing key at once, one succeeds and its key is the only one`,
    within(open, async ({ store, each }) => {
      const keys = Array.from({ length: 20 }, () => aSealedKey())

      const answers = await atOnce(20, (index) =>
        each(index).changeSigningKeys({ seen: [], add: [keys[index]!], remove: [] }, anEvent()),
      )

      assert.equal(
        countOf(answers, (changed) => changed),
        1,
      )
      assert.deepEqual(await store.loadSigningKeys(), [keys[answers.indexOf(true)]])
    }),
  )

  test(
    `${name}: of 20 accounts that want one username at once, one gets it`,
    within(open, async ({ store, each }) => {
      const accounts = Array.from({ length: 20 }, () => anAccount({ subject: anId<Subject>() }))

      const answers = await atOnce(20, (index) => each(index).saveAccount(accounts[index]!, 'li.wei', anEvent()))

      const found = await atOnce(20, (index) => store.findAccount(accounts[index]!.subject))
      assert.equal(
        countOf(answers, (answer) => answer === 'done'),
        1,
      )
      assert.equal(
        countOf(found, (account) => account !== undefined),
        1,
      )
    }),
  )
}
