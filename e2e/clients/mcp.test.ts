import type { OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import type { Provider } from 'example-mcp-notes/client'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mallory } from '../support/fixtures.ts'
import { notesApp, redirectUrl, startNotes } from '../support/mcp.ts'

/*
 * The official SDK as a stranger would use it, against the MCP server of the examples and an authorization server that
 * is reached by HTTP. Only the person's browser is one in code.
 */

/** One that does not refresh: else the SDK would do that at a challenge for more scope, in vain. */
const plainApp = { ...notesApp, client_id: 'plain-app', grant_types: ['authorization_code'] }

test('[MCP-RS-1-01] the SDK finds its way from the address of the MCP server alone, asks for what the challenge names, and calls tools', async (t) => {
  // req: MCP-AS-1-01, MCP-AS-6-01, PRM-3.3-01, PRM-3-01
  const { as, url, asked, visited, provider, connect } = await startNotes(t)
  const registered = { client_id: notesApp.client_id, issuer: as.issuer }

  const client = await connect(provider({ registered }))
  const notes = await client.call('list_notes')
  await client.close()

  assert.deepEqual(notes, [])
  const [request] = visited
  assert.equal(visited.length, 1)
  assert.equal(request?.searchParams.get('resource'), url)
  assert.equal(request?.searchParams.get('scope'), 'notes.read')
  assert.equal(request?.searchParams.get('code_challenge_method'), 'S256')
  assert.deepEqual(asked.slice(0, 2), ['POST /mcp 401', 'GET /.well-known/oauth-protected-resource/mcp 200'])
  assert.deepEqual(as.faults, [])
})

test('[MCP-RS-3-01] a tool that needs more asks for all of it, keeps what there was, and runs after one more consent', async (t) => {
  const { as, asked, visited, provider, connect } = await startNotes(t)
  const client = await connect(provider({ registered: { client_id: notesApp.client_id, issuer: as.issuer } }))
  await client.call('list_notes')

  const said = await client.call('add_note', { text: 'wind the clock' })
  const notes = await client.call('list_notes')
  await client.close()

  assert.deepEqual(said, ['Noted.'])
  assert.deepEqual(notes, ['wind the clock'])
  assert.deepEqual(
    visited.map((each) => each.searchParams.get('scope')),
    ['notes.read', 'notes.read notes.write'],
  )
  assert.equal(asked.filter((each) => each === 'POST /mcp 403').length, 1)
})

test('[MCP-RS-3-01] a client that does just what the SDK does steps up too: it asks for what the challenge names and no more', async (t) => {
  const { as, url, visited, browse, connect } = await startNotes(t, { clients: [plainApp] })
  let tokens: OAuthTokens | undefined
  let verifier = ''
  const plain: Provider = {
    redirectUrl,
    clientMetadata: { redirect_uris: [redirectUrl] },
    clientInformation: () => ({ client_id: plainApp.client_id }),
    tokens: () => tokens,
    saveTokens: (given) => void (tokens = given),
    codeVerifier: () => verifier,
    saveCodeVerifier: (given) => void (verifier = given),
    redirectToAuthorization: browse,
    fetch,
    finish: (callback) => callback.searchParams.get('code') ?? '',
  }

  const client = await connect(plain)
  await client.call('add_note', { text: 'wind the clock' })
  const notes = await client.call('list_notes')
  await client.close()

  assert.deepEqual(notes, ['wind the clock'])
  assert.deepEqual(
    visited.map((each) => [each.searchParams.get('scope'), each.searchParams.get('resource')]),
    [
      ['notes.read', url],
      ['notes.write', url],
    ],
  )
  assert.deepEqual(as.faults, [])
})

test('[MCP-AS-5-01] when the access token ends the SDK refreshes by itself, each time with a new refresh token, and no browser opens', async (t) => {
  // req: MCP-RS-3-01
  const { as, asked, visited, provider, connect } = await startNotes(t, { accessTokenLifetime: 60 })
  const held = provider({ registered: { client_id: notesApp.client_id, issuer: as.issuer } })
  const client = await connect(held)
  const refreshTokens = new Set([(await held.tokens())?.refresh_token])

  for (const round of [1, 2, 3]) {
    as.later(70)
    await client.call('list_notes')
    refreshTokens.add((await held.tokens())?.refresh_token)
    assert.equal(asked.filter((each) => each === 'POST /mcp 401').length, 1 + round)
  }
  await client.close()

  assert.equal(visited.length, 1)
  assert.equal(refreshTokens.size, 4)
  assert.ok(!refreshTokens.has(undefined))
})

test('[RS-08] each person has their own notes, whatever client they use', async (t) => {
  const { as, provider, connect } = await startNotes(t)
  const registered = { client_id: notesApp.client_id, issuer: as.issuer }
  const hers = await connect(provider({ registered }))
  const his = await connect(provider({ registered }, { person: mallory }))

  await hers.call('add_note', { text: 'a secret of hers' })
  const seen = await his.call('list_notes')
  await his.call('add_note', { text: 'his own' })

  assert.deepEqual(seen, [])
  assert.deepEqual(await his.call('list_notes'), ['his own'])
  assert.deepEqual(await hers.call('list_notes'), ['a secret of hers'])
  await Promise.all([hers.close(), his.close()])
})

test('[MCP-AS-3-01] who says no comes back with the error, signed with the issuer, and the client stops there', async (t) => {
  const { as, provider, connect } = await startNotes(t)
  const refusing = provider({ registered: { client_id: notesApp.client_id, issuer: as.issuer } }, { decision: 'deny' })

  await assert.rejects(connect(refusing), /access_denied/)
})

test('[MCP-AS-6-01] an MCP server without a path is the same resource with and without its slash', async (t) => {
  // req: RI-2-04
  const { as, url, visited, provider, connect } = await startNotes(t, { path: '' })
  const registered = { client_id: notesApp.client_id, issuer: as.issuer }

  const client = await connect(provider({ registered }))
  await client.call('list_notes')
  // What earlier versions of the SDK sent, and what a client sends that gives it an URL object.
  const validateResourceURL = async (called: string | URL) => new URL(called)
  const other = await connect({ ...provider({ registered }), validateResourceURL })
  await other.call('list_notes')
  await Promise.all([client.close(), other.close()])

  assert.deepEqual(
    visited.map((each) => each.searchParams.get('resource')),
    [url, `${url}/`],
  )
})

test('[MCP-CL-1-01] an issuer with a path is found by the SDK', async (t) => {
  const { as, provider, connect } = await startNotes(t, { issuerPath: '/tenants/one' })
  const client = await connect(provider({ registered: { client_id: notesApp.client_id, issuer: as.issuer } }))

  assert.match(as.issuer, /\/tenants\/one$/)
  assert.deepEqual(await client.call('list_notes'), [])
  await client.close()
})
