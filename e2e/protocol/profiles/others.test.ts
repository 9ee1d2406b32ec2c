import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as cast from '../../support/fixtures.ts'
import { assertTokens, serverOf } from '../../support/token-oracles.ts'

const documentOf = async (as: Awaited<ReturnType<typeof serverOf>>) =>
  (await (await as.get('/.well-known/oauth-authorization-server')).json()) as Record<string, unknown>

test('[FAPI-prof-01] without a profile nothing is demanded: bearer tokens, plain requests, secrets, rotation, no registration', async (t) => {
  const as = await serverOf(t)
  const document = await documentOf(as)
  const first = await as.tokens()
  const next = await assertTokens(await as.token({ grant_type: 'refresh_token', refresh_token: first.refresh_token }))

  assert.equal(first.token_type, 'Bearer')
  assert.notEqual(next.refresh_token, first.refresh_token)
  assert.equal(document['require_pushed_authorization_requests'], false)
  assert.equal(document['registration_endpoint'], undefined)
  assert.ok(!('client_id_metadata_document_supported' in document))
})

test('[MCP-AS-1-01] with the profile mcp a stranger registers, and gets tokens for the API it names', async (t) => {
  const as = await serverOf(t, { profile: 'mcp' })
  const document = await documentOf(as)
  const redirect_uris = ['http://127.0.0.1/cb']
  const registered = await as.send(new URL(document['registration_endpoint'] as string).pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris, token_endpoint_auth_method: 'none', grant_types: ['authorization_code'] }),
  })
  const { client_id } = (await registered.json()) as { client_id: string }
  const client = { client_id, redirect_uris, scope: 'orders.read' }
  const tokens = await as.tokens({ resource: cast.r1 }, client)

  assert.equal(registered.status, 201)
  assert.equal(document['client_id_metadata_document_supported'], true)
  assert.deepEqual(document['code_challenge_methods_supported'], ['S256'])
  assert.equal(tokens.scope, 'orders.read')
})
