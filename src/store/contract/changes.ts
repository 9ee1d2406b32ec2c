import assert from 'node:assert/strict'
import { instant } from '../../base/time.ts'
import type { Store } from '../../ports/store.ts'
import type { AccessTokenId, AuthorizationId } from '../../protocol/authorization.ts'
import type { Change } from '../../protocol/change.ts'
import {
  aClient,
  aCode,
  anAccount,
  anAuthorization,
  anEvent,
  anId,
  aRedemption,
  aSealedKey,
  aSelfRegisteredClient,
  aSession,
  liWei,
  morning,
  scopeOf,
  shop,
} from '../../testing/index.ts'
import { atOnce, within } from './suite.ts'
import type { Suite } from './suite.ts'

const at = (second: number) => instant(morning + second * 1000)
const anEventAt = (second: number) => anEvent({ at: at(second) })

async function authorize(store: Store, given: Parameters<typeof anAuthorization>[0] = {}): Promise<AuthorizationId> {
  const authorization = anAuthorization(given)
  await store.commit(aRedemption(aCode(), { redeem: undefined, authorization }), morning)

  return authorization.id
}

/** What a call adds to the list. */
async function addedBy(store: Store, call: () => Promise<unknown>) {
  const { last } = await store.listChanges(undefined, 1000)
  await call()
  const { changes } = await store.listChanges(last, 1000)

  return changes.map(({ kind, name, deadBefore }) => [kind, name, deadBefore])
}

const revoke = (store: Store, id: AuthorizationId) =>
  store.revokeAuthorization(id, 'revoked_by_client', anEvent(), at(1))

