import { createAuthorizationServer, loadOrCreateSecret } from 'hufu'
import { listen } from 'hufu/node'
import { openSqlite } from 'hufu/sqlite'

const secret = await loadOrCreateSecret('.hufu/embed')
const server = createAuthorizationServer({
  issuer: 'http://127.0.0.1:9110',
  development: true,
  store: openSqlite({ file: '.hufu/embed/hufu.db' }),
  secret,
  resources: [{ resource: 'http://127.0.0.1:9120', scopes: ['notes.read'] }],
  scopes: [{ name: 'notes.read', title: { en: 'Read your notes', 'zh-CN': '读取你的笔记' } }],
})
const account = await server.saveAccount({ username: 'mei', password: 'plum-blossom-17', name: 'Mei' })
const client = await server.saveClient({
  client_id: 'my-app',
  client_name: 'My App',
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  redirect_uris: ['http://127.0.0.1/callback'],
  scope: 'notes.read',
})
if (!account.ok || !client.ok) throw new Error('the account or the client was refused')
await listen(server, { port: 9110 })
console.log(`ready ${server.issuer}`)
