import assert from 'node:assert/strict'
import { addSeconds, instant, seconds } from '../../base/time.ts'
import { StoreUnavailable } from '../../ports/store.ts'
import type { Answers, Store } from '../../ports/store.ts'
import type { DeviceAuthorizationId, Transaction } from '../../protocol/authorization.ts'
import type { DeviceAuthorization, DeviceOutcome } from '../../protocol/device.ts'
import {
  aClaim,
  aDevice,
  aDeviceAllowance,
  aDeviceAnswer,
  aHash,
  anAuthorization,
  anEvent,
  anId,
  aRedemption,
  aCode,
  morning,
} from '../../testing/index.ts'
import { atOnce, countOf, within } from './suite.ts'
import type { Suite } from './suite.ts'

const parallel = 50
const five = seconds(5)
const inSeconds = (count: number) => instant(morning + count * 1000)

async function waits(store: Store, given: Partial<DeviceAuthorization> = {}): Promise<DeviceAuthorization> {
  const device = aDevice(given)
  assert.equal(await store.saveDevice(device, [], anEvent(), morning), 'done')

  return device
}

/** A device whose code somebody has entered, with the transaction of their browser. */
async function entered(store: Store): Promise<{ device: DeviceAuthorization; claim: Transaction }> {
  const device = await waits(store)
  const claim = aClaim(device)
  assert.equal(await store.claimDevice(claim, anEvent()), 'done')

  return { device, claim }
}

const answers = (device: DeviceAuthorization, claim: Transaction, outcome?: DeviceOutcome): Answers => ({
  transaction: claim.id,
  pushed: undefined,
  device: aDeviceAnswer(device, claim, outcome),
})

const refused = { kind: 'refused' } as const
const redemption = ({ id }: DeviceAuthorization) =>
  aRedemption(aCode(), { redeem: { kind: 'device', id }, authorization: anAuthorization() })

