import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { accept, refuse } from '../base/result.ts'
import { instant } from '../base/time.ts'
import { parseClientMetadata } from './client-metadata.ts'
import type { Client, ClientKey } from './client.ts'
import { hashSecret } from './credential.ts'
import type { RegistrationContext } from './registration-context.ts'

const web = { client_id: 'shop', client_secret: 'correct horse', redirect_uris: ['https://client.example/cb'] }
const publicApp = { client_id: 'spa', token_endpoint_auth_method: 'none', redirect_uris: ['https://spa.example/cb'] }
const nativeApp = { ...publicApp, redirect_uris: ['http://127.0.0.1/cb'] }
const job = { client_id: 'job', client_secret: 'correct horse', grant_types: ['client_credentials'] }
const keyed = { ...web, client_secret: undefined, token_endpoint_auth_method: 'private_key_jwt' }
const jwks = { keys: [{ kty: 'EC', kid: 'one', alg: 'ES256' }] }

test('[DCR-2-03] what is left out gets the defaults of RFC 7591', () => {
  const { client } = parsed({ client_secret: 'correct horse', redirect_uris: ['https://client.example/cb'] })

  assert.equal(client.authMethod, 'client_secret_basic')
  assert.deepEqual(client.grantTypes, ['authorization_code'])
  assert.equal(client.type, 'confidential')
  assert.equal(client.kind, 'web')
  assert.deepEqual(client.scope, ['orders:read', 'orders:write'])
  assert.equal(client.name, client.id)
})

test('[O21-2-01] a record without what its grants need cannot be made', () => {
  // req: DCR-2-02
  assert.match(refusal({ ...web, redirect_uris: [] }), /^redirect_uris: /)
  assert.match(refusal({ ...web, redirect_uris: undefined }), /^redirect_uris: /)
  assert.match(refusal({ ...web, client_secret: undefined }), /^client_secret: /)
  assert.match(refusal(keyed), /^jwks: /)
  assert.match(refusal({ ...web, grant_types: [] }), /^grant_types: /)
})

test('[O21-2.3-01] a redirect URI that is relative, has a fragment or leaves for another scheme is refused by its place', () => {
  // req: O21-2.3.1-01
  // req: O21-2.3.1-04
  // req: RU-06
  // req: RU-12
  // req: RG-01
  const bad = [
    '/cb',
    'https://client.example/cb#',
    'https://client.example/*',
    'http://evil.example/cb',
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'myapp:/cb',
    'https://user@client.example/cb',
    'https://client.example/cb?code=x',
    'https://client.example/cb?state=x',
  ]

  for (const uri of bad) {
    const redirect_uris = ['https://client.example/cb', uri]
    assert.match(refusal({ ...web, redirect_uris }), /^redirect_uris\[1\]: /, uri)
    assert.match(refusal({ redirect_uris }, { provenance: 'self-registered' }), /^redirect_uris\[1\]: /, uri)
  }
  assert.deepEqual(parsed({ ...nativeApp, redirect_uris: ['com.example.app:/cb'] }).client.redirectUris, [
    'com.example.app:/cb',
  ])
})

test('[RG-01] every address of the metadata is https, in every language', () => {
  // req: CIMD-8.6-02
  const members = ['client_uri', 'logo_uri', 'policy_uri', 'tos_uri', 'jwks_uri', 'backchannel_logout_uri']
  const bad = [
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///x',
    'http://evil.example',
    'https://',
    1,
  ]

  for (const member of members) {
    for (const value of bad) {
      assert.ok(refusal({ ...web, [member]: value }).startsWith(`${member}: `), `${member} ${value}`)
      assert.ok(refusal({ ...web, [`${member}#zh-CN`]: value }).startsWith(`${member}#zh-CN: `), `${member} ${value}`)
    }
    assert.equal(parse({ ...web, [member]: 'https://client.example/about' }).ok, true)
  }
  assert.match(refusal({ ...web, post_logout_redirect_uris: ['javascript:x'] }), /^post_logout_redirect_uris: /)
})

