import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { instant } from '../../base/time.ts'
import type { Subject } from '../../protocol/account.ts'
import type { AccessTokenId } from '../../protocol/authorization.ts'
import {
  aCode,
  anAccount,
  anAuthorization,
  anEvent,
  anId,
  anOpaqueToken,
  aRedemption,
  aRefreshChain,
  aRotation,
  aSealedKey,
  aTransaction,
  morning,
  someChanges,
  answering,
  aPushedRequest,
  aQuota,
} from '../../testing/index.ts'
import { atOnce, countOf, within } from './suite.ts'
import type { Suite } from './suite.ts'

const parallel = 50

/** Of many who want the same thing at once, one gets it and the others are told so. */
export function describeRaces({ name, open, test }: Suite): void {
  test(
    `${name}: [O21-4.1.3-03] of 50 concurrent redemptions of one code, exactly one succeeds, and the others learn what it made`,
    // req: CD-02
    within(open, async ({ store, each }) => {
      const code = aCode()
      await store.issueCode(code, undefined, undefined, anEvent(), morning)
      const attempts = Array.from({ length: parallel }, () => aRedemption(code, { opaqueToken: anOpaqueToken() }))

      const outcomes = await atOnce(parallel, (index) => each(index).commit(attempts[index]!, morning))

      const made = await atOnce(parallel, (index) => store.findAuthorization(attempts[index]!.authorization!.id))
      const tokens = await atOnce(parallel, (index) => store.findOpaqueToken(attempts[index]!.opaqueToken!.id))
      const winner = outcomes.findIndex((outcome) => outcome.kind === 'done')
      const lost = { kind: 'already_redeemed', authorizationId: attempts[winner]?.authorization?.id }
      assert.equal(
        countOf(outcomes, (outcome) => outcome.kind === 'done'),
        1,
      )
      assert.deepEqual(
        outcomes.filter((outcome) => outcome.kind !== 'done'),
        Array.from({ length: parallel - 1 }, () => lost),
      )
      assert.deepEqual(
        made.flatMap((each_) => each_?.id ?? []),
        [lost.authorizationId],
      )
      assert.deepEqual(
        tokens.flatMap((each_) => each_?.id ?? []),
        [attempts[winner]?.opaqueToken?.id],
      )
    }),
  )

  test(
    `${name}: [RT-02] of 50 concurrent rotations of one generation, exactly one succeeds, and its chain is the one that remains`,
    // req: O21-4.3.1-05
    within(open, async ({ store, each }) => {
      const authorization = anAuthorization()
      await store.commit(someChanges({ authorization }), morning)
      const attempts = await atOnce(parallel, async (index) =>
        aRotation({ ...authorization, refresh: aRefreshChain() }, { now: instant(morning + index) }),
      )

      const outcomes = await atOnce(parallel, (index) => each(index).commit(attempts[index]!, morning))

      const winner = attempts[outcomes.findIndex((outcome) => outcome.kind === 'done')]?.redeem
      const found = await store.findAuthorization(authorization.id)
      assert.equal(
        countOf(outcomes, (outcome) => outcome.kind === 'done'),
        1,
      )
      assert.deepEqual(found?.refresh, winner?.kind === 'refresh_token' && winner.chain)
      assert.equal(found?.endsAt, winner?.kind === 'refresh_token' && winner.endsAt)
      assert.equal(
        countOf(await store.listAudit(undefined, 1000), (event) => event.grantType === 'refresh_token'),
        1,
      )
    }),
  )

  test(
    `${name}: [RT-15] once a revocation is answered, no rotation succeeds any more`,
    within(open, async ({ store, each }) => {
      const authorization = anAuthorization()
      await store.commit(someChanges({ authorization }), morning)
      let answered = false
      let afterwards = 0
      const rotateOn = async (index: number): Promise<void> => {
        for (;;) {
          const found = await each(index).findAuthorization(authorization.id)
          const tooLate = answered
          const { kind } = await each(index).commit(aRotation(found ?? authorization), morning)
          if (tooLate && kind === 'done') afterwards += 1
          if (tooLate) return
        }
      }
      const revoke = async (): Promise<void> => {
        while (((await store.findAuthorization(authorization.id))?.refresh?.generation ?? 0) < 3) await nextTurn()
        await each(1).revokeAuthorization(authorization.id, 'revoked_by_client', anEvent(), morning)
        answered = true
      }

      await Promise.all([revoke(), ...[0, 1, 2, 3].map(rotateOn)])

      assert.equal(afterwards, 0)
      assert.equal((await store.findAuthorization(authorization.id))?.revokedBecause, 'revoked_by_client')
    }),
  )

  test(
    `${name}: of 50 concurrent answers to one authorization request, exactly one is given, and one code exists`,
    within(open, async ({ store, each }) => {
      const transaction = aTransaction()
      await store.saveTransaction(transaction)
      const codes = Array.from({ length: parallel }, () => aCode())

      const outcomes = await atOnce(parallel, (index) =>
        index % 5 === 4
          ? each(index).answerRequest(answering(transaction.id), anEvent(), morning)
          : each(index).issueCode(codes[index]!, answering(transaction.id), undefined, anEvent(), morning),
      )

      const found = await atOnce(parallel, (index) => store.findCode(codes[index]!.id))
      const winner = outcomes.indexOf('done')
      assert.equal(
        countOf(outcomes, (outcome) => outcome === 'done'),
        1,
      )
      assert.equal(
        countOf(found, (code) => code !== undefined),
        winner % 5 === 4 ? 0 : 1,
      )
    }),
  )

  test(
    `${name}: [RQ-01] of 50 browsers that finish one pushed request at once, one gets a code, and the others nothing at all`,
    // req: PAR-4-02
    within(open, async ({ store, each }) => {
      const pushed = aPushedRequest()
      await store.savePushedRequest(pushed, aQuota, morning)
      const transactions = Array.from({ length: parallel }, () => aTransaction())
      for (const transaction of transactions) await store.saveTransaction(transaction)
      const codes = Array.from({ length: parallel }, () => aCode())

      const outcomes = await atOnce(parallel, (index) => {
        const answers = answering(index % 5 === 4 ? undefined : transactions[index]!.id, pushed.id)

        return index % 5 === 3
          ? each(index).answerRequest(answers, anEvent(), morning)
          : each(index).issueCode(codes[index]!, answers, undefined, anEvent(), morning)
      })

      const winner = outcomes.indexOf('done')
      const found = await atOnce(parallel, (index) => store.findCode(codes[index]!.id))
      const waiting = await atOnce(parallel, (index) => store.findTransaction(transactions[index]!.id))
      assert.equal(
        countOf(outcomes, (outcome) => outcome === 'done'),
        1,
      )
      assert.equal(
        countOf(found, (code) => code !== undefined),
        winner % 5 === 3 ? 0 : 1,
      )
      assert.equal(
        countOf(waiting, (transaction) => transaction?.answeredAt !== undefined),
        winner % 5 === 4 ? 0 : 1,
      )
    }),
  )

  test(
    `${name}: a pushed request that expired while two browsers were under way with it is answered once all the same`,
    within(open, async ({ store, each }) => {
      const pushed = aPushedRequest({ expiresAt: morning })
      const transactions = Array.from({ length: parallel }, () => aTransaction())
      for (const transaction of transactions) await store.saveTransaction(transaction)

      const outcomes = await atOnce(parallel, (index) =>
        each(index).issueCode(aCode(), answering(transactions[index]!.id, pushed.id), undefined, anEvent(), morning),
      )

      assert.equal(
        countOf(outcomes, (outcome) => outcome === 'done'),
        1,
      )
    }),
  )

  test(
    `${name}: of 50 requests that are pushed at once, as many are kept as the quota says`,
    within(open, async ({ store, each }) => {
      const pushed = Array.from({ length: parallel }, () => aPushedRequest())

      const outcomes = await atOnce(parallel, (index) =>
        each(index).savePushedRequest(pushed[index]!, { ...aQuota, limit: 7 }, morning),
      )

      const found = await atOnce(parallel, (index) => store.findPushedRequest(pushed[index]!.id))
      assert.equal(
        countOf(outcomes, (outcome) => outcome === 'done'),
        7,
      )
      assert.deepEqual(
        found.map((each_) => each_ !== undefined),
        outcomes.map((outcome) => outcome === 'done'),
      )
    }),
  )

  test(
    `${name}: [GR-06] of 50 concurrent redemptions of one assertion, exactly one succeeds, and nothing of the others is written`,
    within(open, async ({ store, each }) => {
      const redeem = { kind: 'assertion', key: 'assertion 3', expiresAt: morning } as const
      const attempts = Array.from({ length: parallel }, () => someChanges({ redeem, opaqueToken: anOpaqueToken() }))

      const outcomes = await atOnce(parallel, (index) => each(index).commit(attempts[index]!, morning))

      const tokens = await atOnce(parallel, (index) => store.findOpaqueToken(attempts[index]!.opaqueToken!.id))
      const events = await store.listAudit(undefined, 1000)
      assert.deepEqual(
        outcomes.filter(({ kind }) => kind !== 'done'),
        Array.from({ length: parallel - 1 }, () => ({ kind: 'already_redeemed', authorizationId: undefined })),
      )
      assert.equal(
        countOf(tokens, (token) => token !== undefined),
        1,
      )
      assert.equal(
        countOf(events, ({ id }) => attempts.some(({ event }) => event.id === id)),
        1,
      )
      assert.equal(await each(1).useOnce(redeem.key, morning), false)
    }),
  )

  test(
    `${name}: of burning a code and redeeming it at once, one happens`,
    within(open, async ({ store, each }) => {
      const code = aCode()
      await store.issueCode(code, undefined, undefined, anEvent(), morning)

      const outcomes = await atOnce(parallel, (index) =>
        index % 2 === 0
          ? each(index).burnCode(code.id, anEvent(), morning)
          : each(index + 1)
              .commit(aRedemption(code), morning)
              .then(({ kind }) => kind === 'done'),
      )

      const found = await store.findCode(code.id)
      assert.equal(
        countOf(outcomes, (done) => done),
        1,
      )
      assert.equal([found?.burnedAt, found?.redeemedAt].filter((at) => at !== undefined).length, 1)
    }),
  )

  test(
    `${name}: of 50 concurrent revocations of one authorization or one token, exactly one is told that it did it`,
    within(open, async ({ store, each }) => {
      const authorization = anAuthorization()
      const tokenId = anId<AccessTokenId>()
      await store.commit(someChanges({ authorization }), morning)

      const ended = await atOnce(parallel, (index) =>
        each(index).revokeAuthorization(authorization.id, 'revoked_by_client', anEvent(), morning),
      )
      const revoked = await atOnce(parallel, (index) => each(index).revokeAccessToken(tokenId, morning, anEvent()))

      assert.equal(
        countOf(ended, (done) => done),
        1,
      )
      assert.equal(
        countOf(revoked, (done) => done),
        1,
      )
    }),
  )

  test(
    `${name}: [CA-06] of 50 concurrent uses of one assertion, exactly one is the first`,
    within(open, async ({ each }) => {
      const answers = await atOnce(parallel, (index) => each(index).useOnce('assertion 1', morning))

      assert.equal(
        countOf(answers, (first) => first),
        1,
      )
      assert.equal(await each(1).useOnce('assertion 2', morning), true)
    }),
  )

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
