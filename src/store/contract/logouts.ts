import assert from 'node:assert/strict'
import { instant, seconds, addSeconds } from '../../base/time.ts'
import type { Instant } from '../../base/time.ts'
import { maxClientsOfSession } from '../../ports/logout-store.ts'
import type { Store } from '../../ports/store.ts'
import type { AuthorizationId, BrowserSession } from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import {
  aCode,
  anAccount,
  anAuthorization,
  anEvent,
  aRedemption,
  aSession,
  liWei,
  morning,
  scopeOf,
  shop,
  someChanges,
} from '../../testing/index.ts'
import { atOnce, countOf, within } from './suite.ts'
import type { Suite } from './suite.ts'

const other = 'other' as ClientId
const later = (count: number) => instant(morning + count * 1000)
const lease = addSeconds(morning, seconds(30))
const claim = (store: Store, now: Instant = later(5), limit = 100) =>
  store.claimLogouts(addSeconds(now, seconds(30)), limit, now)

const begin = async (store: Store, given: Partial<BrowserSession> = {}, replaces?: BrowserSession) => {
  const session = aSession(given)
  await store.startSession(session, replaces?.id, anEvent({ at: later(1) }), anEvent())

  return session
}

const end = (store: Store, session: BrowserSession) =>
  store.endSession(session.id, anEvent({ at: later(2), type: 'sign_out' }), anEvent({ reason: 'signed_out' }))

/** A client that is to be told signs somebody in. */
const signIn = (store: Store, session: BrowserSession, clientId = shop) =>
  store.commit(someChanges({ signedIn: { begunAs: session.begunAs, mustLast: true, tell: clientId } }), morning)

async function authorize(store: Store, session: BrowserSession | undefined, scope: string): Promise<AuthorizationId> {
  const authorization = anAuthorization({ scope: scopeOf(scope), sessionId: session?.begunAs })
  await store.commit(aRedemption(aCode(), { redeem: undefined, authorization }), morning)

  return authorization.id
}

const reasonOf = async (store: Store, id: AuthorizationId) => (await store.findAuthorization(id))?.revokedBecause

