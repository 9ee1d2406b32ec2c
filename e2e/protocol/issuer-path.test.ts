import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'

const issuer = 'https://as.example/t1'

let server: TestServer

before(async () => {
  server = await startServer({ issuer })
})
after(() => server.close())

test('[MD-3-01] an issuer with a path is described where the path comes last, and there alone', async () => {
  // req: MD-3-02, MCP-CL-1-01
  const inserted = await server.get('https://as.example/.well-known/oauth-authorization-server/t1')
  const openidInserted = await server.get('https://as.example/.well-known/openid-configuration/t1')
  const openidAppended = await server.get('https://as.example/t1/.well-known/openid-configuration')

  assert.equal(inserted.status, 200)
  const document = await inserted.json()
  assert.deepEqual(await openidInserted.json(), document)
  assert.deepEqual(await openidAppended.json(), document)
  for (const path of [
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
    '/t1/.well-known/oauth-authorization-server',
    '/token',
    '/t1x/token',
  ]) {
    assert.equal((await server.get(`https://as.example${path}`)).status, 404, path)
  }
})

test('[MD-2-01] an issuer with a path is the same text everywhere, and the whole flow runs below it', async () => {
  const metadata = (await (
    await server.get('https://as.example/.well-known/oauth-authorization-server/t1')
  ).json()) as Record<string, string>
  assert.equal(metadata['issuer'], issuer)
  assert.equal(metadata['token_endpoint'], `${issuer}/token`)

  const page = await server.walk(server.browser(), server.authorize().url)
  const response = new URL(page.leavesFor!).searchParams

  assert.equal(response.get('iss'), issuer)
  assert.ok(response.get('code'))
})

test('[MD-2-01] an issuer is refused with a query, a fragment, a trailing slash, or http outside of development', async () => {
  // req: O21-1.5-01, ISS-2-02
  for (const wrong of [
    'https://as.example/',
    'https://as.example/t1/',
    'https://as.example?x=1',
    'https://as.example#f',
    'https://AS.example',
    'http://127.0.0.1:9',
    'as.example',
    'https://as.example/%74',
  ]) {
    await assert.rejects(startServer({ issuer: wrong }), /issuer/, wrong)
  }
  await assert.rejects(startServer({ issuer: 'http://as.example', development: true }), /issuer/)
})
