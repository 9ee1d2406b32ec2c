/*
 * `npm run demo:mcp`: an authorization server that takes clients nobody has registered, and the MCP server behind it.
 * Everything is in memory and gone when it ends. PORT and ISSUER_PORT choose other ports.
 */
import { createAuthorizationServer } from 'hufu'
import { listen } from 'hufu/node'
import { openSqlite } from 'hufu/sqlite'
import { randomBytes } from 'node:crypto'
import { createMcpNotes } from './mcp-notes.ts'

const { PORT: port = '9120', ISSUER_PORT: issuerPort = '9110' } = process.env
const issuer = `http://127.0.0.1:${issuerPort}`
const resource = `http://127.0.0.1:${port}/mcp`

const server = createAuthorizationServer({
  issuer,
  development: true,
  profile: 'mcp',
  store: openSqlite({ file: ':memory:' }),
  secret: randomBytes(32).toString('base64url'),
  resources: [{ resource, scopes: ['notes.read', 'notes.write'] }],
  scopes: [
    { name: 'notes.read', title: { en: 'Read your notes', 'zh-CN': '读取你的笔记' } },
    { name: 'notes.write', title: { en: 'Write notes', 'zh-CN': '写笔记' }, access: 'write' },
  ],
})
const accounts = [
  await server.saveAccount({ username: 'mei', password: 'plum-blossom-17', name: 'Mei' }),
  await server.saveAccount({ username: 'lan', password: 'orchid-valley-23', name: 'Lan' }),
]
if (accounts.some(({ ok }) => !ok)) throw new Error('an account was refused')

await listen(server, { port: Number(issuerPort) })
createMcpNotes({ resource, issuer }).listen(Number(port), '127.0.0.1', (fault) => {
  if (fault) throw fault
  console.log(`ready ${resource}`)
})