/** Sessions that clients took part in, and their end. */
export function describeLogouts({ name, open, test }: Suite): void {
  test(
    `${name}: [OUT-BC-2.5-01] when a session ends every client that took part waits to be told, each once`,
    within(open, async ({ store, each }) => {
      const session = await begin(store)
      const another = await begin(store)
      for (const client of [shop, other, shop]) await signIn(store, session, client)
      await signIn(each(1), another)

      assert.deepEqual(await each(1).findSessionClients(session.begunAs), [shop, other])
      assert.deepEqual(await claim(store), [])
      assert.equal(await end(each(1), session), 'done')
      assert.equal(await end(store, session), 'unknown')
      const due = await claim(store)
      assert.deepEqual(
        due.toSorted((one, two) => (one.clientId < two.clientId ? -1 : 1)),
        [other, shop].map((clientId) => ({ sessionId: session.begunAs, clientId, subject: liWei, attempts: 1 })),
      )
      assert.deepEqual(await store.findSessionClients(session.begunAs), [])
      assert.deepEqual(await store.findSessionClients(another.begunAs), [shop])
    }),
  )

  test(
    `${name}: [OUT-BC-2.5-01] of many who end one session at once one does, and of many who deliver each has others`,
    within(open, async ({ store, each }) => {
      const session = await begin(store)
      const clients = Array.from({ length: 40 }, (_, index) => `client-${index}` as ClientId)
      for (const client of clients) await signIn(store, session, client)
      const ended = await atOnce(20, (index) => end(each(index), session))
      const taken = (await atOnce(20, (index) => each(index).claimLogouts(lease, 3, later(5)))).flat()

      assert.equal(
        countOf(ended, (outcome) => outcome === 'done'),
        1,
      )
      assert.deepEqual(taken.map(({ clientId }) => clientId).toSorted(), clients.toSorted())
    }),
  )

  test(
    `${name}: [OUT-BC-2.5-01] who does not settle in time is taken to be dead: another tries, and the first settles nothing any more`,
    within(open, async ({ store, each }) => {
      const session = await begin(store)
      await signIn(store, session)
      await end(store, session)
      const [first] = await store.claimLogouts(lease, 1, later(5))

      assert.deepEqual(await claim(each(1), instant(lease - 1)), [])
      const [second] = await claim(each(1), lease)
      assert.deepEqual(second, { ...first, attempts: 2 })
      const events = async () =>
        (await store.listAudit(undefined, 1000)).filter(({ type }) => type === 'logout_delivered')
      const event = () => anEvent({ type: 'logout_delivered' })
      assert.equal(await store.settleLogout(first!, { kind: 'over', event: event() }), false)
      assert.equal(await store.settleLogout(first!, { kind: 'again', at: later(6) }), false)
      assert.equal((await events()).length, 0)
      assert.equal(await each(1).settleLogout(second!, { kind: 'over', event: event() }), true)
      assert.equal(await store.settleLogout(second!, { kind: 'over', event: event() }), false)
      assert.equal((await events()).length, 1)
      assert.deepEqual(await claim(store, later(3600)), [])
    }),
  )

  test(
    `${name}: [OUT-BC-2.5-01] what is to be tried again is due from then on`,
    within(open, async ({ store, each }) => {
      const session = await begin(store)
      await signIn(store, session)
      await end(store, session)
      const [first] = await claim(store)

      assert.equal(await store.settleLogout(first!, { kind: 'again', at: later(15) }), true)
      assert.deepEqual(await claim(each(1), instant(later(15) - 1)), [])
      assert.deepEqual(await claim(each(1), later(15)), [{ ...first, attempts: 2 }])
    }),
  )

  test(
    `${name}: [OUT-BC-2.1-01] a session that goes on under another id keeps its clients; one that somebody else takes over ends`,
    within(open, async ({ store, each }) => {
      const first = await begin(store)
      await signIn(store, first)
      const second = await begin(each(1), { begunAs: first.begunAs, expiresAt: later(100_000) }, first)

      assert.deepEqual(await claim(store), [])
      assert.deepEqual(await store.findSessionClients(first.begunAs), [shop])
      await store.prune(first.expiresAt, 100)
      assert.deepEqual(await store.findSessionClients(first.begunAs), [shop])
      await begin(store, { subject: 'somebody-else' as BrowserSession['subject'] }, second)
      assert.equal((await claim(each(1))).length, 1)
      assert.equal(await store.findSession(second.id), undefined)
    }),
  )

  test(
    `${name}: [OUT-BC-2.7-01] with the session ends what was given in it with openid and without offline_access, and nothing else`,
    within(open, async ({ store, each }) => {
      const [session, another] = [await begin(store), await begin(store)]
      const signedIn = await authorize(store, session, 'openid orders.read')
      const last = await authorize(store, session, 'orders.read openid')
      const others = [
        await authorize(store, session, 'openid orders.read offline_access'),
        await authorize(store, session, 'orders.read'),
        await authorize(store, session, 'openid.x xopenid'),
        await authorize(store, another, 'openid'),
        await authorize(store, undefined, 'openid'),
      ]
      await end(each(1), session)

      for (const id of [signedIn, last]) {
        assert.equal(await reasonOf(store, id), 'signed_out')
        assert.equal((await store.findAuthorization(id))?.revokedAt, later(2))
      }
      for (const id of others) assert.equal(await reasonOf(store, id), undefined)
      const written = (await store.listAudit(undefined, 1000)).filter(({ reason }) => reason === 'signed_out')
      assert.equal(written.length, 1)
      await end(store, another)
      assert.equal(await reasonOf(store, others[3]!), 'signed_out')
      await end(store, await begin(store))
      const all = (await store.listAudit(undefined, 1000)).filter(({ reason }) => reason === 'signed_out')
      assert.equal(all.length, 2)
    }),
  )

  test(
    `${name}: [OUT-BC-2.7-01] once the session is over nothing is issued that must end with it, and the code stays unused`,
    within(open, async ({ store, each }) => {
      const session = await begin(store)
      const code = aCode({ sessionId: session.begunAs })
      await store.issueCode(code, undefined, undefined, anEvent(), morning)
      await end(each(1), session)
      const changes = aRedemption(code)
      const signedIn = { begunAs: session.begunAs, mustLast: true, tell: shop }

      assert.deepEqual(await store.commit({ ...changes, signedIn }, morning), { kind: 'session_ended' })
      assert.equal((await store.findCode(code.id))?.redeemedAt, undefined)
      assert.equal(await store.findAuthorization(changes.authorization!.id), undefined)
      const lasting = { ...signedIn, mustLast: false }
      assert.deepEqual(await store.commit({ ...changes, signedIn: lasting }, morning), { kind: 'done' })
      // Nobody would ever tell it.
      assert.deepEqual(await store.findSessionClients(session.begunAs), [])
    }),
  )

  test(
    `${name}: [OUT-BC-2.7-01] of a sign-out and a redemption at once either nothing is issued, or it ends and the client is told`,
    within(open, async ({ store, each }) => {
      const sessions = await Promise.all(Array.from({ length: 20 }, () => begin(store)))
      const outcomes = await Promise.all(
        sessions.map(async (session, index) => {
          const authorization = anAuthorization({ scope: scopeOf('openid'), sessionId: session.begunAs })
          const signedIn = { begunAs: session.begunAs, mustLast: true, tell: shop }
          const redemption = each(index).commit(someChanges({ authorization, signedIn }), morning)
          await Promise.all([redemption, end(each(index + 1), session)])

          return { kind: (await redemption).kind, reason: await reasonOf(store, authorization.id), session }
        }),
      )
      const told = (await claim(store)).map(({ sessionId }) => sessionId)

      for (const { kind, reason, session } of outcomes) {
        assert.equal(reason, kind === 'done' ? 'signed_out' : undefined)
        assert.equal(told.includes(session.begunAs), kind === 'done')
      }
    }),
  )

  test(
    `${name}: [O21-4.3.3-02] sessions from before a password change or of a disabled account end, and clients are told`,
    within(open, async ({ store, each }) => {
      await store.saveAccount(anAccount(), 'li.wei', anEvent())
      const [old, young] = [await begin(store), await begin(store, { authenticatedAt: later(60) })]
      for (const session of [old, young]) await signIn(store, session)
      const change = (given: Parameters<typeof anAccount>[0]) =>
        each(1).saveAccount(anAccount(given), 'li.wei', anEvent({ at: later(4) }))

      await change({})
      assert.deepEqual(await claim(store), [])
      await change({ validAfter: later(60) })
      assert.deepEqual(
        (await claim(store)).map(({ sessionId }) => sessionId),
        [old.begunAs],
      )
      assert.equal(await store.findSession(old.id), undefined)
      assert.deepEqual(await store.findSession(young.id), young)
      await change({ disabledAt: later(70) })
      assert.deepEqual(
        (await claim(store, later(6))).map(({ sessionId }) => sessionId),
        [young.begunAs],
      )
    }),
  )

  test(
    `${name}: [OUT-BC-2.5-01] what a session remembers is bounded, and leaves with it`,
    within(open, async ({ store }) => {
      const session = await begin(store)
      for (let count = 0; count <= maxClientsOfSession; count++) await signIn(store, session, `c${count}` as ClientId)

      assert.equal((await store.findSessionClients(session.begunAs)).length, maxClientsOfSession)
      await store.prune(instant(session.expiresAt - 1), 1000)
      assert.equal((await store.findSessionClients(session.begunAs)).length, maxClientsOfSession)
      await store.prune(session.expiresAt, 1000)
      assert.deepEqual(await store.findSessionClients(session.begunAs), [])
    }),
  )

  test(
    `${name}: [OUT-BC-2.5-01] a delivery that nobody works on leaves after a day`,
    within(open, async ({ store }) => {
      const [first, second] = [await begin(store), await begin(store)]
      for (const session of [first, second]) {
        await signIn(store, session)
        await end(store, session)
      }
      const over = later(2 + 86_400)
      await store.prune(instant(over - 1), 1000)
      assert.equal((await claim(store, over, 1)).length, 1)
      await store.prune(over, 1000)
      assert.deepEqual(await claim(store, later(90_000)), [])
    }),
  )
}
