import assert from 'node:assert/strict'
import { atOnce, within } from './suite.ts'
import type { Suite } from './suite.ts'

/** Where the database stands among its copies. */
export function describeEpochs({ name, open, test }: Suite): void {
  test(
    `${name}: a new database has cut nothing off, and every connection sees the same epoch`,
    within(open, async ({ store, each }) => {
      const epoch = await store.loadEpoch()

      assert.match(epoch.databaseId, /^[0-9a-f]{32}$/)
      assert.equal(epoch.validAfter, 0)
      assert.deepEqual(await each(1).loadEpoch(), epoch)
    }),
  )

  test(
    `${name}: the mark rises with every instance that checks in, each time, from all connections at once`,
    within(open, async ({ store, each }) => {
      const { databaseId, mark: before } = await store.loadEpoch()

      const told = await atOnce(10, (index) => each(index).checkIn(`instance ${index % 3}`, '1.0.0'))
      await store.checkOut('instance 1')

      assert.deepEqual(
        told.map(({ mark }) => mark - before).toSorted((one, other) => one - other),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      )
      assert.deepEqual(await each(1).loadEpoch(), { databaseId, validAfter: 0, mark: before + 10 })
    }),
  )
}
