import assert from 'node:assert/strict'
import { addSeconds, instant, seconds } from '../../base/time.ts'
import type { Instant } from '../../base/time.ts'
import type { RegistrationToken, RegistrationTokenId } from '../../ports/registration-store.ts'
import type { Store } from '../../ports/store.ts'
import type { Client, ClientId } from '../../protocol/client.ts'
import { skeletonOf } from '../../protocol/look-alike.ts'
import {
  aClient,
  aCode,
  aConsent,
  aHash,
  anAuthorization,
  anEvent,
  anId,
  aRotation,
  aSelfRegisteredClient,
  aTransaction,
  liWei,
  morning,
  someChanges,
} from '../../testing/index.ts'
import { atOnce, countOf, within } from './suite.ts'
import type { Suite } from './suite.ts'

const day = 86_400
const firstEnd = addSeconds(morning, seconds(day))
const later = addSeconds(morning, seconds(3600))
const manyYears = addSeconds(morning, seconds(3650 * day))

const aRegistrationToken = (given: Partial<RegistrationToken> = {}): RegistrationToken => ({
  id: anId<RegistrationTokenId>(),
  secretHash: aHash(),
  usesLeft: 1,
  expiresAt: addSeconds(morning, seconds(day)),
  ...given,
})

async function register(store: Store, client: Client = aSelfRegisteredClient(), maxClients = 100): Promise<Client> {
  assert.equal(await store.registerClient({ client, tokenId: undefined, maxClients }, anEvent(), morning), 'done')

  return client
}

const isThere = async (store: Store, { id }: Client) => (await store.findClient(id)) !== undefined

