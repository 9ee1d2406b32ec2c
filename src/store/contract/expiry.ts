import assert from 'node:assert/strict'
import { addSeconds, instant, seconds } from '../../base/time.ts'
import type { Instant } from '../../base/time.ts'
import type { Store } from '../../ports/store.ts'
import type { AccessTokenId } from '../../protocol/authorization.ts'
import {
  aCode,
  anAuthorization,
  anEvent,
  anId,
  anOpaqueToken,
  aPushedRequest,
  aQuota,
  aRedemption,
  aRefreshChain,
  aRotation,
  aSession,
  aTransaction,
  morning,
  someChanges,
} from '../../testing/index.ts'
import { within } from './suite.ts'
import type { Suite } from './suite.ts'

const end = addSeconds(morning, seconds(60))
const hour = seconds(3600)
const month = seconds(30 * 86_400)

interface Passing {
  readonly what: string
  readonly leavesAt: Instant
  /** Rows of the list of changes that leave before it, and together with it. */
  readonly listed?: readonly [before: number, with_: number]
  /** Stores one that expires at {@link end}; tells whether it is still there. */
  readonly store: (store: Store) => Promise<() => Promise<boolean>>
}

const isThere = async (found: Promise<unknown>) => (await found) !== undefined

const passing: readonly Passing[] = [
  {
    what: 'an unused code, an hour after its end,',
    leavesAt: addSeconds(end, hour),
    store: async (store) => {
      const code = aCode({ expiresAt: end })
      await store.issueCode(code, undefined, undefined, anEvent(), morning)

      return () => isThere(store.findCode(code.id))
    },
  },
  {
    what: 'a redeemed code, kept an hour to recognise a replay,',
    leavesAt: addSeconds(end, hour),
    store: async (store) => {
      const code = aCode({ expiresAt: end })
      await store.issueCode(code, undefined, undefined, anEvent(), morning)
      await store.commit(aRedemption(code), morning)

      return () => isThere(store.findCode(code.id))
    },
  },
  {
    what: 'a burned code, kept an hour likewise,',
    leavesAt: addSeconds(end, hour),
    store: async (store) => {
      const code = aCode({ expiresAt: end })
      await store.issueCode(code, undefined, undefined, anEvent(), morning)
      await store.burnCode(code.id, anEvent(), morning)

      return () => isThere(store.findCode(code.id))
    },
  },
  {
    what: 'an opaque access token',
    leavesAt: end,
    store: async (store) => {
      const token = anOpaqueToken({ expiresAt: end })
      await store.commit(someChanges({ opaqueToken: token }), morning)

      return () => isThere(store.findOpaqueToken(token.id))
    },
  },
  {
    what: 'the record of an ended access token',
    leavesAt: end,
    listed: [0, 1],
    store: async (store) => {
      const id = anId<AccessTokenId>()
      await store.revokeAccessToken(id, end, anEvent())

      return () => store.isAccessTokenRevoked(id)
    },
  },
  {
    what: 'a browser session',
    leavesAt: end,
    store: async (store) => {
      const session = aSession({ expiresAt: end })
      await store.startSession(session, undefined, anEvent(), anEvent())

      return () => isThere(store.findSession(session.id))
    },
  },
  {
    what: 'an authorization request that was not answered',
    leavesAt: end,
    store: async (store) => {
      const transaction = aTransaction({ expiresAt: end })
      await store.saveTransaction(transaction)

      return () => isThere(store.findTransaction(transaction.id))
    },
  },
  {
    what: 'a pushed request that no browser came for',
    leavesAt: end,
    store: async (store) => {
      const pushed = aPushedRequest({ expiresAt: end })
      await store.savePushedRequest(pushed, { ...aQuota, windowEnd: addSeconds(end, month) }, morning)

      return () => isThere(store.findPushedRequest(pushed.id))
    },
  },
  {
    what: 'a count of failed attempts',
    leavesAt: end,
    store: async (store) => {
      await store.countAttempt('li.wei', end, morning)

      return () => isThere(store.findAttempts('li.wei', morning))
    },
  },
  {
    what: 'an authorization',
    leavesAt: end,
    store: async (store) => {
      const authorization = anAuthorization({ endsAt: end })
      await store.commit(someChanges({ authorization }), morning)

      return () => isThere(store.findAuthorization(authorization.id))
    },
  },
  {
    what: 'an ended authorization that would never have ended, a month later,',
    leavesAt: addSeconds(end, month),
    listed: [1, 0],
    store: async (store) => {
      const refresh = aRefreshChain({ expiresAt: 'never', absoluteEnd: 'never' })
      const authorization = anAuthorization({ refresh, endsAt: 'never' })
      await store.commit(someChanges({ authorization }), morning)
      await store.revokeAuthorization(authorization.id, 'removed_by_person', anEvent(), end)

      return () => isThere(store.findAuthorization(authorization.id))
    },
  },
]

