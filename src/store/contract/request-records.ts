import assert from 'node:assert/strict'
import { addSeconds, instant, seconds } from '../../base/time.ts'
import type { TransactionId } from '../../protocol/authorization.ts'
import { emptyScope } from '../../protocol/scope.ts'
import {
  aCode,
  anEvent,
  anId,
  aSession,
  aTransaction,
  morning,
  answering,
  aPushedRequest,
  aQuota,
} from '../../testing/index.ts'
import { within } from './suite.ts'
import type { Suite } from './suite.ts'

const later = addSeconds(morning, seconds(1))

/** What is saved comes back: requests, sessions, and their quotas. */
export function describeRequestRecords({ name, open, test }: Suite): void {
  test(
    `${name}: a waiting authorization request comes back as it was saved`,
    within(open, async ({ store, each }) => {
      const plain = aTransaction()
      const bare = aTransaction({
        request: {
          ...plain.request,
          answerTo: { kind: 'device', id: anId(), askedAt: morning, askedFrom: undefined },
          scope: emptyScope,
          resources: [],
          prompt: ['login', 'consent'],
          maxAge: seconds(0),
        },
      })
      await store.saveTransaction(plain)
      await store.saveTransaction(bare)

      assert.deepEqual(await each(1).findTransaction(plain.id), plain)
      assert.deepEqual(await store.findTransaction(bare.id), bare)
      assert.equal(await store.findTransaction(anId<TransactionId>()), undefined)
    }),
  )

  test(
    `${name}: a browser session comes back until it is ended or replaced`,
    within(open, async ({ store, each }) => {
      const first = aSession()
      const second = aSession({ begunAs: first.id, amr: ['pwd', 'otp'] })
      await store.startSession(first, undefined, anEvent(), anEvent())

      assert.deepEqual(await each(1).findSession(first.id), first)

      await store.startSession(second, first.id, anEvent(), anEvent())

      assert.equal(await each(1).findSession(first.id), undefined)
      assert.deepEqual(await each(1).findSessionBegunAs(first.id), second)
      assert.equal(await each(1).findSessionBegunAs(second.id), undefined)
      assert.equal(await store.endSession(first.id, anEvent(), anEvent()), 'unknown')
      assert.equal(await store.endSession(second.id, anEvent(), anEvent()), 'done')
      assert.equal(await each(1).findSession(second.id), undefined)
      assert.equal(await each(1).findSessionBegunAs(first.id), undefined)
    }),
  )

  test(
    `${name}: a pushed request comes back until it is used`,
    within(open, async ({ store, each }) => {
      const pushed = aPushedRequest({ parameters: 'state=%E8%99%8E&empty=&x', confirmation: { jkt: 'a'.repeat(43) } })
      const bare = aPushedRequest()
      for (const each_ of [pushed, bare]) assert.equal(await store.savePushedRequest(each_, aQuota, morning), 'done')

      for (const each_ of [pushed, bare]) assert.deepEqual(await each(1).findPushedRequest(each_.id), each_)
      await store.issueCode(aCode(), answering(undefined, pushed.id), undefined, anEvent(), later)

      assert.equal(await each(1).findPushedRequest(pushed.id), undefined)
      assert.deepEqual(await each(1).findPushedRequest(bare.id), bare)
    }),
  )

  test(
    `${name}: [RQ-07] beyond its quota nothing pushed is kept, and from the end of the window on it is again`,
    within(open, async ({ store, each }) => {
      const quota = { key: 'push shop', limit: 2, windowEnd: instant(morning + 1000) }
      const next = { ...quota, windowEnd: instant(morning + 2000) }
      const [first, second, third, fourth, others] = Array.from({ length: 5 }, () => aPushedRequest())
      const last = instant(morning + 999)

      assert.equal(await store.savePushedRequest(first!, quota, morning), 'done')
      assert.equal(await each(1).savePushedRequest(second!, quota, last), 'done')
      assert.deepEqual(await store.savePushedRequest(third!, quota, last), { count: 3, windowEnd: quota.windowEnd })
      assert.equal(await store.savePushedRequest(others!, { ...quota, key: 'push other' }, last), 'done')
      assert.equal(await store.savePushedRequest(fourth!, next, quota.windowEnd), 'done')

      assert.equal(await store.findPushedRequest(third!.id), undefined)
      assert.equal((await store.findPushedRequest(fourth!.id))?.id, fourth!.id)
    }),
  )

  test(
    `${name}: [RQ-07] beyond its quota no request waits, and what waits is counted up to a limit`,
    within(open, async ({ store, each }) => {
      const quota = { key: 'waiting 192.0.2.7', limit: 2, windowEnd: instant(morning + 1000) }
      const [first, second, third, others, unbounded] = Array.from({ length: 5 }, () => aTransaction())

      assert.equal(await store.saveTransaction(first!, quota), 'done')
      assert.equal(await each(1).saveTransaction(second!, quota), 'done')
      assert.deepEqual(await store.saveTransaction(third!, quota), { count: 3, windowEnd: quota.windowEnd })
      assert.equal(await each(1).saveTransaction(others!, { ...quota, key: 'waiting elsewhere' }), 'done')
      assert.equal(await store.saveTransaction(unbounded!), 'done')

      assert.equal(await store.findTransaction(third!.id), undefined)
      assert.deepEqual(await each(1).findTransaction(second!.id), second)
      assert.deepEqual([await each(1).countWaiting(10), await store.countWaiting(3)], [4, 3])
    }),
  )
}
