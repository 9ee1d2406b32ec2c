import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signatureAlgorithms, type SignatureAlgorithm } from '../jose/algorithms.ts'
import type { ResourceId } from '../protocol/resource.ts'
import { parseSettings } from './settings.ts'
import type { SettingsOptions } from './settings.ts'

const day = 86_400
const orders = { resource: 'https://orders.example', scopes: ['orders.read'] }
const scopes = [{ name: 'orders.read', title: 'See your orders' }]

function parse(given: Partial<SettingsOptions> = {}) {
  return parseSettings({ issuer: 'https://as.example', resources: [orders], scopes, ...given })
}

/** The option that is complained about, or 'ok'. */
function faultOf(given: Partial<SettingsOptions>): string {
  const parsed = parse(given)

  return parsed.ok ? 'ok' : (/^[a-zA-Z]+/.exec(parsed.error)?.[0] ?? parsed.error)
}

test('[O21-7.1.3-03] lifetimes are what the requirements say unless they are set', () => {
  // req: O21-4.1.2-01, L20-6750-5.3-01, R14
  const jwtAndOpaque = [orders, { ...orders, resource: 'https://bills.example', tokenFormat: 'opaque' as const }]
  const parsed = parse({ resources: jwtAndOpaque })
  assert.ok(parsed.ok)
  const { codeLifetime, sessionLifetime, transactionLifetime, resources } = parsed.value

  assert.deepEqual([codeLifetime, sessionLifetime, transactionLifetime], [60, 43_200, 3600])
  assert.deepEqual(
    [...resources.values()].map((each) => [each.tokenFormat, each.accessTokenLifetime]),
    [
      ['jwt', 600],
      ['opaque', 3600],
    ],
  )
})

test('[O21-4.1.2-01] every length of time is a whole number within its bounds', () => {
  for (const [option, least, most] of [
    ['codeLifetime', 10, 600],
    ['sessionLifetime', 60, 90 * day],
    ['transactionLifetime', 60, day],
    ['pushedRequestLifetime', 30, 599],
    ['auditRetention', day, 3_155_760_000],
  ] as const) {
    for (const right of [least, most]) assert.equal(faultOf({ [option]: right }), 'ok', `${option} ${right}`)
    for (const wrong of [least - 1, most + 1, least + 0.5, 0, -60, Number.NaN, Infinity])
      assert.equal(faultOf({ [option]: wrong }), option, `${option} ${wrong}`)
  }
  const lasting = (accessTokenLifetime: number) => faultOf({ resources: [{ ...orders, accessTokenLifetime }] })
  assert.deepEqual([60, day].map(lasting), ['ok', 'ok'])
  assert.deepEqual([59, day + 1, 60.5, Number.NaN].map(lasting), Array(4).fill('resources'))
})

test('[JAT-5-01] each resource is an absolute URI without a fragment, and stands there once', () => {
  // req: RI-2-01
  for (const resource of ['', 'orders', '/orders', 'https://orders.example#f', 'https://'])
    assert.equal(faultOf({ resources: [{ ...orders, resource }] }), 'resources', resource)
  assert.equal(faultOf({ resources: [orders, orders] }), 'resources')
  assert.equal(faultOf({ resources: [{ ...orders, resource: 'urn:example:orders' }] }), 'ok')
})

test('[O21-7.9-02] a scope that nobody explained is refused, because a person could be asked about it', () => {
  assert.equal(faultOf({ scopes: [] }), 'scopes')
  assert.equal(faultOf({ scopes: [], development: true }), 'ok')
  for (const name of ['', 'two words', '"', '\\', 'é'])
    assert.equal(faultOf({ scopes: [...scopes, { name, title: 'x' }] }), 'scopes', name)
})

test('[JAT-2.2.3-01] a scope that no resource claims is understood by all of them', () => {
  const parsed = parse({ scopes: [...scopes, { name: 'everywhere', title: 'x' }] })
  assert.ok(parsed.ok)

  assert.deepEqual(parsed.value.resources.get(orders.resource as ResourceId)?.scope, ['orders.read', 'everywhere'])
})

test('[HT-10] the addresses of the endpoints can be chosen, each once, and none that is ours or can never be asked for', () => {
  assert.equal(faultOf({ paths: { token: '/authentication/v2/token' } }), 'ok')
  for (const token of [
    'token',
    '/',
    '',
    '//token',
    '/a//b',
    '/token/',
    '/a/../token',
    '/./token',
    '/tok en',
    '/tok%65n',
    '/token?x',
    '/authorize',
    '/sign-in',
    '/sign-out',
    '/i/token',
    '/errors/token',
    '/assets/token',
    '/inspector',
    '/inspector/token',
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
  ])
    assert.equal(faultOf({ paths: { token } }), 'paths', token)
})

test('[JAT-2.1-01] access tokens are signed with ES256, with what the server is set to, or with what their API is set to', () => {
  // req: JWT-3.2-01
  const bills = { ...orders, resource: 'https://bills.example', signingAlgorithm: 'PS256' as const }
  const algorithms = (given: Partial<SettingsOptions>) => {
    const parsed = parse({ resources: [orders, bills], ...given })
    assert.ok(parsed.ok)
    const { resources, signingAlgorithm, ownResource } = parsed.value
    return [signingAlgorithm, ownResource, ...resources.values()].map((each) =>
      typeof each === 'string' ? each : each.signingAlgorithm,
    )
  }

  assert.deepEqual(algorithms({}), ['ES256', 'ES256', 'ES256', 'PS256'])
  assert.deepEqual(algorithms({ signingAlgorithm: 'EdDSA' }), ['EdDSA', 'EdDSA', 'EdDSA', 'PS256'])
  for (const alg of signatureAlgorithms) assert.equal(faultOf({ signingAlgorithm: alg }), 'ok')
})

test('[JWT-3.2-01] an algorithm that there is not, or that signs nothing, is refused with the place and those there are', () => {
  for (const alg of ['none', 'HS256', 'RS1', 'ES512', 'es256', ''] as unknown as SignatureAlgorithm[]) {
    const ofServer = parse({ signingAlgorithm: alg })
    const ofResource = parse({ resources: [{ ...orders, signingAlgorithm: alg }] })

    assert.match(ofServer.ok ? 'ok' : ofServer.error, /^signingAlgorithm: ".*" is none of ES256, ES384, RS256/)
    assert.match(
      ofResource.ok ? 'ok' : ofResource.error,
      /^resources: signingAlgorithm of "https:\/\/orders.example": ".*" is none of ES256/,
    )
  }
  const opaque = parse({ resources: [{ ...orders, tokenFormat: 'opaque', signingAlgorithm: 'ES256' }] })
  assert.match(opaque.ok ? 'ok' : opaque.error, /an opaque token is not signed/)
})

test('[FAPI-5.4.1-01] the profile fapi2 signs with ES256, PS256 or EdDSA, for the server as for each API', () => {
  const faults = signatureAlgorithms.map((alg) => [
    alg,
    faultOf({ profile: 'fapi2', signingAlgorithm: alg }),
    faultOf({ profile: 'fapi2', resources: [{ ...orders, signingAlgorithm: alg }] }),
  ])

  assert.deepEqual(
    faults.filter(([, ofServer]) => ofServer === 'ok'),
    ['ES256', 'PS256', 'EdDSA'].map((alg) => [alg, 'ok', 'ok']),
  )
  assert.deepEqual(faults.filter(([, , ofResource]) => ofResource === 'ok').length, 3)
})
