import assert from 'node:assert/strict'
import { addSeconds, instant, seconds } from '../../base/time.ts'
import { StoreUnavailable } from '../../ports/store.ts'
import type { Store } from '../../ports/store.ts'
import type { DeviceAuthorizationId, Transaction } from '../../protocol/authorization.ts'
import type { DeviceAuthorization } from '../../protocol/device.ts'
import { aClaim, aDevice, aDeviceAllowance, aDeviceAnswer, aHash, anEvent, anId, morning } from '../../testing/index.ts'
import { within } from './suite.ts'
import type { Suite } from './suite.ts'
import { five, inSeconds, waits, entered, answers, refused, redemption } from './waiting-devices.ts'

/** Devices that wait for somebody elsewhere, one step after the other. */
export function describeDevices({ name, open, test }: Suite): void {
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
