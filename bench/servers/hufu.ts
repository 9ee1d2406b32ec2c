/**
 * Hufu as it is used: SQLite with its log synced at every commit, limits on wrong secrets, audit and family checks all on.
 * Arguments: the folder of its data; the address of a PostgreSQL that is used instead of SQLite; the issuer, where
 * several instances are one server.
 */
import { join } from 'node:path'
import { createAuthorizationServer, loadOrCreateSecret } from 'hufu'
import { listen } from 'hufu/node'
import { openSqlite } from 'hufu/sqlite'
import { api, client, jwtResource, opaqueResource, opaqueScope, person, scope, tokenLifetimeSeconds } from '../world.ts'
import { serve } from './child.ts'
import { freePort } from './free-port.ts'

const [folder = '', database = '', issuer = ''] = process.argv.slice(2)
const store =
  database === ''
    ? openSqlite({ file: join(folder, 'hufu.db') })
    : (await import('hufu/postgres')).openPostgres({ connectionString: database })
// The issuer is known before the port is open.
const port = await freePort()

const server = createAuthorizationServer({
  issuer: issuer === '' ? `http://127.0.0.1:${port}` : issuer,
  development: true,
  store,
  secret: await loadOrCreateSecret(folder),
  resources: [
    { resource: jwtResource, scopes: [scope], accessTokenLifetime: tokenLifetimeSeconds },
    {
      resource: opaqueResource,
      scopes: [opaqueScope],
      tokenFormat: 'opaque',
      accessTokenLifetime: tokenLifetimeSeconds,
    },
  ],
  scopes: [
    { name: scope, title: 'See your orders' },
    { name: opaqueScope, title: 'See your bills' },
  ],
})
const clients = [
  {
    client_id: client.id,
    client_secret: client.secret,
    client_name: 'Bench',
    redirect_uris: [client.redirectUri],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    scope: `${scope} ${opaqueScope}`,
  },
  {
    client_id: api.id,
    client_secret: api.secret,
    client_name: 'Bills API',
    grant_types: [],
    hufu_resources: [opaqueResource],
  },
]
for (const each of clients) {
  const saved = await server.saveClient(each)
  if (!saved.ok) throw new Error(saved.error)
}
await server.saveAccount(person)
const listening = await listen(server, { port })

serve(
  {
    port,
    token: '/token',
    authorize: '/authorize',
    introspect: '/introspect',
    revoke: '/revoke',
    documents: ['/.well-known/oauth-authorization-server', '/.well-known/jwks.json'],
  },
  async () => {
    await listening.close()
    await server.close()
    await store.close()
  },
)