test('[RG-01] http on loopback is an address in development only', () => {
  const raw = { ...web, client_secret: goodSecret, client_uri: 'http://127.0.0.1:9130/' }

  assert.equal(parsed(raw, { development: true }).client.homepage, 'http://127.0.0.1:9130/')
  assert.match(refusal(raw, { development: false }), /^client_uri: /)
})

test('[RG-03] a name is text that shows what it is', () => {
  const bad = [
    '',
    '   ',
    'a'.repeat(101),
    'Tao\u202Ebao',
    'Tao\u200Bbao',
    '\u001B[2J',
    'a\nb',
    '\u3164',
    `e${'\u0301'.repeat(9)}`,
    '\uD800',
  ]
  for (const name of bad) {
    assert.match(refusal({ ...web, client_name: name }), /^client_name: /, JSON.stringify(name))
    assert.match(refusal({ ...web, 'client_name#zh-CN': name }), /^client_name#zh-CN: /, JSON.stringify(name))
    assert.match(refusal({ ...web, hufu_developer: name }), /^hufu_developer: /, JSON.stringify(name))
  }

  for (const name of ['订单分析', 'a'.repeat(100), '<b>bold</b>', 'Caf\u00E9 \u2764\uFE0F'])
    assert.equal(parsed({ ...web, client_name: ` ${name} ` }).client.name, name)
})

test('[O21-A-01] a chosen client id and a chosen secret have ASCII characters 0x20 to 0x7E only', () => {
  for (const client_id of ['', ' ab', 'ab ', 'a\u0000', 'ü', 'x'.repeat(501)])
    assert.match(refusal({ ...web, client_id }), /^client_id: /, client_id)
  for (const client_secret of ['', 'a\nb', 'ü'])
    assert.match(refusal({ ...web, client_secret }), /^client_secret: /, client_secret)

  assert.equal(parsed({ ...web, client_id: 'x'.repeat(500) }).client.id.length, 500)
  assert.equal(parsed({ ...web, client_id: 'a b' }).client.id, 'a b')
  assert.equal(parse({ ...web, client_secret: 'with space ~' }).ok, true)
})

test('[CIMD-7.1-01] an id of ours is neither an address nor the id of an account, and a chosen one is no account either', () => {
  // req: O21-2.2-02
  const made = parsed({ ...web, client_id: undefined }).client.id
  const other = parsed({ ...web, client_id: undefined }).client.id

  assert.match(made, /^app_[0-9a-f]{32}$/)
  assert.notEqual(made, other)
  assert.match(refusal({ ...web, client_id: '0'.repeat(32) }), /^client_id: /)
})

test('[DCR-7592-2.2-01] who registers itself chooses neither its id nor its secret', () => {
  const { client } = parsed(
    { ...web, client_id: 'hufu-console', client_secret: undefined },
    { provenance: 'self-registered', makeSecret: () => goodSecret },
  )

  assert.match(client.id, /^app_/)
  assert.match(refusal(web, { provenance: 'self-registered' }), /^client_secret: /)
})

test('[CA-10] a secret is stored as its hash, and one that was made is told once', () => {
  const brought = parsed(web)
  const made = parsed({ ...web, client_secret: undefined }, { makeSecret: () => goodSecret })

  assert.deepEqual(brought.client.secrets, [
    { hash: hashSecret('correct horse'), createdAt: now, expiresAt: undefined },
  ])
  assert.equal(brought.madeSecret, undefined)
  assert.equal(made.madeSecret, goodSecret)
  assert.equal(made.client.secrets[0]?.hash, hashSecret(goodSecret))
  assert.equal(JSON.stringify(made.client).includes(goodSecret), false)
})

test('[CA-10] in production a secret that somebody thought of is refused', () => {
  const production = { development: false }

  assert.match(refusal(web, production), /^client_secret: /)
  assert.match(refusal({ ...web, client_secret: goodSecret.slice(0, 31) }, production), /^client_secret: /)
  assert.match(refusal({ ...web, client_secret: 'abc'.repeat(20) }, production), /^client_secret: /)
  assert.equal(parse({ ...web, client_secret: goodSecret.slice(0, 32) }, production).ok, true)
})

test('[O21-2.4-01] an app on a device or in a page has no secret: a method other than none is refused', () => {
  // req: BBA-6.3-02
  // req: O21-2.1-03
  assert.match(refusal({ ...publicApp, client_secret: 'x' }), /^client_secret: /)
  for (const hufu_kind of ['native', 'browser'])
    for (const method of ['client_secret_basic', 'client_secret_post', 'private_key_jwt'])
      assert.match(refusal({ ...web, hufu_kind, token_endpoint_auth_method: method }), /^token_endpoint_auth_method: /)

  const { client } = parsed({ ...nativeApp, token_endpoint_auth_method: undefined, application_type: 'native' })
  assert.equal(client.type, 'public')
  assert.deepEqual(client.secrets, [])
})

test('[O21-2.4-01] what has a server to keep a secret on is not public', () => {
  for (const hufu_kind of ['web', 'service']) assert.match(refusal({ ...publicApp, hufu_kind }), /^hufu_kind: /)
})

test('[NAT-8.4-01] the kind follows from method, grants and redirect URIs, the stricter reading first', () => {
  const kinds = [
    [web, 'web'],
    [job, 'service'],
    [publicApp, 'browser'],
    [nativeApp, 'native'],
    [{ ...publicApp, redirect_uris: ['https://spa.example/cb', 'http://127.0.0.1/cb'] }, 'browser'],
    [{ ...publicApp, application_type: 'native' }, 'native'],
    [{ ...nativeApp, application_type: 'web' }, 'browser'],
    [{ ...nativeApp, redirect_uris: ['com.example.app:/cb'] }, 'native'],
  ] as const

  for (const [raw, kind] of kinds) assert.equal(parsed(raw).client.kind, kind, JSON.stringify(raw))
  assert.match(refusal({ ...nativeApp, application_type: 'web', hufu_kind: 'native' }), /^hufu_kind: /)
  assert.match(refusal({ ...web, hufu_kind: 'service' }), /^hufu_kind: /)
})

test('[DCR-2.1-01] grant types and response types belong together', () => {
  assert.match(refusal({ ...web, response_types: [] }), /^response_types: /)
  assert.match(refusal({ ...job, response_types: ['code'] }), /^response_types: /)
  assert.match(refusal({ ...web, response_types: ['code', 'token'] }), /^response_types: /)
  assert.match(refusal({ ...web, grant_types: ['refresh_token'] }), /^grant_types: /)
  assert.equal(parse({ ...web, response_types: ['code'] }).ok, true)
  assert.equal(parse({ ...job, response_types: [] }).ok, true)
})

test('[BBA-7.3-01] implicit and password cannot be registered, nor can what does not exist here', () => {
  for (const grant of ['implicit', 'password', 'urn:ietf:params:oauth:grant-type:unheard-of'])
    assert.match(refusal({ ...web, grant_types: ['authorization_code', grant] }), /^grant_types: /)
})

test('[O21-4.2-01] client credentials need a confidential client', () => {
  assert.match(refusal({ ...publicApp, grant_types: ['client_credentials'] }), /^grant_types: /)
  assert.equal(parse(job).ok, true)
})

test('[RG-02] who registers itself gets neither client credentials nor a scope beyond what may be had', () => {
  // req: DCR-5-02
  const self = { provenance: 'self-registered' } as const
  const { client } = parsed(
    { ...publicApp, grant_types: ['authorization_code', 'client_credentials'], scope: 'orders:read admin' },
    self,
  )

  assert.deepEqual(client.grantTypes, ['authorization_code'])
  assert.deepEqual(client.scope, ['orders:read'])
  assert.match(refusal({ ...publicApp, grant_types: ['client_credentials'] }, self), /^grant_types: /)
})

test('[MCP-AS-2-01] where that is wanted, who registers itself for a part of the scope gets all there is for its kind, and no more', () => {
  // req: RG-02
  const self = { provenance: 'self-registered', allScopes: true } as const
  const scopeOf = (scope: string | undefined) => parsed({ ...publicApp, scope }, self).client.scope

  const all = scopeOf(undefined)
  assert.ok(all.length > 1)
  assert.deepEqual(scopeOf('orders:read'), ['orders:read', ...all.filter((each) => each !== 'orders:read')])
  assert.deepEqual(scopeOf('orders:read admin'), scopeOf('orders:read'))
})

test('[AD-02] only an operator says hufu_ members; from others they are unknown like any other', () => {
  const raw = {
    ...publicApp,
    client_id: undefined,
    reviewed: true,
    hufu_reviewed: true,
    hufu_first_party: true,
    hufu_kind: 'native',
    hufu_refresh_token_lifetime: 'never',
    hufu_allow_localhost_any_port: true,
    hufu_developer: 'Taobao',
    hufu_resources: ['https://orders.example'],
    hufu_default_resource: 'https://orders.example',
  }
  const { client } = parsed(raw, { provenance: 'self-registered' })

  assert.equal(client.reviewed, false)
  assert.equal(client.firstParty, false)
  assert.equal(client.kind, 'browser')
  assert.equal(client.lifetimes.refreshAbsolute, 7 * 86_400)
  assert.equal(client.allowLocalhostAnyPort, false)
  assert.equal(client.developer, undefined)
  assert.deepEqual(client.introspects, [])
  assert.equal(client.defaultResource, undefined)
})

test('[O21-2.4-07] provenance is kept, and an operator’s client counts as reviewed unless told otherwise', () => {
  assert.equal(parsed(web).client.reviewed, true)
  assert.equal(parsed({ ...web, hufu_reviewed: false }).client.reviewed, false)
  assert.equal(parsed(publicApp, { provenance: 'self-registered' }).client.provenance, 'self-registered')
})

test('[NAT-8.6-01] a public client whose redirect proves nothing cannot skip consent', () => {
  assert.match(refusal({ ...nativeApp, hufu_first_party: true }), /^hufu_first_party: /)
  assert.equal(parsed({ ...publicApp, hufu_first_party: true }).client.firstParty, true)
  assert.equal(parsed({ ...web, hufu_first_party: true }).client.firstParty, true)
})

test('[DCR-2-04] jwks and jwks_uri exclude each other', () => {
  assert.match(refusal({ ...keyed, jwks, jwks_uri: 'https://client.example/jwks' }), /^jwks_uri: /)
  assert.match(refusal(keyed), /^jwks: /)
})

test('[JCA-jwks-01] the address of the keys is kept for a client that signs, with the algorithm it names', () => {
  const jwksUri = 'https://client.example/jwks'

  const { client } = parsed({ ...keyed, jwks_uri: jwksUri, token_endpoint_auth_signing_alg: 'PS256' })
  assert.deepEqual([client.jwksUri, client.assertionAlg, client.keys], [jwksUri, 'PS256', []])
  assert.equal(parsed({ ...web, jwks_uri: jwksUri }).client.jwksUri, undefined)
  assert.match(refusal({ ...keyed, jwks_uri: 'http://client.example/jwks' }), /^jwks_uri: /)
})

test('[CA-08] a bad key, a kid used twice, too many keys or none spoil the registration', () => {
  const key = jwks.keys[0]
  assert.equal(refusal({ ...keyed, jwks: { keys: [key, { kty: 'oct', k: 'x' }] } }), 'jwks.keys[1]: no such key')
  assert.match(refusal({ ...keyed, jwks: { keys: [key, key] } }), /^jwks: /)
  assert.match(refusal({ ...keyed, jwks: { keys: [] } }), /^jwks\.keys: /)
  assert.match(refusal({ ...keyed, jwks: [] }), /^jwks\.keys: /)
  assert.match(refusal({ ...keyed, jwks: { keys: Array.from({ length: 21 }, () => key) } }), /^jwks\.keys: /)
  const many = Array.from({ length: 20 }, (_, at) => ({ ...key, kid: `k${at}` }))
  assert.equal(parsed({ ...keyed, jwks: { keys: many } }).client.keys.length, 20)
})

test('[JCA-3-09] only keys for the registered algorithm are kept', () => {
  const keys = [...jwks.keys, { kty: 'RSA', kid: 'two', alg: 'RS256' }]

  const { client } = parsed({ ...keyed, jwks: { keys }, token_endpoint_auth_signing_alg: 'RS256' })
  assert.deepEqual(
    client.keys.map((key) => key.kid),
    ['two'],
  )
  assert.match(refusal({ ...keyed, jwks, token_endpoint_auth_signing_alg: 'PS256' }), /^jwks: /)
  for (const alg of ['none', 'HS256'])
    assert.match(
      refusal({ ...keyed, jwks, token_endpoint_auth_signing_alg: alg }),
      /^token_endpoint_auth_signing_alg: /,
    )
})

test('[CIMD-4.1-01] a metadata document names itself and has no shared secret', () => {
  const document = { provenance: 'metadata-document' } as const
  const client_id = 'https://client.example/app.json'

  assert.equal(parsed({ ...nativeApp, client_id }, document).client.id, client_id)
  assert.match(refusal(publicApp, document), /^client_id: /)
  assert.match(refusal({ ...publicApp, client_id, client_secret: 'x' }, document), /^client_secret: /)
  for (const method of ['client_secret_basic', 'client_secret_post'])
    assert.match(
      refusal({ ...nativeApp, client_id, token_endpoint_auth_method: method }, document),
      /^token_endpoint_auth_method: /,
    )
})

test('[O21-1.4.1-01] the scope of a client is known here, or the operator hears which one is not', () => {
  assert.equal(refusal({ ...web, scope: 'orders:read orders:raed' }), 'scope: orders:raed is not known here')
  assert.match(refusal({ ...web, scope: 'orders:read  orders:write' }), /^scope: /)
  assert.match(refusal({ ...web, scope: 'orders:"read"' }), /^scope: /)
  assert.deepEqual(parsed({ ...web, scope: '' }).client.scope, [])
  assert.deepEqual(parsed({ ...web, scope: 'orders:write orders:write' }).client.scope, ['orders:write'])
})

test('offline_access is for every client that may refresh, and dropped elsewhere', () => {
  const scope = 'orders:read offline_access'
  const grant_types = ['authorization_code', 'refresh_token']

  assert.deepEqual(parsed({ ...web, scope, grant_types }).client.scope, ['orders:read', 'offline_access'])
  assert.deepEqual(parsed({ ...web, scope }).client.scope, ['orders:read'])
})

test('[INT-2.1-01] an API that only introspects has no grant, and is confidential', () => {
  const api = { client_id: 'orders-api', client_secret: 'correct horse', grant_types: [] }

  const { client } = parsed({ ...api, hufu_resources: ['https://orders.example'] })
  assert.deepEqual([client.kind, client.type, client.grantTypes], ['service', 'confidential', []])
  assert.match(refusal(api), /^grant_types: /)
})

test('a resource that is not known here is refused', () => {
  assert.match(refusal({ ...web, hufu_resources: ['https://other.example'] }), /^hufu_resources/)
  assert.match(refusal({ ...web, hufu_default_resource: 'https://other.example' }), /^hufu_resources/)

  const { client } = parsed({ ...web, hufu_resources: ['https://orders.example', 'https://orders.example'] })
  assert.deepEqual(client.introspects, ['https://orders.example'])
})

test('[DCR-2-01] members nobody knows are ignored, and null is as good as left out', () => {
  const { client } = parsed({ ...web, software_version: 4, client_name: null, jwks: null })

  assert.equal('software_version' in client, false)
  assert.equal(client.name, 'shop')
})

test('[RG-12] names of the prototype are data', () => {
  const raw = JSON.parse(
    '{"__proto__":{"hufu_first_party":true,"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1,' +
      '"client_id":"c","client_secret":"s","redirect_uris":["https://client.example/cb"],"jwks":{"keys":[{"__proto__":{"polluted":1},"kty":"EC"}]}}',
  ) as unknown

  assert.equal(parsed(raw).client.firstParty, false)
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
})

test('every JSON value gives a client or a sentence that may stand in an answer, and nothing is thrown', () => {
  const members = fc.record(
    {
      client_id: fc.anything(),
      client_secret: fc.string(),
      client_name: fc.string({ unit: 'binary' }),
      redirect_uris: fc.oneof(fc.jsonValue(), fc.array(fc.oneof(fc.webUrl(), fc.string()))),
      grant_types: fc.oneof(
        fc.jsonValue(),
        fc.subarray(['authorization_code', 'refresh_token', 'client_credentials', 'implicit']),
      ),
      token_endpoint_auth_method: fc.oneof(
        fc.jsonValue(),
        fc.constantFrom('none', 'client_secret_post', 'private_key_jwt'),
      ),
      scope: fc.string(),
      jwks: fc.oneof(fc.jsonValue(), fc.record({ keys: fc.array(fc.dictionary(fc.string(), fc.jsonValue())) })),
      hufu_kind: fc.constantFrom('web', 'native', 'browser', 'service'),
      hufu_refresh_token_lifetime: fc.oneof(fc.jsonValue(), fc.constant('never'), fc.double()),
    },
    { requiredKeys: [] },
  )
  const any = fc.oneof(fc.jsonValue(), members)
  const sender = fc.constantFrom('operator', 'self-registered', 'metadata-document')

  fc.assert(
    fc.property(any, sender, (raw, provenance) => {
      const result = parse(raw, { provenance: provenance as Client['provenance'] })
      if (result.ok) {
        const { client } = result.value
        assert.equal(client.type === 'public', client.authMethod === 'none')
        assert.ok(client.type === 'confidential' || client.lifetimes.refreshAbsolute !== 'never')
        assert.ok(!client.grantTypes.includes('authorization_code') || client.redirectUris.length > 0)
        assert.ok(client.type === 'public' || client.secrets.length + client.keys.length > 0)
        assert.ok(provenance === 'operator' || !client.reviewed)
      } else assert.match(result.error, /^[\x20\x21\x23-\x5B\x5D-\x7E]{5,400}$/)
    }),
    { numRuns: 1000 },
  )
})

const now = instant(1_700_000_000_000)
const goodSecret = 'hcs_3xQ8rT2mZv7LpKc0yWnB5sJd9FgHa1eU4oIiRkXtN6M'
let made = 0

function context(changes: Partial<RegistrationContext>): RegistrationContext {
  return {
    scopes: ['orders:read', 'orders:write'],
    resources: ['https://orders.example'],
    now,
    provenance: 'operator',
    development: true,
    random: (count) => Buffer.alloc(count, (made += 1)),
    parseKey: (jwk) =>
      jwk['kty'] === 'oct' ? refuse('no such key') : accept({ kid: jwk['kid'], alg: jwk['alg'], jwk } as ClientKey),
    ...changes,
  }
}

const parse = (raw: unknown, changes: Partial<RegistrationContext> = {}) => parseClientMetadata(raw, context(changes))

function parsed(raw: unknown, changes: Partial<RegistrationContext> = {}) {
  const result = parse(raw, changes)
  if (!result.ok) throw new assert.AssertionError({ message: result.error })

  return result.value
}

function refusal(raw: unknown, changes: Partial<RegistrationContext> = {}) {
  const result = parse(raw, changes)
  assert.equal(result.ok, false, JSON.stringify(raw))

  return result.error
}

test('[O21-1.4.1-05] scope names of OpenID Connect that are not offered are left out of a registration, other unknown ones refused', () => {
  assert.deepEqual(parsed({ ...web, scope: 'openid orders:read email' }).client.scope, ['orders:read'])
  assert.match(refusal({ ...web, scope: 'openid orders.steal' }), /^scope: orders\.steal/)
})
