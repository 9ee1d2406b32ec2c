import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { createFetchDocument } from '../../src/outbound/fetch-document.ts'
import { localhostCertificate } from '../../src/testing/localhost-certificate.ts'
import { alice } from '../support/fixtures.ts'
import { redirectUrl, startNotes } from '../support/mcp.ts'

/*
 * Clients that nobody has registered: by their metadata document, and, for those without one, by registering
 * themselves. The official SDK chooses by what the server's metadata say.
 */

/** A client's web site, of which one page says who the client is. */
async function publish(t: TestContext): Promise<{ readonly id: string; readonly asked: string[] }> {
  const asked: string[] = []
  const site = createServer(localhostCertificate, (request, response) => {
    asked.push(request.url ?? '')
    response.setHeader('content-type', 'application/json').end(
      JSON.stringify({
        client_id: id,
        client_name: 'Notes Everywhere',
        redirect_uris: ['http://127.0.0.1/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'none',
        application_type: 'native',
      }),
    )
  }).listen(0, '127.0.0.1')
  await once(site, 'listening')
  t.after(() => site.close().closeAllConnections())
  const id = `https://localhost:${(site.address() as AddressInfo).port}/notes-client.json`

  return { id, asked }
}

const start = (t: TestContext) =>
  startNotes(t, {
    accessTokenLifetime: 60,
    server: {
      profile: 'mcp',
      fetchDocument: createFetchDocument({ development: true, ca: localhostCertificate.cert }),
    },
  })

test('[MCP-AS-2-01] a client with a metadata document is known by its address, and goes all the way: tools, more scope, silent refresh', async (t) => {
  // req: MCP-AS-5-01, MCP-AS-6-01, MCP-RS-3-01
  const site = await publish(t)
  const { as, asked, visited, provider, connect } = await start(t)
  const client = await connect(provider({ clientMetadataUrl: site.id }))

  await client.call('add_note', { text: 'wind the clock' })
  as.later(70)
  const notes = await client.call('list_notes')
  await client.close()

  assert.deepEqual(notes, ['wind the clock'])
  assert.deepEqual(
    visited.map((each) => each.searchParams.get('client_id')),
    [site.id, site.id],
  )
  assert.deepEqual(site.asked, ['/notes-client.json'])
  assert.ok(!asked.some((each) => each.includes('/register')))
  assert.deepEqual(as.faults, [])
})

test('[MCP-AS-2-01] a client without a document registers itself, once, and goes all the way', async (t) => {
  // req: MCP-AS-5-01, MCP-AS-6-01
  const { as, asked, visited, provider, connect } = await start(t)
  const held = provider()
  const client = await connect(held)

  await client.call('add_note', { text: 'wind the clock' })
  as.later(70)
  const notes = await client.call('list_notes')
  await client.close()

  assert.deepEqual(notes, ['wind the clock'])
  assert.equal(visited.length, 2)
  assert.deepEqual(
    asked.filter((each) => each.includes('/register')),
    ['POST /register 201'],
  )
  assert.partialDeepStrictEqual(await held.clientInformation(), {
    redirect_uris: [redirectUrl],
    token_endpoint_auth_method: 'none',
  })
  const registration = as.exchanges.find(({ request }) => request.path === '/register')
  assert.partialDeepStrictEqual(JSON.parse(registration?.request.body ?? ''), {
    application_type: 'native',
    scope: 'notes.read',
  })
  assert.deepEqual(as.faults, [])
})

test('[MCP-AS-4-01] the consent page of a stranger says whose it claims to be, where the answer goes, and that any program there could be it', async (t) => {
  // req: UI-12
  const site = await publish(t)
  const { as, visited, provider, connect } = await start(t)
  await (await connect(provider({ clientMetadataUrl: site.id }))).close()
  const browser = await as.signedIn(alice)

  const page = await browser.open(visited[0]!.href)

  assert.ok(page.forms.some((each) => each.action.endsWith('/consent')))
  assert.ok(page.html.includes(new URL(site.id).host))
  assert.ok(page.html.includes(new URL(redirectUrl).host))
  assert.match(page.html, /A program on this computer is asking/)
  assert.match(page.html, /has not checked this developer/)
})
