import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { instant } from '../../base/time.ts'
import type { AccessTokenId } from '../../protocol/authorization.ts'
import {
  aCode,
  anAuthorization,
  anEvent,
  anId,
  anOpaqueToken,
  aRedemption,
  aRefreshChain,
  aRotation,
  morning,
  someChanges,
} from '../../testing/index.ts'
import { atOnce, countOf, within } from './suite.ts'
import type { Suite } from './suite.ts'

const parallel = 50

/** Of any number at once, one wins: codes, refresh tokens, assertions, revocations. */
export function describeTokenRaces({ name, open, test }: Suite): void {
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
}
