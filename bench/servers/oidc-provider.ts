/**
 * `oidc-provider` over SQLite with the same durability. Nobody signs in with `openid`: an ID token would be a second
 * signature. The first argument is the folder of its data.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import Provider from 'oidc-provider'
import { api, client, jwtResource, opaqueResource, opaqueScope, person, scope, tokenLifetimeSeconds } from '../world.ts'
import { serve } from './child.ts'
import { freePort } from './free-port.ts'
import { openAdapters } from './sqlite-adapter.ts'

const { adapter, close } = openAdapters(join(process.argv[2]!, 'oidc-provider.db'))
const port = await freePort()
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const apis = new Map([
  [jwtResource, { scope, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }],
  [opaqueResource, { scope: opaqueScope, accessTokenFormat: 'opaque' }],
])

const provider = new Provider(`http://127.0.0.1:${port}`, {
  adapter,
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'bench' }] },
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  clients: [
    {
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: [client.redirectUri],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'ES256',
    },
    {
      client_id: api.id,
      client_secret: api.secret,
      redirect_uris: [],
      grant_types: ['client_credentials'],
      response_types: [],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  scopes: ['offline_access'],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context: unknown, resource: string) => {
        const info = apis.get(resource)
        if (info === undefined) throw new Error(`no API ${resource}`)

        return { ...info, audience: resource, accessTokenTTL: tokenLifetimeSeconds }
      },
      useGrantedResource: () => true,
    },
  },
  findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
  interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  ttl: {
    AccessToken: tokenLifetimeSeconds,
    ClientCredentials: tokenLifetimeSeconds,
    RefreshToken: 1_209_600,
    Interaction: 3600,
    Session: 43_200,
    Grant: 1_209_600,
  },
})

/** Signs the one person in and allows what is asked, without a page. */
async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const grant = new provider.Grant({ accountId: person.username, clientId: client.id })
  grant.addResourceScope(jwtResource, scope)
  const consent = { grantId: await grant.save() }
  await provider.interactionFinished(request, response, { login: { accountId: person.username }, consent })
}

const answer = provider.callback()
const server = createServer((request, response) => {
  if (!request.url?.startsWith('/interaction/')) return void answer(request, response)
  interact(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
})

server.listen(port, '127.0.0.1', () =>
  serve(
    {
      port,
      token: '/token',
      authorize: '/auth',
      introspect: '/token/introspection',
      revoke: '/token/revocation',
      documents: ['/.well-known/openid-configuration', '/jwks'],
    },
    async () => {
      server.closeAllConnections()
      close()
    },
  ),
)
