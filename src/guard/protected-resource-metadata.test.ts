import assert from 'node:assert/strict'
import { test } from 'node:test'
import { metadataPathOf, metadataUrlOf, protectedResourceMetadata } from './protected-resource-metadata.ts'
import { createGuard } from './guard.ts'
import { metadataResponse } from './metadata-response.ts'

const about = {
  resource: 'https://api.example.com/orders',
  issuer: 'https://auth.example.com',
  scopesSupported: ['orders.read'],
  resourceName: 'Orders',
}

test('[PRM-2-01] the document names the resource, its authorization server, its scopes and its name', () => {
  // req: MCP-RS-1-01
  assert.deepEqual(protectedResourceMetadata(about), {
    resource: 'https://api.example.com/orders',
    authorization_servers: ['https://auth.example.com'],
    scopes_supported: ['orders.read'],
    bearer_methods_supported: ['header'],
    resource_name: 'Orders',
  })
})

test('[PRM-2-02] a list without an element is left out, and no algorithm none is listed', () => {
  const document = protectedResourceMetadata({ ...about, scopesSupported: [], resourceName: undefined })

  assert.deepEqual(Object.keys(document), ['resource', 'authorization_servers', 'bearer_methods_supported'])
})

test('[PRM-3-01] the well-known path stands between host and path, and a slash that stands alone is dropped', () => {
  const urls = {
    'https://api.example.com': 'https://api.example.com/.well-known/oauth-protected-resource',
    'https://api.example.com/': 'https://api.example.com/.well-known/oauth-protected-resource',
    'https://api.example.com/x': 'https://api.example.com/.well-known/oauth-protected-resource/x',
    'https://api.example.com/x/': 'https://api.example.com/.well-known/oauth-protected-resource/x/',
    'https://api.example.com:8443/x/y': 'https://api.example.com:8443/.well-known/oauth-protected-resource/x/y',
    'http://127.0.0.1:9120': 'http://127.0.0.1:9120/.well-known/oauth-protected-resource',
  }

  for (const [resource, url] of Object.entries(urls)) {
    assert.equal(metadataUrlOf(resource), url)
    assert.ok(url.endsWith(metadataPathOf(resource)))
  }
})

test('[PRM-3.1-01] GET of that path gives 200 and JSON, whatever the query; other paths and methods are not for it', () => {
  const guard = createGuard(about)
  const path = '/.well-known/oauth-protected-resource/orders'
  const ask = (method: string, url: string) => metadataResponse(guard, method, url)

  for (const url of [path, `${path}?v=1`, `https://api.example.com${path}`]) {
    const response = ask('GET', url)
    assert.equal(response?.status, 200)
    assert.equal(response?.headers['content-type'], 'application/json')
    assert.deepEqual(JSON.parse(response?.body ?? ''), guard.metadata())
  }
  assert.equal(ask('HEAD', path)?.status, 200)
  for (const url of ['/', `${path}/`, `${path}x`, '/.well-known/oauth-protected-resource', `/x?${path}`, `/#${path}`]) {
    assert.equal(ask('GET', url), undefined, url)
  }
  assert.equal(ask('POST', path), undefined)
})

test('[MCP-RS-1-01] a page of another origin may send its own headers with the question for the metadata', () => {
  const guard = createGuard(about)
  const preflight = metadataResponse(guard, 'OPTIONS', '/.well-known/oauth-protected-resource/orders')

  assert.equal(preflight?.status, 204)
  assert.equal(preflight?.headers['access-control-allow-origin'], '*')
  assert.equal(preflight?.headers['access-control-allow-headers'], '*')
  assert.equal(preflight?.headers['access-control-allow-credentials'], undefined)
  assert.equal(metadataResponse(guard, 'OPTIONS', '/orders'), undefined)
})