/** The list of what ended or changed, which instances and guards follow. */
export function describeChanges({ name, open, test }: Suite): void {
  test(
    `${name}: [REV-2-01] whatever ends a token is listed once, with the event or not at all`,
    within(open, async ({ store, each }) => {
      // req: RT-10
      const authorization = await authorize(store)
      const token = anId<AccessTokenId>()
      const end = () => store.revokeAccessToken(token, at(600), anEvent())

      assert.deepEqual(await addedBy(store, () => revoke(store, authorization)), [
        ['authorization', authorization, 'all'],
      ])
      assert.deepEqual(await addedBy(store, () => revoke(each(1), authorization)), [])
      assert.deepEqual(await addedBy(store, end), [['token', token, 'all']])
      assert.deepEqual(await addedBy(store, end), [])
      const failing = { ...anEvent(), id: 'no id' }
      const another = await authorize(store)
      await assert.rejects(async () => store.revokeAuthorization(another, 'revoked_by_client', failing, at(1)))
      assert.deepEqual(await addedBy(store, async () => {}), [])
    }),
  )

  test(
    `${name}: [IN-05] a client is listed when its tokens die or live again by what was saved, else as changed only`,
    within(open, async ({ store }) => {
      // req: RT-07
      const save = (given: Parameters<typeof aClient>[0]) => store.saveClient(aClient(given), anEventAt(1))

      assert.deepEqual(await addedBy(store, () => save({})), [['metadata', shop, 0]])
      assert.deepEqual(await addedBy(store, () => save({ name: 'Renamed' })), [['metadata', shop, 0]])
      assert.deepEqual(await addedBy(store, () => save({ validAfter: at(1) })), [['client', shop, at(1)]])
      const disabled = { validAfter: at(1), disabledAt: at(2) }
      assert.deepEqual(await addedBy(store, () => save(disabled)), [['client', shop, 'all']])
      assert.deepEqual(await addedBy(store, () => save({ ...disabled, name: 'Off' })), [['metadata', shop, 'all']])
      assert.deepEqual(await addedBy(store, () => save({ validAfter: at(1) })), [['client', shop, at(1)]])
    }),
  )

  test(
    `${name}: [DCR-7592-2.3-01] a client that made itself known is listed when it comes, changes and leaves`,
    within(open, async ({ store }) => {
      const client = aSelfRegisteredClient()
      const come = () => store.registerClient({ client, tokenId: undefined, maxClients: 9 }, anEvent(), at(1))

      assert.deepEqual(await addedBy(store, come), [['metadata', client.id, 0]])
      assert.deepEqual(await addedBy(store, () => store.replaceClient({ ...client, name: 'Other' }, anEvent())), [
        ['metadata', client.id, 0],
      ])
      const [left] = await addedBy(store, () => store.removeClient(client.id, anEvent(), at(2)))
      assert.deepEqual(left?.slice(0, 2), ['client', client.id])
      // What was issued while it was removed is dead; one that comes again under the name is not.
      assert.ok((left?.[2] as number) > at(2) && (left?.[2] as number) < at(60))
      assert.deepEqual(await addedBy(store, () => store.removeClient(client.id, anEvent(), at(3))), [])
    }),
  )

  test(
    `${name}: [RT-13] an account is listed when it is disabled, lives again or gets a new cut-off`,
    within(open, async ({ store }) => {
      const save = (given: Parameters<typeof anAccount>[0]) =>
        store.saveAccount(anAccount(given), 'li.wei', anEventAt(1))

      assert.deepEqual(await addedBy(store, () => save({})), [])
      assert.deepEqual(await addedBy(store, () => save({ name: 'Wei Li' })), [])
      assert.deepEqual(await addedBy(store, () => save({ validAfter: at(5) })), [['account', liWei, at(5)]])
      assert.deepEqual(await addedBy(store, () => save({ validAfter: at(5), disabledAt: at(6) })), [
        ['account', liWei, 'all'],
      ])
      assert.deepEqual(await addedBy(store, () => save({ validAfter: at(5) })), [['account', liWei, at(5)]])
    }),
  )

  test(
    `${name}: [OUT-BC-2.7-01] the end of a session lists the authorizations that end with it and no other`,
    within(open, async ({ store }) => {
      const session = aSession()
      await store.startSession(session, undefined, anEvent(), anEvent())
      const within_ = { sessionId: session.begunAs, scope: scopeOf('openid') }
      const [one, two] = [await authorize(store, within_), await authorize(store, within_)]
      await authorize(store, { ...within_, scope: scopeOf('openid offline_access') })

      const added = await addedBy(store, () => store.endSession(session.id, anEvent(), anEvent()))

      assert.deepEqual(
        new Set(added.map(([kind, id]) => `${String(kind)} ${String(id)}`)),
        new Set([`authorization ${one}`, `authorization ${two}`]),
      )
    }),
  )

  test(
    `${name}: [OIDC-10.1.1-01] a change of the signing keys is listed`,
    within(open, async ({ store }) => {
      const add = () => store.changeSigningKeys({ seen: [], add: [aSealedKey()], remove: [] }, anEvent())

      assert.deepEqual(await addedBy(store, add), [['keys', '', 0]])
      assert.deepEqual(await addedBy(store, add), [])
    }),
  )

  test(
    `${name}: [RT-10] who reads on meets every change once and in order, whatever is written meanwhile`,
    within(open, async ({ store, each }) => {
      const ids = await Promise.all(Array.from({ length: 60 }, () => authorize(store)))
      const { last: start, epoch } = await store.listChanges(undefined, 1)
      const met: Change[] = []
      let isWriting = true
      const reading = (async () => {
        for (let after = start; ;) {
          const isLast = !isWriting
          const page = await each(met.length).listChanges(after, 7)
          met.push(...page.changes)
          after = page.changes.at(-1)?.position ?? after
          assert.equal(page.epoch, epoch)
          if (isLast && page.changes.length === 0) return
          await new Promise((resolve) => setImmediate(resolve))
        }
      })()

      await atOnce(ids.length, (index) => revoke(each(index), ids[index]!))
      isWriting = false
      await reading

      assert.deepEqual(met.map(({ name: id }) => id).toSorted(), ids.toSorted())
      assert.ok(met.every(({ position }, index) => position > (met[index - 1]?.position ?? start)))
    }),
  )

  test(
    `${name}: [RT-10] what ended stays listed for a day, and its position is not given again`,
    within(open, async ({ store }) => {
      await revoke(store, await authorize(store))
      const before = await store.listChanges(0, 1000)
      const day = 86_400
      await store.prune(at(day), 1000)
      const kept = await store.listChanges(0, 1000)
      for (let round = 0; round < 20; round += 1) await store.prune(at(2 * day), 1000)
      const left = await store.listChanges(0, 1000)
      await revoke(store, await authorize(store))
      const [next] = (await store.listChanges(0, 1000)).changes

      assert.ok(before.changes.some(({ kind }) => kind === 'authorization'))
      assert.ok(kept.changes.some(({ kind }) => kind === 'authorization'))
      assert.deepEqual(left.changes, [])
      assert.equal(left.last, before.last)
      assert.ok(next!.position > before.last)
    }),
  )

  test(
    `${name}: [RT-10] who listens is told of a change before the call that made it is answered`,
    within(open, async ({ store }) => {
      let told = 0
      const stop = await store.watchChanges(() => (told += 1))
      const authorization = await authorize(store)
      const before = told
      await revoke(store, authorization)
      const after = told
      stop()
      await store.revokeAccessToken(anId<AccessTokenId>(), at(600), anEvent())

      assert.ok(after > before)
      assert.equal(told, after)
      await assert.rejects(store.listChanges(0, 0), RangeError)
      await assert.rejects(store.listChanges(0, 1001), RangeError)
    }),
  )
}
