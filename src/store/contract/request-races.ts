import assert from 'node:assert/strict'
import { aCode, anEvent, aTransaction, morning, answering, aPushedRequest, aQuota } from '../../testing/index.ts'
import { atOnce, countOf, within } from './suite.ts'
import type { Suite } from './suite.ts'

const parallel = 50

/** Of any number at once, one wins: answers to requests. */
export function describeRequestRaces({ name, open, test }: Suite): void {
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
}
