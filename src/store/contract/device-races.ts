import assert from 'node:assert/strict'
import { aClaim, aDevice, aHash, anEvent, morning } from '../../testing/index.ts'
import { atOnce, countOf, within } from './suite.ts'
import type { Suite } from './suite.ts'
import { parallel, five, inSeconds, waits, entered, answers, refused, redemption } from './waiting-devices.ts'

/** Of many who want the same of one device at once, one gets it. */
export function describeDeviceRaces({ name, open, test }: Suite): void {
  test(
    `${name}: [DV-01] of 50 browsers that enter one code at once, exactly one has the device from then on`,
    within(open, async ({ store, each }) => {
      const device = await waits(store)
      const claims = Array.from({ length: parallel }, () => aClaim(device))

      const outcomes = await atOnce(parallel, (index) => each(index).claimDevice(claims[index]!, anEvent()))

      const waiting = await atOnce(parallel, (index) => store.findTransaction(claims[index]!.id))
      const winner = outcomes.indexOf('done')
      assert.equal(
        countOf(outcomes, (outcome) => outcome === 'done'),
        1,
      )
      assert.deepEqual(
        waiting.map((transaction) => transaction !== undefined),
        outcomes.map((outcome) => outcome === 'done'),
      )
      assert.equal((await store.findDevice(device.id))?.claimedBy, claims[winner]?.browserHash)
    }),
  )

  test(
    `${name}: [DV-01] of a yes and a no in many tabs at once, exactly one is what the device hears`,
    within(open, async ({ store, each }) => {
      const { device, claim } = await entered(store)
      const tabs = Array.from({ length: parallel }, () => aClaim(device, { browserHash: claim.browserHash }))
      await atOnce(parallel, (index) => store.claimDevice(tabs[index]!, anEvent()))

      const outcomes = await atOnce(parallel, (index) =>
        each(index).answerRequest(
          answers(device, tabs[index]!, index % 2 === 0 ? refused : undefined),
          anEvent(),
          morning,
        ),
      )

      const winner = outcomes.indexOf('done')
      const answered = await atOnce(parallel, (index) => store.findTransaction(tabs[index]!.id))
      assert.equal(
        countOf(outcomes, (outcome) => outcome === 'done'),
        1,
      )
      assert.deepEqual(
        answered.map((transaction) => transaction?.answeredAt !== undefined),
        outcomes.map((outcome) => outcome === 'done'),
      )
      assert.equal((await store.findDevice(device.id))?.outcome?.kind, winner % 2 === 0 ? 'refused' : 'allowed')
    }),
  )

  test(
    `${name}: [DV-04] of 50 concurrent redemptions for one device, exactly one succeeds`,
    within(open, async ({ store, each }) => {
      const { device, claim } = await entered(store)
      await store.answerRequest(answers(device, claim), anEvent(), morning)
      const attempts = Array.from({ length: parallel }, () => redemption(device))

      const outcomes = await atOnce(parallel, (index) => each(index).commit(attempts[index]!, morning))

      const made = await atOnce(parallel, (index) => store.findAuthorization(attempts[index]!.authorization!.id))
      assert.equal(
        countOf(outcomes, ({ kind }) => kind === 'done'),
        1,
      )
      assert.deepEqual(
        made.map((authorization) => authorization !== undefined),
        outcomes.map(({ kind }) => kind === 'done'),
      )
    }),
  )

  test(
    `${name}: [DV-04] of 50 questions at once one is on time, and each other one makes the interval longer`,
    within(open, async ({ store, each }) => {
      const device = await waits(store)

      const outcomes = await atOnce(parallel, (index) => each(index).pollDevice(device.id, five, morning))

      assert.equal(
        countOf(outcomes, (outcome) => outcome === 'on_time'),
        1,
      )
      assert.equal((await store.findDevice(device.id))?.interval, 5 * parallel)
    }),
  )

  test(
    `${name}: of 50 devices that begin at once, as many are kept as each quota says, and a user code is kept once`,
    within(open, async ({ store, each }) => {
      const devices = Array.from({ length: parallel }, () => aDevice())
      const [narrow, wide] = [7, 9].map((limit) => ({ key: `quota ${limit}`, limit, windowEnd: inSeconds(600) }))
      const userCodeHash = aHash()

      const outcomes = await atOnce(parallel, (index) =>
        each(index).saveDevice(devices[index]!, [narrow!], anEvent(), morning),
      )
      const others = await atOnce(parallel, (index) =>
        each(index).saveDevice(aDevice(), [wide!, narrow!], anEvent(), morning),
      )
      const alike = await atOnce(parallel, (index) =>
        each(index).saveDevice(aDevice({ userCodeHash }), [], anEvent(), morning),
      )

      const found = await atOnce(parallel, (index) => store.findDevice(devices[index]!.id))
      assert.equal(
        countOf(found, (device) => device !== undefined),
        7,
      )
      assert.deepEqual(
        found.map((device) => device !== undefined),
        outcomes.map((outcome) => outcome === 'done'),
      )
      assert.ok(others.every((outcome) => outcome !== 'done'))
      // What the first quota refuses does not count against the second.
      assert.equal((await store.findAttempts(narrow!.key, morning))?.count, parallel + wide!.limit)
      assert.equal(
        countOf(alike, (outcome) => outcome === 'done'),
        1,
      )
    }),
  )
}
