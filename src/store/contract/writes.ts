import type { Store } from '../../ports/store.ts'
import type { AuditEvent } from '../../protocol/audit-event.ts'
import {
  aClient,
  aCode,
  aConsent,
  anAccount,
  anAuthorization,
  anEvent,
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

/** Everything a test can see of the change, before and after it. */
export interface Write {
  readonly what: string
  readonly arrange: (store: Store) => Promise<{
    readonly write: (event: AuditEvent) => Promise<unknown>
    readonly look: () => Promise<unknown>
  }>
}

const code = aCode()
/** Each way to write, with what it is seen by. */
export const writes: readonly Write[] = [
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
