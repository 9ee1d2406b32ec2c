import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../base/time.ts'
import { aSigningKey, createTestIssuer } from '../testing/test-issuer.ts'
import { createIssuer, issuerMetadataUrl } from './issuer.ts'
import { isEndpointOf } from './trusted-url.ts'

const now = instant(1_800_000_000_000)

function arrange() {
  const server = createTestIssuer()
  server.keys = [aSigningKey('a').jwk]
  const { issuer, fetch } = server
  const seen = createIssuer({ issuer, fetch, algorithms: ['ES256'], keysMaxAge: 600_000 })

  return { server, seen }
}

test('[MD-3.3-01] metadata of another issuer is not used, were it but a slash', async () => {
  // req: MD-4-01
  for (const issuer of [
    'https://auth.example.com/',
    'https://AUTH.example.com',
    'https://other.example',
    null,
    undefined,
  ]) {
    const { server, seen } = arrange()
    server.metadata = { issuer }

    assert.equal(await seen.keys.current(now), undefined)
    assert.equal(server.asked.length, 1)
  }
  const { seen } = arrange()

  assert.equal((await seen.keys.current(now))?.keys.length, 1)
})

test('[MD-3-01] the well-known path stands between host and path of the issuer', () => {
  const well = '/.well-known/oauth-authorization-server'

  assert.equal(issuerMetadataUrl('https://a.example'), `https://a.example${well}`)
  assert.equal(issuerMetadataUrl('https://a.example/'), `https://a.example${well}`)
  assert.equal(issuerMetadataUrl('https://a.example/t1'), `https://a.example${well}/t1`)
  assert.equal(issuerMetadataUrl('https://a.example/t1/'), `https://a.example${well}/t1`)
})

test('[O21-1.5-01] keys and introspection are asked for by https; by http only on loopback, of an issuer that is there', () => {
  // req: MD-2-04
  const production = 'https://auth.example.com'
  const development = 'http://127.0.0.1:9110'

  assert.equal(isEndpointOf(production, 'https://keys.example.com/jwks?v=1'), true)
  assert.equal(isEndpointOf(production, 'http://auth.example.com/jwks'), false)
  assert.equal(isEndpointOf(production, 'http://127.0.0.1:9110/jwks'), false)
  assert.equal(isEndpointOf(development, 'http://127.0.0.1:9110/jwks'), true)
  assert.equal(isEndpointOf(development, 'http://10.0.0.1/jwks'), false)
  for (const bad of [
    undefined,
    7,
    '',
    '/jwks',
    'file:///etc/passwd',
    'https://me:x@a.example/',
    'https://a.example/#x',
  ]) {
    assert.equal(isEndpointOf(production, bad), false)
  }
})

test('[O21-1.5-01] a jwks_uri without TLS is not asked', async () => {
  const { server, seen } = arrange()
  server.metadata = { jwks_uri: 'http://auth.example.com/jwks' }

  assert.equal(await seen.keys.current(now), undefined)
  assert.deepEqual(server.asked, ['GET https://auth.example.com/.well-known/oauth-authorization-server'])
})

test('[JWT-3.4-01] keys that are no good for verifying are passed over, and those of other algorithms', async () => {
  const { server, seen } = arrange()
  const { jwk } = aSigningKey('good')
  server.keys = [
    jwk,
    { kty: 'oct', k: 'c2VjcmV0', kid: 'hmac' },
    { ...aSigningKey('enc').jwk, use: 'enc' },
    { ...aSigningKey('bad').jwk, x: 'AAAA' },
    { kty: 'OKP', crv: 'Ed25519', kid: 'ed', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  ]

  const keys = await seen.keys.current(now)

  assert.deepEqual(
    keys?.keys.map(({ kid }) => kid),
    ['good'],
  )
})

test('the very same set is handed out while what is published does not change', async () => {
  const { server, seen } = arrange()
  const first = await seen.keys.current(now)
  const second = await seen.keys.current(instant(now + 600_000))
  server.keys = [aSigningKey('b').jwk]
  const third = await seen.keys.current(instant(now + 1_200_000))

  assert.equal(second, first)
  assert.notEqual(third, first)
  assert.equal(server.asked.filter((each) => each.endsWith('/jwks')).length, 3)
})