/** Devices that wait for somebody elsewhere, one step after the other. */
export function describeDevices(suite: Suite): void {
  describeDeviceRaces(suite)
  const { name, open, test } = suite

  test(
    `${name}: [DEV-3.1-01] a device comes back as it was saved, by its id and by its user code, and after each step`,
    within(open, async ({ store, each }) => {
      const device = await waits(store)
      const claim = aClaim(device)
      const answer = aDeviceAnswer(device, claim, { kind: 'allowed', allowed: aDeviceAllowance() })
      const byCode = () => each(1).findDeviceByUserCode(device.userCodeHash)

      assert.deepEqual(await each(1).findDevice(device.id), device)
      assert.deepEqual(await byCode(), device)
      await store.claimDevice(claim, anEvent())
      assert.deepEqual(await byCode(), { ...device, claimedBy: claim.browserHash })
      assert.deepEqual(await each(1).findTransaction(claim.id), claim)
      await store.answerRequest({ transaction: claim.id, pushed: undefined, device: answer }, anEvent(), morning)
      const answered = { ...device, claimedBy: claim.browserHash, outcome: answer.outcome }
      assert.deepEqual(await byCode(), answered)
      await store.commit(redemption(device), inSeconds(7))
      assert.deepEqual(await byCode(), { ...answered, redeemedAt: inSeconds(7) })
      assert.equal(await store.findDevice(anId<DeviceAuthorizationId>()), undefined)
      assert.equal(await store.findDeviceByUserCode(aHash()), undefined)
    }),
  )

  test(
    `${name}: [DV-01] a device that one browser has claimed is neither claimed nor answered by another`,
    within(open, async ({ store, each }) => {
      const { device, claim } = await entered(store)
      const stranger = aClaim(device)
      const again = aClaim(device, { browserHash: claim.browserHash })
      await store.saveTransaction(stranger)

      assert.equal(await each(1).claimDevice(aClaim(device), anEvent()), 'taken')
      for (const outcome of [refused, undefined])
        assert.equal(
          await each(1).answerRequest(answers(device, stranger, outcome), anEvent(), morning),
          'already_answered',
        )
      assert.equal((await store.findTransaction(stranger.id))?.answeredAt, undefined)
      assert.equal((await store.findDevice(device.id))?.outcome, undefined)
      // The same person may enter it again, in another tab.
      assert.equal(await each(1).claimDevice(again, anEvent()), 'done')
      assert.equal(await store.answerRequest(answers(device, again), anEvent(), morning), 'done')
      assert.equal(await each(1).claimDevice(aClaim(device, { browserHash: claim.browserHash }), anEvent()), 'taken')
    }),
  )

  test(
    `${name}: a device that nobody has entered the code of, or that was refused, gives nothing`,
    within(open, async ({ store }) => {
      const device = await waits(store)
      const other = aClaim(device)
      await store.saveTransaction(other)

      assert.equal(await store.answerRequest(answers(device, other), anEvent(), morning), 'already_answered')
      assert.equal((await store.commit(redemption(device), morning)).kind, 'already_redeemed')
      assert.equal((await store.commit(redemption(aDevice()), morning)).kind, 'already_redeemed')
    }),
  )

  test(
    `${name}: [DEV-3.5-01] a device that asks too soon waits five seconds longer from then on, on every connection`,
    within(open, async ({ store, each }) => {
      const device = await waits(store)
      const ask = (at: number) => each(at).pollDevice(device.id, five, inSeconds(at))

      assert.equal(await ask(0), 'on_time')
      assert.equal(await ask(5), 'on_time')
      assert.equal(await ask(9.999), 'too_soon')
      assert.equal(await ask(19.998), 'too_soon')
      assert.equal(await ask(34.998), 'on_time')
      const { interval, polledAt } = (await store.findDevice(device.id))!
      assert.deepEqual([interval, polledAt], [seconds(15), inSeconds(34.998)])
    }),
  )

  test(
    `${name}: what a device is refused for is written nowhere`,
    within(open, async ({ store }) => {
      const { device, claim } = await entered(store)
      await store.answerRequest(answers(device, claim), anEvent(), morning)
      await store.commit(redemption(device), morning)
      const before = await store.listAudit(undefined, 1000)
      const full = { key: 'full', limit: 0, windowEnd: inSeconds(60) }

      await store.saveDevice(aDevice({ userCodeHash: device.userCodeHash }), [], anEvent(), morning)
      await store.saveDevice(aDevice(), [full], anEvent(), morning)
      await store.claimDevice(aClaim(device), anEvent())
      await store.answerRequest(answers(device, claim, refused), anEvent(), morning)
      await store.commit(redemption(device), morning)

      assert.deepEqual(await store.listAudit(undefined, 1000), before)
    }),
  )

  for (const { what, run } of steps)
    test(
      `${name}: ${what} and its audit event are written both or not at all`,
      within(open, async ({ store }) => {
        const taken = anEvent()
        await store.appendAudit(taken)
        const { device, claim } = await entered(store)
        const before = await store.findDevice(device.id)

        await assert.rejects(run(store, anEvent({ id: taken.id }), device, claim), (error) => {
          return !(error instanceof StoreUnavailable)
        })

        assert.deepEqual(await store.findDevice(device.id), before)
        assert.equal((await store.findTransaction(claim.id))?.answeredAt, undefined)
        const event = anEvent()
        await run(store, event, device, claim)
        assert.deepEqual((await store.listAudit(undefined, 1000)).at(-1), event)
      }),
    )

  test(
    `${name}: a device leaves an hour after its end, so that what asks late is told why`,
    within(open, async ({ store }) => {
      const device = await waits(store)
      const end = addSeconds(device.expiresAt, seconds(3600))

      await store.prune(instant(end - 1), 10)
      assert.ok(await store.findDevice(device.id))
      await store.prune(end, 10)
      assert.equal(await store.findDevice(device.id), undefined)
    }),
  )
}

interface Step {
  readonly what: string
  readonly run: (
    store: Store,
    event: ReturnType<typeof anEvent>,
    device: DeviceAuthorization,
    claim: Transaction,
  ) => Promise<unknown>
}

const fresh = aDevice()
const steps: readonly Step[] = [
  { what: 'a device that begins', run: (store, event) => store.saveDevice(fresh, [], event, morning) },
  {
    what: 'entering a user code',
    run: (store, event, device, { browserHash }) => store.claimDevice(aClaim(device, { browserHash }), event),
  },
  {
    what: 'an answer for a device',
    run: (store, event, device, claim) => store.answerRequest(answers(device, claim), event, morning),
  },
]

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
