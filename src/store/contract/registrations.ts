import assert from 'node:assert/strict'
import { addSeconds, instant, seconds } from '../../base/time.ts'
import type { Instant } from '../../base/time.ts'
import type { RegistrationTokenId } from '../../ports/registration-store.ts'
import type { ClientId } from '../../protocol/client.ts'
import { skeletonOf } from '../../protocol/look-alike.ts'
import { aClient, aCode, anEvent, anId, aSelfRegisteredClient, aTransaction, morning } from '../../testing/index.ts'
import { atOnce, countOf, within } from './suite.ts'
import type { Suite } from './suite.ts'
import { firstEnd, later, manyYears, aRegistrationToken, register, isThere } from './self-registered.ts'

/** Clients that make themselves known, within limits. */
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
