import assert from 'node:assert/strict'
import type { Store } from '../../ports/store.ts'
import { StoreUnavailable } from '../../ports/store.ts'
import type { AuditEvent } from '../../protocol/audit-event.ts'
import type { AccessTokenId, CodeId } from '../../protocol/authorization.ts'
import {
  aClient,
  aCode,
  aConsent,
  anAccount,
  anAuthorization,
  anEvent,
  anId,
  anOpaqueToken,
  aRedemption,
  aRotation,
  aSealedKey,
  aSelfRegisteredClient,
  aSession,
  aTransaction,
  liWei,
  morning,
  shop,
  someChanges,
  answering,
  aPushedRequest,
  aQuota,
} from '../../testing/index.ts'
import { atOnce, within } from './suite.ts'
import type { Suite } from './suite.ts'

/** Everything a test can see of the change, before and after it. */
interface Change {
  readonly what: string
  readonly arrange: (store: Store) => Promise<{
    readonly write: (event: AuditEvent) => Promise<unknown>
    readonly look: () => Promise<unknown>
  }>
}

const code = aCode()
const changes: readonly Change[] = [
  {
    what: 'saving a client',
    arrange: async (store) => ({
      write: (event) => store.saveClient(aClient(), event),
      look: () => store.findClient(shop),
    }),
  },
  {
    what: 'registering a client',
    arrange: async (store) => {
      const client = aSelfRegisteredClient()

      return {
        write: (event) => store.registerClient({ client, tokenId: undefined, maxClients: 9 }, event, morning),
        look: () => store.findClient(client.id),
      }
    },
  },
  {
    what: 'replacing a client that registered itself',
    arrange: async (store) => {
      const client = aSelfRegisteredClient()
      await store.registerClient({ client, tokenId: undefined, maxClients: 9 }, anEvent(), morning)

      return {
        write: (event) => store.replaceClient({ ...client, name: 'Renamed' }, event),
        look: () => store.findClient(client.id),
      }
    },
  },
  {
    what: 'removing a client that registered itself',
    arrange: async (store) => {
      const client = aSelfRegisteredClient()
      await store.registerClient({ client, tokenId: undefined, maxClients: 9 }, anEvent(), morning)

      return {
        write: (event) => store.removeClient(client.id, event, morning),
        look: () => store.findClient(client.id),
      }
    },
  },
  {
    what: 'saving an account',
    arrange: async (store) => ({
      write: (event) => store.saveAccount(anAccount(), 'li.wei', event),
      look: () => store.findAccount(liWei),
    }),
  },
  {
    what: 'replacing a session',
    arrange: async (store) => {
      const [first, second] = [aSession(), aSession()]
      await store.startSession(first, undefined, anEvent(), anEvent())

      return {
        write: (event) => store.startSession(second, first.id, event, anEvent()),
        look: () => Promise.all([store.findSession(first.id), store.findSession(second.id)]),
      }
    },
  },
  {
    what: 'ending a session',
    arrange: async (store) => {
      const session = aSession()
      await store.startSession(session, undefined, anEvent(), anEvent())
      const signedIn = { begunAs: session.begunAs, mustLast: true, tell: shop }
      await store.commit(someChanges({ signedIn }), morning)

      return {
        write: (event) => store.endSession(session.id, event, anEvent()),
        look: () => Promise.all([store.findSession(session.id), store.findSessionClients(session.begunAs)]),
      }
    },
  },
  {
    what: 'issuing a code with a consent',
    arrange: async (store) => {
      const transaction = aTransaction()
      await store.saveTransaction(transaction)

      return {
        write: (event) => store.issueCode(code, answering(transaction.id), aConsent(), event, morning),
        look: () =>
          Promise.all([store.findCode(code.id), store.findConsent(liWei, shop), store.findTransaction(transaction.id)]),
      }
    },
  },
  {
    what: 'refusing an authorization request',
    arrange: async (store) => {
      const transaction = aTransaction()
      await store.saveTransaction(transaction)

      return {
        write: (event) => store.answerRequest(answering(transaction.id), event, morning),
        look: () => store.findTransaction(transaction.id),
      }
    },
  },
  {
    what: 'issuing a code for a request that was pushed',
    arrange: async (store) => {
      const [transaction, pushed] = [aTransaction(), aPushedRequest()]
      await store.saveTransaction(transaction)
      await store.savePushedRequest(pushed, aQuota, morning)

      return {
        write: (event) => store.issueCode(code, answering(transaction.id, pushed.id), undefined, event, morning),
        look: () =>
          Promise.all([
            store.findCode(code.id),
            store.findTransaction(transaction.id),
            store.findPushedRequest(pushed.id),
          ]),
      }
    },
  },
  {
    what: 'burning a code',
    arrange: async (store) => {
      await store.issueCode(code, undefined, undefined, anEvent(), morning)

      return { write: (event) => store.burnCode(code.id, event, morning), look: () => store.findCode(code.id) }
    },
  },
  {
    what: 'redeeming a code',
    arrange: async (store) => {
      const [authorization, opaqueToken] = [anAuthorization(), anOpaqueToken()]
      await store.issueCode(code, undefined, undefined, anEvent(), morning)

      return {
        write: (event) => store.commit(aRedemption(code, { authorization, opaqueToken, event }), morning),
        look: () =>
          Promise.all([
            store.findCode(code.id),
            store.findAuthorization(authorization.id),
            store.findOpaqueToken(opaqueToken.id),
          ]),
      }
    },
  },
  {
    what: 'rotating a refresh token',
    arrange: async (store) => {
      const authorization = anAuthorization()
      await store.commit(someChanges({ authorization }), morning)

      return {
        write: (event) => store.commit(aRotation(authorization, { event }), morning),
        look: () => store.findAuthorization(authorization.id),
      }
    },
  },
  {
    what: 'revoking an authorization',
    arrange: async (store) => {
      const authorization = anAuthorization()
      await store.commit(someChanges({ authorization }), morning)

      return {
        write: (event) => store.revokeAuthorization(authorization.id, 'removed_by_operator', event, morning),
        look: () => store.findAuthorization(authorization.id),
      }
    },
  },
  {
    what: 'revoking an opaque access token',
    arrange: async (store) => {
      const opaqueToken = anOpaqueToken()
      await store.commit(someChanges({ opaqueToken }), morning)

      return {
        write: (event) => store.revokeAccessToken(opaqueToken.id, opaqueToken.expiresAt, event),
        look: () => Promise.all([store.findOpaqueToken(opaqueToken.id), store.isAccessTokenRevoked(opaqueToken.id)]),
      }
    },
  },
  {
    what: 'changing the signing keys',
    arrange: async (store) => {
      const first = aSealedKey()
      await store.changeSigningKeys({ seen: [], add: [first], remove: [] }, anEvent())

      return {
        write: (event) =>
          store.changeSigningKeys({ seen: [first.kid], add: [aSealedKey()], remove: [first.kid] }, event),
        look: () => store.loadSigningKeys(),
      }
    },
  },
]

/** Both or neither; and who fails harms no one else. */
export function describeAtomicity({ name, open, test }: Suite): void {
  for (const { what, arrange } of changes) {
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
