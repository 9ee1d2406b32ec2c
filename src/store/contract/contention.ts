import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { instant } from '../../base/time.ts'
import type { Store } from '../../ports/store.ts'
import type { AuthorizationId, CodeId } from '../../protocol/authorization.ts'
import type { Commit, TokenChanges } from '../../protocol/plan.ts'
import {
  aCode,
  anAuthorization,
  anEvent,
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
import { startFleet } from './fleet.ts'
import type { Adapter, Call, Fleet } from './fleet.ts'
import { countOf } from './suite.ts'

const members = 3
const parallel = 50

/** How often each race is run; more on demand. */
const rounds = Number(process.env['HUFU_RACE_ROUNDS'] ?? 3)

/** The races again, between processes. @param open the store that `adapter` opens too, new and empty */
export function describeContention(name: string, adapter: () => Adapter, open: () => Promise<Store>): void {
  describe(`${name}: ${members} processes on one store`, () => {
    let fleet: Fleet
    let store: Store
    before(async () => {
      fleet = await startFleet(adapter(), members)
      await fleet.run(() => ({ kind: 'open' }))
      store = await open()
    })
    after(async () => {
      await fleet.stop()
      await store.close()
    })

    const isDone = (answer: unknown) => (answer as Commit).kind === 'done'
    const commits = (changes: readonly TokenChanges[]) => changes.map((each): Call => ['commit', each, morning])
    const many = <Thing>(make: (index: number) => Thing) => Array.from({ length: parallel }, (_, index) => make(index))

    for (let round = 1; round <= rounds; round += 1) {
      test(`[O21-4.1.3-03] of 50 redemptions of one code by several processes, exactly one succeeds (round ${round})`, async () => {
        // req: CD-02
        const code = aCode()
        await store.issueCode(code, undefined, undefined, anEvent(), morning)
        const attempts = many(() => aRedemption(code))

        const answers = await fleet.call(commits(attempts))

        const winner = attempts[answers.findIndex(isDone)]?.authorization
        const made = await Promise.all(attempts.map((each) => store.findAuthorization(each.authorization!.id)))
        assert.equal(countOf(answers, isDone), 1)
        assert.deepEqual(
          made.filter((each) => each !== undefined),
          [winner],
        )
        assert.equal((await store.findCode(code.id))?.authorizationId, winner?.id)
      })

      test(`[RT-02] of 50 rotations of one generation by several processes, exactly one succeeds (round ${round})`, async () => {
        // req: O21-4.3.1-05
        const authorization = anAuthorization()
        await store.commit(someChanges({ authorization }), morning)
        const attempts = many(() => aRotation({ ...authorization, refresh: aRefreshChain() }))

        const answers = await fleet.call(commits(attempts))

        const winner = attempts[answers.findIndex(isDone)]?.redeem
        const found = await store.findAuthorization(authorization.id)
        assert.equal(countOf(answers, isDone), 1)
        assert.deepEqual(found?.refresh, winner?.kind === 'refresh_token' && winner.chain)
      })

      test(`[RT-15] a revocation that was answered stands against rotations by other processes (round ${round})`, async () => {
        const authorization = anAuthorization()
        await store.commit(someChanges({ authorization }), morning)
        const generation = async () => (await store.findAuthorization(authorization.id))?.refresh?.generation ?? 0

        const rotating = fleet.run(() => ({ kind: 'rotate_until_refused', id: authorization.id }))
        while ((await generation()) < 5) await new Promise(setImmediate)
        await store.revokeAuthorization(authorization.id, 'revoked_by_client', anEvent(), morning)
        const atAnswer = await generation()
        const rotations = (await rotating) as number[]

        assert.equal(await generation(), atAnswer)
        assert.equal(
          rotations.reduce((sum, each) => sum + each, 0),
          atAnswer - 1,
        )
      })

      test(`of 50 answers to one authorization request by several processes, exactly one is given (round ${round})`, async () => {
        const transaction = aTransaction()
        const codes = many(() => aCode())
        await store.saveTransaction(transaction)

        const answers = await fleet.call(
          codes.map((code) => ['issueCode', code, answering(transaction.id), undefined, anEvent(), morning]),
        )

        const found = await Promise.all(codes.map((code) => store.findCode(code.id)))
        assert.equal(
          countOf(answers, (answer) => answer === 'done'),
          1,
        )
        assert.deepEqual(
          found.filter((code) => code !== undefined),
          [codes[answers.indexOf('done')]],
        )
      })

      test(`[RQ-01] of 50 answers to one pushed request by several processes, exactly one is given (round ${round})`, async () => {
        // req: PAR-4-02
        const pushed = aPushedRequest()
        const codes = many(() => aCode())
        await store.savePushedRequest(pushed, aQuota, morning)

        const answers = await fleet.call(
          codes.map((code) => ['issueCode', code, answering(undefined, pushed.id), undefined, anEvent(), morning]),
        )

        const found = await Promise.all(codes.map((code) => store.findCode(code.id)))
        assert.equal(
          countOf(answers, (answer) => answer === 'done'),
          1,
        )
        assert.deepEqual(
          found.filter((code) => code !== undefined),
          [codes[answers.indexOf('done')]],
        )
      })

      test(`[CA-06] of 50 uses of one assertion by several processes, exactly one is the first (round ${round})`, async () => {
        const answers = await fleet.call(many(() => ['useOnce', `assertion ${round}`, morning]))

        assert.equal(
          countOf(answers, (first) => first === true),
          1,
        )
      })

      test(`50 failed attempts at several processes are all counted (round ${round})`, async () => {
        const end = instant(morning + 1000)

        const answers = await fleet.call(many(() => ['countAttempt', `li.wei ${round}`, end, morning]))

        assert.deepEqual(await store.findAttempts(`li.wei ${round}`, morning), { count: parallel, windowEnd: end })
        assert.equal(new Set(answers.map((answer) => (answer as { count: number }).count)).size, parallel)
      })

      test(`of several processes that change the signing keys, one succeeds, and the others see its change (round ${round})`, async () => {
        const seen = (await store.loadSigningKeys()).map((key) => key.kid)
        const keys = many(() => aSealedKey())

        const answers = await fleet.call(
          keys.map((key) => ['changeSigningKeys', { seen, add: [key], remove: seen }, anEvent()]),
        )

        assert.equal(
          countOf(answers, (changed) => changed === true),
          1,
        )
        assert.deepEqual(await store.loadSigningKeys(), [keys[answers.indexOf(true)]])
      })

      test(`what one process wrote is read by the others as soon as it is answered (round ${round})`, async () => {
        const [code, authorization] = [aCode(), anAuthorization()]
        await store.issueCode(code, undefined, undefined, anEvent(), morning)
        await store.commit(someChanges({ authorization }), morning)

        const answers = await fleet.call([
          ['findCode', code.id satisfies CodeId],
          ['findAuthorization', authorization.id satisfies AuthorizationId],
          ['findCode', code.id],
        ])

        assert.deepEqual(answers, [code, authorization, code])
      })
    }
  })
}
