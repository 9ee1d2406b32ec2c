import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js'
import { ClientCredentialsProvider, PrivateKeyJwtProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { startNotes } from '../support/mcp.ts'
import type { Notes } from '../support/mcp.ts'

/*
 * Agents that act for themselves: the extension of the protocol for client credentials, with the providers that the
 * official SDK brings for it. Nothing here sees a browser.
 */

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const { privateKey: strange } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const signing = {
  client_id: 'nightly-agent',
  client_name: 'Nightly Agent',
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' }] },
  scope: 'notes.read notes.write',
}
const secretive = {
  client_id: 'hourly-agent',
  client_secret: 'a-secret-of-forty-characters-or-even-more',
  client_name: 'Hourly Agent',
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'client_secret_basic',
  scope: 'notes.read',
}

/** The SDK dates its assertions by the machine's clock, so the server has to look at the same one. */
const start = (t: TestContext) =>
  startNotes(t, { clients: [signing, secretive], server: { clock: () => Date.now() as never } })

const signedBy = (key: typeof privateKey, { as }: Notes) =>
  new PrivateKeyJwtProvider({
    clientId: signing.client_id,
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }),
    algorithm: 'ES256',
    expectedIssuer: as.issuer,
    scope: signing.scope,
  })

test('[MCP-EXT-1-01] an agent proves itself with a signed assertion, gets a token for the MCP server alone, and has notes of its own', async (t) => {
  // req: BCU-2.1-01, MCP-AS-6-01, PRM-7.4-01
  const notes = await start(t)
  const provider = signedBy(privateKey, notes)

  const agent = await connect(t, notes, provider)
  await agent.callTool({ name: 'add_note', arguments: { text: 'count the stock' } })
  const { content } = await agent.callTool({ name: 'list_notes', arguments: {} })

  assert.deepEqual(content, [{ type: 'text', text: 'count the stock' }])
  const claims = JSON.parse(
    Buffer.from(provider.tokens()!.access_token.split('.')[1]!, 'base64url').toString(),
  ) as object
  assert.partialDeepStrictEqual(claims, { aud: notes.url, sub: signing.client_id, client_id: signing.client_id })
  assert.equal(provider.tokens()?.refresh_token, undefined)
  assert.deepEqual(notes.as.faults, [])
})

test('[MCP-EXT-1-01] an assertion by a strange key gets nothing', async (t) => {
  const notes = await start(t)

  await assert.rejects(connect(t, notes, signedBy(strange, notes)), { name: 'InvalidClientError' })
})

test('[MCP-EXT-1-01] an agent with a secret is served too, within its own scope', async (t) => {
  // req: MCP-RS-3-01
  const notes = await start(t)
  const provider = new ClientCredentialsProvider({
    clientId: secretive.client_id,
    clientSecret: secretive.client_secret,
    expectedIssuer: notes.as.issuer,
    scope: secretive.scope,
  })

  const agent = await connect(t, notes, provider)

  assert.deepEqual((await agent.callTool({ name: 'list_notes', arguments: {} })).content, [])
  await assert.rejects(agent.callTool({ name: 'add_note', arguments: { text: 'x' } }), /403/)
})

async function connect(t: TestContext, { url }: Notes, authProvider: OAuthClientProvider): Promise<Client> {
  const client = new Client({ name: 'agent', version: '1.0.0' })
  t.after(() => client.close())
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider }) as Transport)

  return client
}
