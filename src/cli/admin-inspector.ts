import type { Exchange, HttpRequest } from '../http/message.ts'
import { createInspector } from '../inspector/index.ts'
import { createSignatureCheck } from '../inspector/live-keys.ts'
import type { Store } from '../ports/store.ts'
import { isAdmin } from '../protocol/account.ts'
import type { ClientId } from '../protocol/client.ts'
import type { AuthorizationServer } from '../server/authorization-server.ts'

/**
 * The flow inspector of a server in production: for administrators only, every secret masked. It watches from the
 * server's making on, and is shut until the server is there to say who is signed in.
 */
export function createAdminInspector(issuer: string) {
  let server: AuthorizationServer | undefined

  return {
    open: (made: AuthorizationServer) => void (server = made),
    /** What the server is to be made with. */
    watch(store: Store) {
      const inspector = createInspector({
        issuer,
        access: 'guarded',
        isAdmin: async (request) => {
          const account = await server?.findSignedIn(request)

          return account !== undefined && isAdmin(account)
        },
        findClient: async (id) => {
          const client = await store.findClient(id as ClientId)

          return client && { name: client.name, refreshIdle: client.lifetimes.refreshIdle }
        },
        // The keys are those that clients get, without the way through the network and back.
        verifySignature: createSignatureCheck(`${issuer}/.well-known/jwks.json`, async (url) =>
          server === undefined ? Response.error() : server.fetch(new Request(url)),
        ),
      })

      return {
        onExchange: (exchange: Exchange) => inspector.observe(exchange),
        inspector: (request: HttpRequest) => inspector.handle(request),
      }
    },
  }
}