/** Clients that make themselves known: how they come, how long they stay, how they go. */
export function describeRegistrations({ name, open, test }: Suite): void {
  test(
    `${name}: [DCR-3.2.1-01] a client that registered comes back as it was saved`,
    within(open, async ({ store, each }) => {
      const client = await register(store)

      assert.deepEqual(await each(1).findClient(client.id), client)
    }),
  )

  test(
    `${name}: [RG-10] of 30 registrations with an initial access token for 10, ten succeed and no more clients are there`,
    within(open, async ({ store, each }) => {
      const token = aRegistrationToken({ usesLeft: 10 })
      await store.saveRegistrationToken(token, anEvent())
      const clients = Array.from({ length: 30 }, () => aSelfRegisteredClient())

      const outcomes = await atOnce(30, (index) =>
        each(index).registerClient(
          { client: clients[index]!, tokenId: token.id, maxClients: 100 },
          anEvent(),
          instant(token.expiresAt - 1),
        ),
      )

      const there = await atOnce(30, (index) => isThere(store, clients[index]!))
      assert.equal(
        countOf(outcomes, (outcome) => outcome === 'done'),
        10,
      )
      assert.deepEqual(
        outcomes.map((outcome) => outcome === 'done'),
        there,
      )
      assert.deepEqual(await each(1).findRegistrationToken(token.id), { ...token, usesLeft: 0 })
    }),
  )

  test(
    `${name}: [RG-10] an initial access token ends at its time, and leaves`,
    within(open, async ({ store }) => {
      const token = aRegistrationToken({ usesLeft: 5 })
      await store.saveRegistrationToken(token, anEvent())
      const registerAt = (now: Instant, tokenId = token.id) =>
        store.registerClient({ client: aSelfRegisteredClient(), tokenId, maxClients: 100 }, anEvent(), now)

      assert.equal(await registerAt(instant(token.expiresAt - 1)), 'done')
      assert.equal(await registerAt(token.expiresAt), 'token_unusable')
      assert.equal(await registerAt(morning, anId<RegistrationTokenId>()), 'token_unusable')
      await store.prune(token.expiresAt, 100)
      assert.equal(await store.findRegistrationToken(token.id), undefined)
    }),
  )

  test(
    `${name}: [RG-10] there are never more clients that made themselves known than may be; those of operators do not count`,
    within(open, async ({ store, each }) => {
      await store.saveClient(aClient(), anEvent())
      const clients = Array.from({ length: 12 }, () => aSelfRegisteredClient())

      const outcomes = await atOnce(12, (index) =>
        each(index).registerClient({ client: clients[index]!, tokenId: undefined, maxClients: 5 }, anEvent(), morning),
      )

      assert.equal(
        countOf(outcomes, (outcome) => outcome === 'done'),
        5,
      )
      assert.equal(
        countOf(outcomes, (outcome) => outcome === 'full'),
        7,
      )
    }),
  )

  test(
    `${name}: [RG-10] where there are too many, the oldest that nobody used makes room after ten minutes, and none that was used`,
    within(open, async ({ store, each }) => {
      const at = (minutes: number) => addSeconds(morning, seconds(60 * minutes))
      const comeAt = async (minutes: number) => {
        const client = aSelfRegisteredClient({ createdAt: at(minutes) })
        const outcome = await each(minutes).registerClient(
          { client, tokenId: undefined, maxClients: 3 },
          anEvent(),
          at(minutes),
        )

        return { client, outcome }
      }
      const [used, oldest, younger] = [await comeAt(0), await comeAt(1), await comeAt(2)]
      await store.issueCode(aCode({ clientId: used.client.id }), undefined, undefined, anEvent(), at(3))
      const waiting = aTransaction({ expiresAt: at(14) })
      await store.saveTransaction({ ...waiting, request: { ...waiting.request, clientId: younger.client.id } })

      assert.equal((await comeAt(10)).outcome, 'full')
      assert.equal((await comeAt(11)).outcome, 'done')
      assert.deepEqual(await Promise.all([used, oldest, younger].map(({ client }) => isThere(each(1), client))), [
        true,
        false,
        true,
      ])
      assert.equal((await comeAt(13)).outcome, 'full')
      assert.equal((await comeAt(15)).outcome, 'done')
      assert.deepEqual(await Promise.all([used, younger].map(({ client }) => isThere(each(1), client))), [true, false])
    }),
  )

  test(
    `${name}: [CIMD-5-01] a client that an operator disabled stays, so that it does not come back as a new one`,
    within(open, async ({ store }) => {
      const client = await register(store)
      await store.saveClient({ ...client, disabledAt: later }, anEvent())
      await store.prune(firstEnd, 100)
      await store.prune(manyYears, 100)

      const full = await store.registerClient(
        { client: aSelfRegisteredClient(), tokenId: undefined, maxClients: 1 },
        anEvent(),
        manyYears,
      )

      assert.equal((await store.findClient(client.id))?.disabledAt, later)
      assert.equal(full, 'full')
    }),
  )

  test(
    `${name}: [DCR-7592-2.2-01] metadata are replaced; when it was made and whether it is disabled are not its own to say`,
    within(open, async ({ store, each }) => {
      const client = await register(store)
      await store.saveClient({ ...client, disabledAt: later }, anEvent())

      const replaced = await each(1).replaceClient({ ...client, name: 'Renamed', createdAt: later }, anEvent())

      assert.equal(replaced, true)
      assert.deepEqual(await store.findClient(client.id), { ...client, name: 'Renamed', disabledAt: later })
    }),
  )

  test(
    `${name}: [DCR-7592-2.2-01] an operator's client and one that is not there are replaced by nobody`,
    within(open, async ({ store }) => {
      await store.saveClient(aClient(), anEvent())
      const events = (await store.listAudit(undefined, 100)).length

      assert.equal(await store.replaceClient({ ...aSelfRegisteredClient(), id: aClient().id }, anEvent()), false)
      assert.equal(await store.replaceClient(aSelfRegisteredClient(), anEvent()), false)
      assert.equal((await store.findClient(aClient().id))?.provenance, 'operator')
      assert.equal((await store.listAudit(undefined, 100)).length, events)
    }),
  )

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

  test(
    `${name}: [RG-03] a reviewed client is found by what its name looks like, and by no other`,
    within(open, async ({ store, each }) => {
      const reviewed = aClient({ name: 'Shop Analytics' })
      await store.saveClient(reviewed, anEvent())
      await store.saveClient(aClient({ id: 'b' as ClientId, name: 'Bank', reviewed: false }), anEvent())
      await store.saveClient(aClient({ id: 'c' as ClientId, name: 'Closed', disabledAt: later }), anEvent())
      await register(store, aSelfRegisteredClient({ name: 'Self' }))
      const found = async (text: string) => (await each(1).findReviewedByName(skeletonOf(text)))?.id

      assert.equal(await found('Ѕһор-Аnаlytics'), reviewed.id)
      for (const other of ['Bank', 'Closed', 'Self', 'Shop', '']) assert.equal(await found(other), undefined, other)

      await store.saveClient({ ...reviewed, name: 'Renamed' }, anEvent())

      assert.equal(await found('Shop Analytics'), undefined)
      assert.equal(await found('RENAMED'), reviewed.id)
    }),
  )
}
