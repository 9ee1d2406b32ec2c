import { randomFillSync } from 'node:crypto'
import { instant } from '../base/time.ts'
import { createClientAuthenticator } from '../client-auth/authenticate.ts'
import { createAuthorizeEndpoint } from '../endpoints/authorize.ts'
import { createDocumentEndpoint, createJwksEndpoint } from '../endpoints/documents.ts'
import { createInteractionEndpoint } from '../endpoints/interaction.ts'
import { createIntrospectEndpoint } from '../endpoints/introspect.ts'
import { createKeyProofs } from '../endpoints/key-proof.ts'
import { createRevokeEndpoint } from '../endpoints/revoke.ts'
import { createSessionPages } from '../endpoints/session-pages.ts'
import type { WaitForChanges } from '../endpoints/revocation-feed.ts'
import type { DemoAccount } from '../endpoints/sign-in.ts'
import { createStaticPages } from '../endpoints/static-pages.ts'
import { createTokenEndpoint } from '../endpoints/token.ts'
import { authorizationCode } from '../grants/authorization-code.ts'
import { clientCredentials } from '../grants/client-credentials.ts'
import type { Grant } from '../grants/grant.ts'
import { refreshToken } from '../grants/refresh-token.ts'
import { person, program } from '../http/router.ts'
import type { Endpoint, Route } from '../http/router.ts'
import type { Ports } from '../ports/ports.ts'
import type { Random } from '../ports/random.ts'
import { describeServer } from '../protocol/metadata.ts'
import { extensionsOf } from './extensions/index.ts'

/** The grants that every server has. */
export const builtInGrants: readonly Grant[] = [authorizationCode, refreshToken, clientCredentials]

export interface Composition {
  readonly grants: readonly Grant[]
  /** Signature algorithms a client assertion may bear. */
  readonly assertionAlgorithms: readonly string[]
  readonly demo: DemoAccount | undefined
  /** Serves everything below `/inspector`, where there is one. */
  readonly inspector: Endpoint | undefined
  readonly waitForChanges: WaitForChanges
}

/** Which path does what: the only place that knows them all. */
export function composeRoutes(
  ports: Ports,
  { grants, assertionAlgorithms, demo, inspector, waitForChanges }: Composition,
): readonly Route[] {
  const { paths } = ports.settings
  const byType = new Map(grants.map((grant) => [grant.type, grant]))
  const extensions = extensionsOf(ports.settings)
  const metadata = Object.assign(
    describeServer(ports.settings, [...byType.keys()], assertionAlgorithms),
    ...extensions.map((each) => each.describe?.(ports, assertionAlgorithms)),
  ) as unknown
  const discovery = createDocumentEndpoint(() => metadata, 600)
  const authenticateClient = createClientAuthenticator(ports)
  const proofs = createKeyProofs(ports)
  const authorize = createAuthorizeEndpoint(ports)
  const interaction = createInteractionEndpoint(ports, demo)
  const sessions = createSessionPages(
    ports,
    demo,
    inspector === undefined ? undefined : `${ports.settings.basePath}/inspector`,
  )
  const statics = createStaticPages(ports)

  return [
    {
      path: paths.token,
      methods: { POST: createTokenEndpoint(byType, authenticateClient, proofs, ports) },
      ...program,
    },
    { path: paths.revoke, methods: { POST: createRevokeEndpoint(authenticateClient, ports) }, ...program },
    // Only confidential clients may introspect, and they do not run in pages.
    {
      path: paths.introspect,
      methods: { POST: createIntrospectEndpoint(authenticateClient, ports) },
      audience: 'program',
      cors: false,
    },
    { path: paths.jwks, methods: { GET: createJwksEndpoint(ports) }, ...program },
    { path: '/.well-known/oauth-authorization-server', methods: { GET: discovery }, ...program },
    // Several client libraries look only here.
    ...(ports.settings.features.openid
      ? [{ path: '/.well-known/openid-configuration', methods: { GET: discovery }, ...program }]
      : []),
    ...extensions.flatMap((each) => each.routes?.({ ports, authenticateClient, proofs, demo, waitForChanges }) ?? []),
    { path: paths.authorize, methods: { GET: authorize, POST: authorize }, ...person },
    { path: '/i/*', methods: { GET: interaction, POST: interaction }, ...person },
    { path: '/', methods: { GET: sessions.home }, ...person },
    { path: '/sign-in', methods: { GET: sessions.showForm, POST: sessions.submitForm }, ...person },
    { path: '/sign-out', methods: { GET: sessions.askSignOut, POST: sessions.signOut }, ...person },
    { path: '/errors/*', methods: { GET: statics.explainError }, ...person },
    { path: '/assets/*', methods: { GET: statics.sendAsset }, ...person },
    ...(inspector === undefined
      ? []
      : ['/inspector', '/inspector/*'].map((path) => ({
          path,
          methods: { GET: inspector, POST: inspector },
          ...person,
        }))),
  ]
}

/** Random octets from a pool that is filled in one call: much cheaper than one call for each. */
export function createRandomPool(): Random {
  const pool = new Uint8Array(8192)
  let used = pool.length

  return (count) => {
    if (count > pool.length) return randomFillSync(new Uint8Array(count))
    if (used + count > pool.length) {
      randomFillSync(pool)
      used = 0
    }
    // Copied out and wiped, so that what was handed out once is nowhere else.
    const taken = pool.slice(used, used + count)
    pool.fill(0, used, used + count)
    used += count

    return taken
  }
}

export const machineClock = () => instant(Date.now())
