import assert from 'node:assert/strict'
import { StoreUnavailable } from '../../ports/store.ts'
import type { AccessTokenId, CodeId } from '../../protocol/authorization.ts'
import {
  aCode,
  aConsent,
  anAccount,
  anAuthorization,
  anEvent,
  anId,
  aRedemption,
  aRotation,
  aSealedKey,
  aSession,
  aTransaction,
  liWei,
  morning,
  shop,
  answering,
} from '../../testing/index.ts'
import { atOnce, within } from './suite.ts'
import type { Suite } from './suite.ts'
import { writes as everyWrite } from './writes.ts'

/** Both or neither; and who fails harms no one else. */
export function describeAtomicity({ name, open, test }: Suite): void {
  for (const { what, arrange } of everyWrite) {
    test(
      `${name}: ${what} and its audit event are written both or not at all`,
      within(open, async ({ store }) => {
        const taken = anEvent()
        await store.appendAudit(taken)
        const { write, look } = await arrange(store)
        const before = await look()

        await assert.rejects(write(anEvent({ id: taken.id })), (error) => !(error instanceof StoreUnavailable))

        assert.deepEqual(await look(), before)

        const event = anEvent()
        await write(event)

        assert.notDeepEqual(await look(), before)
        assert.deepEqual((await store.listAudit(undefined, 1000)).at(-1), event)
      }),
    )
  }

  test(
    `${name}: what loses or finds nothing writes no audit event`,
    within(open, async ({ store }) => {
      const session = aSession()
      const [spent, authorization] = [aCode(), anAuthorization()]
      const [transaction, key, token] = [aTransaction(), aSealedKey(), anId<AccessTokenId>()]
      await store.saveTransaction(transaction)
      await store.issueCode(spent, answering(transaction.id), undefined, anEvent(), morning)
      await store.commit(aRedemption(spent, { authorization }), morning)
      await store.revokeAuthorization(authorization.id, 'revoked_by_client', anEvent(), morning)
      await store.saveAccount(anAccount(), 'li.wei', anEvent())
      await store.changeSigningKeys({ seen: [], add: [key], remove: [] }, anEvent())
      await store.revokeAccessToken(token, morning, anEvent())
      const before = await store.listAudit(undefined, 1000)

      await store.endSession(session.id, anEvent(), anEvent())
      await store.issueCode(aCode(), answering(transaction.id), aConsent(), anEvent(), morning)
      await store.answerRequest(answering(transaction.id), anEvent(), morning)
      await store.burnCode(spent.id, anEvent(), morning)
      await store.burnCode(anId<CodeId>(), anEvent(), morning)
      await store.commit(aRedemption(spent), morning)
      await store.commit(aRedemption(aCode()), morning)
      await store.commit(aRotation(authorization), morning)
      await store.revokeAuthorization(authorization.id, 'revoked_by_client', anEvent(), morning)
      await store.revokeAccessToken(token, morning, anEvent())
      await store.saveAccount(anAccount({ subject: anId() }), 'li.wei', anEvent())
      await store.changeSigningKeys({ seen: [], add: [aSealedKey()], remove: [] }, anEvent())

      assert.deepEqual(await store.listAudit(undefined, 1000), before)
      assert.equal(await store.findConsent(liWei, shop), undefined)
    }),
  )

  test(
    `${name}: of 40 concurrent writes the four that fail are refused, and the others are all there`,
    within(open, async ({ store, each }) => {
      const taken = anEvent()
      await store.appendAudit(taken)
      const codes = Array.from({ length: 40 }, () => aCode())
      const fails = (index: number) => index % 10 === 3

      const answers = await Promise.allSettled(
        codes.map((each_, index) =>
          each(index).issueCode(
            each_,
            undefined,
            undefined,
            fails(index) ? anEvent({ id: taken.id }) : anEvent(),
            morning,
          ),
        ),
      )

      const found = await atOnce(40, (index) => store.findCode(codes[index]!.id))
      assert.deepEqual(
        answers.map(({ status }) => status),
        codes.map((_, index) => (fails(index) ? 'rejected' : 'fulfilled')),
      )
      assert.deepEqual(
        found.map((each_) => each_ !== undefined),
        codes.map((_, index) => !fails(index)),
      )
    }),
  )

  test(
    `${name}: closing lets the writes that were accepted finish and refuses the others`,
    within(open, async ({ store, each }) => {
      const events = Array.from({ length: 20 }, () => anEvent())

      const writes = events.map((event) => store.appendAudit(event))
      const [answers] = await Promise.all([Promise.allSettled(writes), store.close(), store.close()])

      const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []))
      assert.ok(refused.every((error) => error instanceof StoreUnavailable))
      await assert.rejects(store.appendAudit(anEvent()), StoreUnavailable)
      await assert.rejects(store.findClient(shop), StoreUnavailable)
      if (each(1) !== store) {
        const accepted = events.filter((_, index) => answers[index]?.status === 'fulfilled')
        assert.deepEqual(await each(1).listAudit(undefined, 1000), accepted)
      }
    }),
  )
}
