import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard } from './guard.ts'
import type { GuardOptions } from './options.ts'

const good: GuardOptions = { resource: 'https://api.example.com', issuer: 'https://auth.example.com' }
const start = (changed: Partial<GuardOptions>) => () => createGuard({ ...good, ...changed })

test('[PRM-1.2-01] a resource is an https URL without query or fragment', () => {
  // req: O21-1.5-01
  for (const name of ['resource', 'issuer'] as const) {
    for (const url of ['https://a.example', 'https://a.example/', 'https://a.example:8443/x/y%20z']) {
      assert.doesNotThrow(start({ [name]: url }))
    }
    for (const url of [
      '',
      'orders',
      'urn:orders',
      '/orders',
      'ftp://a.example',
      'http://a.example',
      'http://10.0.0.1',
      'http://127.0.0.1.example.com',
      'http://localhost.example.com',
      'https:a.example',
      'https:///x',
      'https://a.example/x#y',
      'https://a.example/x#',
      'https://a.example/x?y',
      'https://a.example/x?',
      'https://me@a.example',
      'https://@a.example',
      'https://a.example/"',
      'https://a.example/x y',
      'https://ä.example',
      'HTTPS://a.example',
    ]) {
      assert.throws(start({ [name]: url }), { name: 'TypeError', message: new RegExp(`^${name} `) }, url)
    }
  }
})

test('[O21-1.5-01] http is for loopback hosts, in development', () => {
  for (const host of ['127.0.0.1', '127.8.9.1', '[::1]', 'localhost']) {
    assert.doesNotThrow(start({ resource: `http://${host}:9120`, issuer: `http://${host}:9110/t1` }))
  }
})

test('[MCP-RS-4-01] an API lists no offline_access, and nothing that is no scope', () => {
  for (const scopesSupported of [[], ['notes.read'], ['openid', 'notes.read', 'notes.write']])
    assert.doesNotThrow(start({ scopesSupported }))
  for (const name of ['offline_access', '', 'notes read', 'no"tes', 'notes\\'])
    assert.throws(start({ scopesSupported: ['notes.read', name] }), /scopesSupported/, name)
})

test('[JAT-4-02] the clocks may differ by 60 seconds at most', () => {
  // req: RS-10
  for (const clockSkewSeconds of [0, 5, 60]) assert.doesNotThrow(start({ clockSkewSeconds }))
  for (const clockSkewSeconds of [-1, 61, NaN, Infinity]) assert.throws(start({ clockSkewSeconds }), /clockSkewSeconds/)
})

test('ages that are kept have bounds', () => {
  const introspection = { clientId: 'order-api', clientSecret: 'secret' }

  for (const seconds of [0, 300]) assert.doesNotThrow(start({ introspection, introspectionMaxAgeSeconds: seconds }))
  for (const seconds of [-1, 301]) {
    assert.throws(start({ introspection, introspectionMaxAgeSeconds: seconds }), /introspectionMaxAgeSeconds/)
  }
  for (const keysMaxAgeSeconds of [30, 86_400]) assert.doesNotThrow(start({ keysMaxAgeSeconds }))
  for (const keysMaxAgeSeconds of [29, 86_401]) assert.throws(start({ keysMaxAgeSeconds }), /keysMaxAgeSeconds/)
})

test('[JWT-3.1-01] algorithms are some of those there are; none and HMAC are not among them', () => {
  assert.doesNotThrow(start({ algorithms: ['RS256'] }))
  for (const algorithms of [[], ['none'], ['HS256'], ['ES256', 'none']]) {
    assert.throws(start({ algorithms: algorithms as never }), /algorithms/)
  }
})

test('introspection needs credentials, and asking about JWTs needs introspection', () => {
  assert.throws(start({ jwt: 'introspect' }), /introspection/)
  assert.throws(start({ introspection: { clientId: '', clientSecret: 'x' } }), /clientId/)
  assert.throws(start({ introspection: { clientId: 'x', clientSecret: '' } }), /clientSecret/)
})
