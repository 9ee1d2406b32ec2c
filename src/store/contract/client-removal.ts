import assert from 'node:assert/strict'
import { addSeconds, instant, seconds } from '../../base/time.ts'
import type { Instant } from '../../base/time.ts'
import {
  aClient,
  aCode,
  aConsent,
  anAuthorization,
  anEvent,
  anId,
  aRotation,
  aTransaction,
  liWei,
  morning,
  someChanges,
} from '../../testing/index.ts'
import { atOnce, countOf, within } from './suite.ts'
import type { Suite } from './suite.ts'
import { day, firstEnd, later, manyYears, register, isThere } from './self-registered.ts'

/** Clients that leave by themselves, and what goes with them. */
export function describeClientRemoval({ name, open, test }: Suite): void {
  test(
    `${name}: [DCR-7592-2.3-01] a client that was removed is gone at once, for everybody, and is not brought back by a late change`,
    within(open, async ({ store, each }) => {
      const client = await register(store)
      await each(1).findClient(client.id)
      await store.saveClient(aClient(), anEvent())

      const outcomes = await atOnce(10, (index) => each(index).removeClient(client.id, anEvent(), later))

      assert.equal(
        countOf(outcomes, (done) => done),
        1,
      )
      assert.equal(await isThere(store, client), false)
      assert.equal(await isThere(each(1), client), false)
      assert.equal(await each(1).replaceClient(client, anEvent()), false)
      assert.equal(await isThere(store, client), false)
      assert.equal(await store.removeClient(aClient().id, anEvent(), later), false)
      assert.equal(await isThere(store, aClient()), true)
    }),
  )

  test(
    `${name}: [DCR-7592-2.3-01] of removing a client and issuing to it at once, the first wins and nothing is half done`,
    within(open, async ({ store, each }) => {
      for (let round = 0; round < 10; round += 1) {
        const client = await register(store)
        const authorizations = Array.from({ length: 8 }, () => anAuthorization({ clientId: client.id }))
        const commit = (index: number) =>
          each(index).commit(
            someChanges({
              authorization: authorizations[index]!,
              user: { clientId: client.id, until: authorizations[index]!.endsAt },
            }),
            morning,
          )

        const [removed, ...outcomes] = await Promise.all([
          each(round).removeClient(client.id, anEvent(), morning),
          ...authorizations.map(async (_, index) => (await commit(index)).kind),
        ])

        const made = await atOnce(8, (index) => store.findAuthorization(authorizations[index]!.id))
        assert.equal(removed, true)
        assert.deepEqual(
          made.map((each_) => each_ !== undefined),
          outcomes.map((kind) => kind === 'done'),
        )
        assert.ok(outcomes.every((kind) => kind === 'done' || kind === 'client_gone'))
        assert.deepEqual(await commit(0), { kind: 'client_gone' })
      }
    }),
  )

  test(
    `${name}: [DCR-5-02] a client that was never used leaves a day after it came, an operator's never`,
    within(open, async ({ store, each }) => {
      const client = await register(store)
      await store.saveClient(aClient(), anEvent())

      await store.prune(instant(firstEnd - 1), 100)
      const before = await isThere(each(1), client)
      await store.prune(firstEnd, 100)

      assert.equal(before, true)
      assert.equal(await isThere(each(1), client), false)
      assert.equal(await isThere(store, client), false)
      await store.prune(manyYears, 100)
      assert.equal(await isThere(store, aClient()), true)
    }),
  )

  test(
    `${name}: [DCR-5-02] a client that a person decides about stays until they are done, and a minute longer at most`,
    within(open, async ({ store }) => {
      const client = await register(store)
      const transaction = aTransaction({ expiresAt: addSeconds(firstEnd, seconds(600)) })
      await store.saveTransaction({ ...transaction, request: { ...transaction.request, clientId: client.id } })

      await store.prune(instant(transaction.expiresAt - 1), 100)
      const during = await isThere(store, client)
      await store.prune(addSeconds(transaction.expiresAt, seconds(60)), 100)

      assert.equal(during, true)
      assert.equal(await isThere(store, client), false)
    }),
  )

  test(
    `${name}: [DCR-5-02] a client that a person decides about stays for the last of several requests, each a little later`,
    within(open, async ({ store }) => {
      const client = await register(store)
      const ends = [600, 630, 661, 700].map((length) => addSeconds(firstEnd, seconds(length)))
      for (const expiresAt of ends) {
        const transaction = aTransaction({ expiresAt })
        await store.saveTransaction({ ...transaction, request: { ...transaction.request, clientId: client.id } })
      }

      await store.prune(instant(ends.at(-1)! - 1), 100)

      assert.equal(await isThere(store, client), true)
    }),
  )

  test(
    `${name}: [DCR-5-02] a client that was given a code stays for as long as it may go unused`,
    within(open, async ({ store }) => {
      const client = await register(store)
      await store.issueCode(aCode({ clientId: client.id }), undefined, undefined, anEvent(), later)

      await store.prune(addSeconds(later, seconds(30 * day)), 100)
      const before = await isThere(store, client)
      await store.prune(addSeconds(later, seconds(32 * day)), 100)

      assert.equal(before, true)
      assert.equal(await isThere(store, client), false)
    }),
  )

  test(
    `${name}: [DCR-5-02] a client never leaves before an authorization of its own ends, however often that is refreshed`,
    within(open, async ({ store }) => {
      const client = await register(store)
      let authorization = anAuthorization({ clientId: client.id, endsAt: addSeconds(morning, seconds(200 * day)) })
      const user = (until: Instant | 'never') => ({ clientId: client.id, until })
      await store.commit(someChanges({ authorization, user: user(authorization.endsAt) }), morning)
      for (let round = 1; round <= 20; round += 1) {
        const now = addSeconds(morning, seconds(round * 10 * day))
        await store.prune(now, 100)
        const rotation = aRotation(authorization, { now })
        const endsAt = rotation.redeem?.kind === 'refresh_token' ? rotation.redeem.endsAt : 'never'
        assert.equal((await store.commit({ ...rotation, user: user(endsAt) }, now)).kind, 'done', `round ${round}`)
        authorization = (await store.findAuthorization(authorization.id))!
        await store.prune(instant((endsAt as Instant) - 1), 0)
      }
      const end = authorization.endsAt as Instant

      await store.prune(instant(end - 1), 100)
      const alive = await isThere(store, client)
      await store.prune(addSeconds(end, seconds(2 * day)), 100)

      assert.equal(alive, true)
      assert.equal(await isThere(store, client), false)
    }),
  )

  test(
    `${name}: [DCR-5-02] a client with an authorization that never ends stays`,
    within(open, async ({ store }) => {
      const client = await register(store)
      const authorization = anAuthorization({ clientId: client.id, endsAt: 'never' })
      await store.commit(someChanges({ authorization, user: { clientId: client.id, until: 'never' } }), morning)

      await store.replaceClient({ ...client, name: 'Renamed' }, anEvent())
      await store.prune(manyYears, 100)

      assert.equal(await isThere(store, client), true)
    }),
  )

  test(
    `${name}: [DCR-5-02] of removing a client that is due and issuing to it at once, the first wins and nothing is half done`,
    within(open, async ({ store, each }) => {
      for (let round = 0; round < 10; round += 1) {
        const client = await register(store)
        const authorization = anAuthorization({ clientId: client.id })
        const changes = someChanges({ authorization, user: { clientId: client.id, until: authorization.endsAt } })

        const [, outcome] = await Promise.all([
          each(round).prune(firstEnd, 100),
          each(round + 1).commit(changes, firstEnd),
        ])
        await each(2).prune(firstEnd, 100)

        const found = await store.findAuthorization(authorization.id)
        assert.equal(await isThere(store, client), outcome.kind === 'done')
        assert.equal(found !== undefined, outcome.kind === 'done')
        assert.ok(outcome.kind === 'done' || outcome.kind === 'client_gone')
      }
    }),
  )

  test(
    `${name}: [DCR-5-02] a client leaves with what people had allowed it, however many they are, a bounded number a call`,
    within(open, async ({ store }) => {
      const client = await register(store)
      const subjects = Array.from({ length: 7 }, () => anId<typeof liWei>())
      for (const subject of subjects) {
        const consent = aConsent({ subject, clientId: client.id })
        await store.issueCode(aCode({ clientId: client.id }), undefined, consent, anEvent(), morning)
      }
      await store.issueCode(aCode(), undefined, aConsent(), anEvent(), morning)
      await store.prune(addSeconds(morning, seconds(2 * 3600)), 100)
      await store.removeClient(client.id, anEvent(), later)

      const removed = [await store.prune(later, 3), await store.prune(later, 3), await store.prune(later, 3)]

      const left = await Promise.all(subjects.map((subject) => store.findConsent(subject, client.id)))
      assert.deepEqual(removed, [3, 3, 2])
      assert.equal(await store.prune(later, 3), 0)
      assert.ok(left.every((consent) => consent === undefined))
      assert.notEqual(await store.findConsent(liWei, aConsent().clientId), undefined)
    }),
  )
}
