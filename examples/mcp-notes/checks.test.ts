import type { OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkDiscovery, readCallback } from './checks.ts'

const server = 'https://notes.example/mcp'
const issuer = 'https://auth.example/tenants/one'

function aDiscovery(resource: string | undefined, named = issuer, methods: string[] | undefined = ['S256']) {
  const metadata = {
    issuer: named,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    response_types_supported: ['code'],
    ...(methods && { code_challenge_methods_supported: methods }),
  }
  return {
    authorizationServerUrl: issuer,
    authorizationServerMetadata: metadata,
    ...(resource !== undefined && { resourceMetadata: { resource, authorization_servers: [issuer] } }),
  } as OAuthDiscoveryState
}

test('[PRM-3.3-01] resource metadata count if they name the address that was called, or all of its origin', () => {
  for (const resource of [server, 'https://notes.example', 'https://notes.example/'])
    assert.doesNotThrow(() => checkDiscovery(server, aDiscovery(resource)), resource)
  for (const resource of [
    undefined,
    `${server}/`,
    'https://notes.example/mcp2',
    'https://notes.example/m',
    'https://notes.example:8443/mcp',
    'http://notes.example/mcp',
    'https://bank.example/mcp',
  ])
    assert.throws(() => checkDiscovery(server, aDiscovery(resource)), /says that it is/, resource)
})

test('[MCP-CL-1-01] metadata of another issuer, were it but a slash, or without a promise of PKCE, are not used', () => {
  // req: MD-3.3-01, CL-02
  for (const named of [
    `${issuer}/`,
    'https://auth.example',
    'https://AUTH.example/tenants/one',
    'https://evil.example',
  ])
    assert.throws(() => checkDiscovery(server, aDiscovery(server, named)), /metadata of/, named)
  assert.throws(() => checkDiscovery(server, { authorizationServerUrl: issuer }), /says that it is/)
  assert.throws(() => checkDiscovery(server, aDiscovery(server, issuer, ['plain'])), /PKCE/)
  assert.throws(() => checkDiscovery(server, aDiscovery(server, issuer, [])), /PKCE/)
})

test('[MCP-CL-1-01] an answer counts if it belongs to the last request and comes from the server that was asked', () => {
  // req: ISS-2.4-02, CL-01, CL-02, NAT-8.10-01
  const pending = { state: 'the-state', verifier: 'v', issuer, issuerPromised: true }
  const answer = (query: string, given: typeof pending | undefined = pending) =>
    readCallback(new URL(`http://127.0.0.1:9/callback?${query}`), given)
  const from = (iss: string) => `code=c&state=the-state&iss=${encodeURIComponent(iss)}`

  assert.equal(answer(from(issuer)), 'c')
  assert.equal(answer('code=c&state=the-state', { ...pending, issuerPromised: false }), 'c')
  assert.throws(() => answer('code=c&state=the-state'), /not from/)
  for (const other of [`${issuer}/`, 'https://evil.example', ''])
    for (const issuerPromised of [true, false])
      assert.throws(() => answer(from(other), { ...pending, issuerPromised }), /not from/)
  for (const state of ['', 'state=', 'state=other', 'state=other&state=the-state'])
    assert.throws(() => answer(`code=c&${state}&iss=${issuer}`), /no request/)
  assert.throws(() => readCallback(new URL('http://127.0.0.1:9/callback?code=c'), undefined), /no request/)
  assert.throws(() => answer(`error=access_denied&state=the-state&iss=${issuer}`), /access_denied/)
  assert.throws(() => answer(`error=access_denied&state=the-state&iss=https://evil.example`), /not from/)
  assert.throws(() => answer(`state=the-state&iss=${issuer}`), /no code/)
})