/** What has passed leaves, what has not stays, and no call has to do it all. */
export function describeExpiry({ name, open, test }: Suite): void {
  for (const { what, leavesAt, listed = [0, 0], store: keep } of passing) {
    test(
      `${name}: ${what} leaves at its time and not a millisecond before`,
      within(open, async ({ store }) => {
        const stays = await keep(store)

        assert.equal(await store.prune(instant(leavesAt - 1), 100), listed[0])
        assert.equal(await stays(), true)
        assert.equal(await store.prune(leavesAt, 100), 1 + listed[1])
        assert.equal(await stays(), false)
      }),
    )
  }

  test(
    `${name}: an authorization in use stays past its first end, and leaves at the end its last rotation gave it`,
    within(open, async ({ store }) => {
      const authorization = anAuthorization({ endsAt: end })
      await store.commit(someChanges({ authorization }), morning)
      await store.commit(aRotation(authorization), morning)
      const moved = (await store.findAuthorization(authorization.id))?.endsAt as Instant

      await store.prune(end, 100)
      await store.prune(instant(moved - 1), 100)
      const before = await store.findAuthorization(authorization.id)
      await store.prune(moved, 100)

      assert.ok(moved > end)
      assert.equal(before?.id, authorization.id)
      assert.equal(await store.findAuthorization(authorization.id), undefined)
    }),
  )

  test(
    `${name}: an authorization whose rotation moved its end closer leaves at the latest at its first end`,
    within(open, async ({ store }) => {
      const authorization = anAuthorization()
      await store.commit(someChanges({ authorization }), morning)
      const { redeem, ...rest } = aRotation(authorization)
      await store.commit(
        { ...rest, redeem: redeem?.kind === 'refresh_token' ? { ...redeem, endsAt: end } : redeem },
        morning,
      )

      await store.prune(authorization.endsAt as Instant, 100)

      assert.equal(await store.findAuthorization(authorization.id), undefined)
    }),
  )

  test(
    `${name}: an authorization that never ends stays, though its first end was near`,
    within(open, async ({ store }) => {
      const refresh = aRefreshChain({ expiresAt: 'never', absoluteEnd: 'never' })
      const authorization = anAuthorization({ refresh, endsAt: end })
      await store.commit(someChanges({ authorization }), morning)
      const { redeem, ...rest } = aRotation(authorization)
      await store.commit(
        { ...rest, redeem: redeem?.kind === 'refresh_token' ? { ...redeem, endsAt: 'never' } : redeem },
        morning,
      )

      await store.prune(addSeconds(end, seconds(3650 * 86_400)), 100)
      await store.prune(addSeconds(end, seconds(3650 * 86_400)), 100)

      assert.equal((await store.findAuthorization(authorization.id))?.endsAt, 'never')
    }),
  )

  test(
    `${name}: one call removes no more than it may, and calls go on until nothing is left`,
    within(open, async ({ store }) => {
      for (let index = 0; index < 5; index += 1) {
        await store.startSession(aSession({ expiresAt: end }), undefined, anEvent(), anEvent())
        await store.useOnce(`assertion ${index}`, end)
      }
      await store.startSession(aSession({ expiresAt: instant(end + 1) }), undefined, anEvent(), anEvent())

      const removed = [await store.prune(end, 4), await store.prune(end, 4), await store.prune(end, 4)]

      assert.deepEqual(removed, [4, 4, 2])
      assert.equal(await store.prune(end, 4), 0)
    }),
  )

  test(
    `${name}: what was used once is refused until its time has passed`,
    within(open, async ({ store }) => {
      await store.useOnce('assertion', end)

      await store.prune(instant(end - 1), 100)
      const before = await store.useOnce('assertion', end)
      const known = [await store.isUsed('assertion'), await store.isUsed('another')]
      await store.prune(end, 100)
      const forgotten = await store.isUsed('assertion')
      const after = await store.useOnce('assertion', addSeconds(end, hour))

      assert.deepEqual([before, after], [false, true])
      assert.deepEqual([known, forgotten], [[true, false], false])
    }),
  )

  test(
    `${name}: attempts count until their window ends; from that instant on a new window begins`,
    within(open, async ({ store }) => {
      const last = instant(end - 1)
      const next = addSeconds(end, hour)

      assert.equal(await store.findAttempts('li.wei', morning), undefined)
      assert.deepEqual(await store.countAttempt('li.wei', end, morning), { count: 1, windowEnd: end })
      assert.deepEqual(await store.countAttempt('li.wei', next, last), { count: 2, windowEnd: end })
      assert.deepEqual(await store.findAttempts('li.wei', last), { count: 2, windowEnd: end })
      assert.equal(await store.findAttempts('li.wei', end), undefined)
      assert.equal(await store.findAttempts('ana', last), undefined)
      assert.deepEqual(await store.countAttempt('li.wei', next, end), { count: 1, windowEnd: next })
    }),
  )

  test(
    `${name}: audit events are not removed`,
    within(open, async ({ store }) => {
      const event = anEvent()
      await store.appendAudit(event)

      await store.prune(addSeconds(morning, seconds(3650 * 86_400)), 100)

      assert.deepEqual(await store.listAudit(undefined, 10), [event])
    }),
  )
}
