import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createSigningClient, signedJwt } from '../../support/assertion.ts'
import * as cast from '../../support/fixtures.ts'
import { assertRefused, nativeApp, startRegistration, webApp } from '../../support/registration.ts'
import type { RegistrationServer } from '../../support/registration.ts'

let as: RegistrationServer
before(async () => void (as = await startRegistration()))
after(() => as.close())

/** Another minute, so that the limit of one test is not the next one's. */
const rested = () => as.later(86_400 - 1)

test('[DCR-3.2.1-01] the answer is the whole registration as it is kept, with defaults, and nobody keeps the answer', async () => {
  // req: DCR-2-03, DCR-7592-2-01
  const answer = await as.post(webApp)
  const { client_id, client_secret, registration_access_token, ...rest } = (await answer.json()) as Record<
    string,
    unknown
  >

  assert.equal(answer.status, 201)
  assert.equal(answer.headers.get('content-type'), 'application/json')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.match(String(client_id), /^app_[0-9a-f]{32}$/)
  assert.match(String(client_secret), /^hcs_[A-Za-z0-9_-]{43}$/)
  assert.match(String(registration_access_token), /^hra_[A-Za-z0-9_-]{70}$/)
  assert.deepEqual(rest, {
    ...webApp,
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
    scope: 'openid profile email address phone orders.read orders.write jobs.run bills.read',
    application_type: 'web',
    dpop_bound_access_tokens: false,
    require_pushed_authorization_requests: false,
    authorization_details_types: [],
    id_token_signed_response_alg: 'RS256',
    subject_type: 'public',
    client_id_issued_at: Math.floor(as.clock.now() / 1000),
    client_secret_expires_at: 0,
    registration_client_uri: `${as.issuer}/register/${String(client_id)}`,
  })
})

test('[DCR-2-03] a registration of redirect URIs alone gets code, authorization_code and client_secret_basic', async () => {
  const made = await as.register({ redirect_uris: ['https://charts.example/cb'] })

  assert.deepEqual(made['grant_types'], ['authorization_code'])
  assert.deepEqual(made['response_types'], ['code'])
  assert.equal(made['token_endpoint_auth_method'], 'client_secret_basic')
  assert.equal(made['client_name'], undefined)
})

test('[MCP-AS-2-01] an app on a device registers as MCP clients do, and is given tokens', async () => {
  // req: OIDC-REG-2-01
  const { application_type: _, ...untyped } = nativeApp
  const fromEditor = {
    ...nativeApp,
    client_uri: 'https://editor.example',
    redirect_uris: [
      'https://insiders.editor.example/redirect',
      'https://editor.example/redirect',
      'http://127.0.0.1/',
      'http://127.0.0.1:33418/',
    ],
    grant_types: [...nativeApp.grant_types, 'urn:ietf:params:oauth:grant-type:device_code'],
  }
  const withSecret = {
    ...untyped,
    redirect_uris: ['http://localhost:3000/callback'],
    token_endpoint_auth_method: 'client_secret_post',
  }

  for (const metadata of [nativeApp, untyped, fromEditor, withSecret]) {
    const client = await as.register(metadata)
    assert.equal(client['application_type'], 'native')
    const redirect_uri = client.redirect_uris.at(-1)
    const tokens = await as.tokens({ redirect_uri, scope: 'orders.read' }, client)
    assert.equal(tokens.scope, 'orders.read')
    assert.match(tokens.refresh_token ?? '', /^hrt_/)
  }
  rested()
})

test('[O21-2.4-01] an app on a device that asks for a secret becomes public, and is told so', async () => {
  const made = await as.register({ ...nativeApp, token_endpoint_auth_method: 'client_secret_basic' })

  assert.equal(made['token_endpoint_auth_method'], 'none')
  assert.equal(made.client_secret, undefined)
  assert.equal(made.client_secret_expires_at, undefined)
})

test('[OIDC-REG-2-01] a web client has https redirect URIs and none on localhost, a native one its own machine or scheme', async () => {
  const web = (uri: string) => as.post({ ...webApp, application_type: 'web', redirect_uris: [uri] })
  const native = (uri: string) => as.post({ ...nativeApp, redirect_uris: [uri] })

  assert.equal((await web('https://charts.example/cb')).status, 201)
  for (const uri of [
    'http://127.0.0.1/cb',
    'http://localhost/cb',
    'https://localhost/cb',
    'https://localhost./cb',
    'https://127.0.0.1/cb',
    'com.example.charts:/cb',
  ])
    await assertRefused(await web(uri), 400, 'invalid_redirect_uri')
  for (const uri of ['http://127.0.0.1/cb', 'http://[::1]:99/cb', 'http://localhost:8090/cb', 'com.example.charts:/cb'])
    assert.equal((await native(uri)).status, 201, uri)
  for (const uri of ['http://charts.example/cb', 'charts:/cb', 'com.example.charts://cb'])
    await assertRefused(await native(uri), 400, 'invalid_redirect_uri')
  rested()
})

test('[DCR-3-01] what is registered is one JSON object, sent as such', async () => {
  const body = JSON.stringify(nativeApp)
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'application/json; charset=utf-16', ''])
    await assertRefused(await as.post(body, { 'content-type': type }), 400, 'invalid_client_metadata')
  for (const bad of ['', '{', '[]', 'null', '"x"', '{"a":1,"a":2}', '[{}]', `${'{"a":'.repeat(17)}1${'}'.repeat(17)}`])
    await assertRefused(await as.post(bad), 400, 'invalid_client_metadata')
  assert.equal((await as.post(body, { 'content-type': 'Application/JSON; charset="UTF-8"' })).status, 201)
  await assertRefused(await as.post({ ...nativeApp, contacts: ['x'.repeat(70_000)] }), 413, 'invalid_client_metadata')
  const other = await as.send('/register', { method: 'GET' })
  assert.deepEqual([other.status, other.headers.get('allow')], [405, 'POST'])
  rested()
})

test('[DCR-2-01] a member nobody knows is left out of the registration and of the answer', async () => {
  // req: RG-12
  const strange = `{"redirect_uris":["https://charts.example/cb"],"shoe_size":44,"__proto__":{"polluted":true},
    "constructor":{"prototype":{"polluted":true}},"toString":"x","hasOwnProperty":1,"hufu_reviewed":true,
    "hufu_first_party":true,"reviewed":true,"client_name":null}`

  const made = await as.register(JSON.parse(strange) as object)
  const answer = await as.post(strange)

  assert.equal(answer.status, 201)
  for (const name of ['shoe_size', 'toString', 'hufu_reviewed', 'reviewed', 'client_name'])
    assert.equal(Object.hasOwn(made, name), false, name)
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
  const stored = await as.store.findClient(made.client_id as Parameters<typeof as.store.findClient>[0])
  assert.deepEqual([stored?.reviewed, stored?.firstParty, stored?.provenance], [false, false, 'self-registered'])
  rested()
})

test('[RG-12] names of the prototype in the places of names are data or refused', async () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const made = await as.register({ ...webApp, scope: `orders.read ${name}`, client_name: name })
    assert.equal(made.scope, 'orders.read')
    assert.equal(made['client_name'], name)
    await assertRefused(await as.post({ ...webApp, grant_types: [name] }), 400, 'invalid_client_metadata')
    await assertRefused(await as.post({ ...webApp, token_endpoint_auth_method: name }), 400, 'invalid_client_metadata')
  }
  rested()
})

test('[DCR-2-02] a grant by redirect needs redirect URIs that can be trusted', async () => {
  // req: DCR-3.2.2-01, RG-01
  const bad = [
    'https://charts.example/cb#x',
    'http://charts.example/cb',
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'https://*.example/cb',
    'https://user@charts.example/cb',
    '/cb',
    '',
  ]
  const { redirect_uris: _, ...without } = webApp

  for (const uri of bad) {
    const said = await assertRefused(
      await as.post({ ...webApp, redirect_uris: [...webApp.redirect_uris, uri] }),
      400,
      'invalid_redirect_uri',
    )
    assert.match(said, /redirect_uris\[1\]/)
  }
  await assertRefused(await as.post(without), 400, 'invalid_redirect_uri')
  await assertRefused(await as.post({ ...webApp, redirect_uris: [] }), 400, 'invalid_redirect_uri')
  rested()
})

test('[RG-01] no address of the metadata leads anywhere but to https, in any language', async () => {
  const members = [
    'client_uri',
    'logo_uri',
    'policy_uri',
    'tos_uri',
    'jwks_uri',
    'backchannel_logout_uri',
    'client_uri#zh-CN',
    'logo_uri#de',
  ]
  for (const member of members) {
    for (const uri of ['javascript:alert(1)', 'data:text/html,x', 'http://evil.example/'])
      await assertRefused(await as.post({ ...webApp, [member]: uri }), 400, 'invalid_client_metadata')
    rested()
  }
  for (const uri of ['javascript:alert(1)', 'http://evil.example/', 'vbscript:x', 'file:///x'])
    await assertRefused(await as.post({ ...webApp, post_logout_redirect_uris: [uri] }), 400, 'invalid_client_metadata')
  rested()
})

test('[DCR-3.2.2-01] contradictions are refused by the member they are about', async () => {
  // req: DCR-2-04, DCR-2.1-01
  const jwks = { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] }
  const contradictions = {
    jwks_uri: { jwks, jwks_uri: 'https://charts.example/keys' },
    'jwks.keys\\[0\\]': { jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } },
    response_types: { response_types: ['token'] },
    grant_types: { grant_types: ['refresh_token'] },
    token_endpoint_auth_method: { token_endpoint_auth_method: 'client_secret_jwt' },
    client_secret: { client_secret: 'one-of-my-own-choice-0123456789abcdef' },
  }

  for (const [member, changes] of Object.entries(contradictions)) {
    const said = await assertRefused(await as.post({ ...webApp, ...changes }), 400, 'invalid_client_metadata')
    assert.match(said, new RegExp(member))
  }
  rested()
})

test('[RG-02] nobody registers for more than may be had: what is too much is left out, and the answer says so', async () => {
  // req: DCR-5-02
  const greedy = await startRegistration({ registration: { scopes: ['orders.read'] } })
  const made = await greedy.register({
    ...webApp,
    scope: 'orders.read jobs.run admin',
    grant_types: [...webApp.grant_types, 'client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
  })
  const all = await greedy.register(webApp)
  const service = await greedy.post({ ...webApp, grant_types: ['client_credentials'], response_types: [] })

  assert.equal(made.scope, 'orders.read')
  assert.deepEqual(made['grant_types'], ['authorization_code', 'refresh_token'])
  assert.equal(all.scope, 'openid profile email address phone orders.read')
  await assertRefused(service, 400, 'invalid_client_metadata')
  const asked = await greedy.walk(greedy.browser(), greedy.authorize({ scope: 'orders.read jobs.run' }, made).url)
  assert.match(asked.leavesFor ?? asked.html, /invalid_scope/)
  const machine = await greedy.token({ grant_type: 'client_credentials', scope: 'orders.read' }, made)
  assert.deepEqual([machine.status, ((await machine.json()) as { error: string }).error], [400, 'unauthorized_client'])
  await greedy.close()
})

test('[DCR-5-02] scopes that delete or move money are for clients of the operator, unless it says otherwise', async () => {
  const careful = await startRegistration({
    resources: [...cast.resources, { resource: 'https://shop.example', scopes: ['shop.drop', 'shop.pay'] }],
    scopes: [
      ...cast.scopes,
      { name: 'shop.drop', title: 'Delete the shop', access: 'delete' },
      { name: 'shop.pay', title: 'Pay', access: 'money' },
    ],
  })

  const made = await careful.register({ ...webApp, scope: 'orders.read shop.drop shop.pay' })

  assert.equal(made.scope, 'orders.read')
  await careful.close()
})

test('[RG-03] a name is kept as text; one that hides or overflows is refused', async () => {
  const markup = '<script>alert(1)</script>'
  assert.equal((await as.register({ ...webApp, client_name: markup }))['client_name'], markup)
  for (const name of ['\u202Egnaro', 'a\u200Bb', 'x'.repeat(10_240), '\u001B[31mred', ' ', `e${'\u0301'.repeat(6)}`])
    await assertRefused(await as.post({ ...webApp, client_name: name }), 400, 'invalid_client_metadata')
  rested()
})

test('[RG-03] a name that looks like that of a reviewed app, or like ours, is refused in production', async () => {
  for (const name of ['Client One', 'СLIENT-ОNE', 'Ｃｌｉｅｎｔ Ｏｎｅ', 'CIient 0ne', 'Hufu', 'HUFU!']) {
    const said = await assertRefused(await as.post({ ...webApp, client_name: name }), 400, 'invalid_client_metadata')
    assert.match(said, /^HF-REG-0404 /)
  }
  assert.equal((await as.post({ ...webApp, client_name: 'Client Eleven' })).status, 201)
  rested()
})

test('[RG-10] from one place only so many register in a while, and are told how long to wait', async () => {
  // req: DCR-3-02
  rested()
  const burst = await Promise.all(Array.from({ length: 30 }, () => as.post(nativeApp)))
  const refused = burst.filter(({ status }) => status === 429)

  assert.equal(burst.filter(({ status }) => status === 201).length, 20)
  assert.equal(refused.length, 10)
  await assertRefused(refused[0]!, 429, 'temporarily_unavailable')
  const wait = Number(refused[0]!.headers.get('retry-after'))
  assert.ok(wait >= 1 && wait <= 60)
  as.later(wait)
  assert.equal((await as.post(nativeApp)).status, 201)
  rested()
})

test('[RG-10] there are only so many in all, and those that nobody uses make room', async () => {
  // req: DCR-5-02
  const small = await startRegistration({ registration: { maxClients: 3 } })
  const answers = []
  for (let index = 0; index < 4; index += 1) answers.push(await small.post(nativeApp))

  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 201, 201, 503],
  )
  await assertRefused(answers[3]!, 503, 'temporarily_unavailable')
  small.later(86_400)
  await small.store.prune(small.clock.now(), 100)
  assert.equal((await small.post(nativeApp)).status, 201)
  await small.close()
})

test('[DCR-3-01] registration is off unless it is asked for: no endpoint, no word of it', async () => {
  const closed = await startRegistration({ features: { registration: 'off' } })
  const metadata = (await (await closed.get('/.well-known/oauth-authorization-server')).json()) as object
  const open = (await (await as.get('/.well-known/oauth-authorization-server')).json()) as Record<string, unknown>

  assert.equal((await closed.post(nativeApp)).status, 404)
  assert.equal(Object.hasOwn(metadata, 'registration_endpoint'), false)
  assert.equal(open['registration_endpoint'], `${as.issuer}/register`)
  await closed.close()
})

test('[O21-3.2-05] a page of any origin may register, without cookies', async () => {
  const answer = await as.send('/register', {
    method: 'OPTIONS',
    headers: { origin: 'https://tool.example', 'access-control-request-method': 'POST' },
  })

  assert.equal(answer.headers.get('access-control-allow-origin'), '*')
  assert.equal(answer.headers.get('access-control-allow-credentials'), null)
})

test('[DCR-2.3-01] a software statement of somebody trusted wins, and comes back unchanged', async () => {
  const signer = createSigningClient('directory', 'https://as.example', () => 0)
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), alg: 'ES256' }
  const issuer = 'https://directory.example'
  const trusting = await startRegistration({
    registration: { softwareStatements: [{ issuer, jwks: { keys: [jwk] } }], scopes: ['orders.read'] },
  })
  const statement = signedJwt({}, { iss: issuer, client_name: 'Approved', scope: 'orders.read jobs.run' }, privateKey)

  const made = await trusting.register({ ...webApp, scope: 'orders.read', software_statement: statement })

  assert.deepEqual(
    [made['client_name'], made.scope, made['software_statement']],
    ['Approved', 'orders.read', statement],
  )
  assert.equal(
    ((await (await trusting.own(made)).json()) as { software_statement: string }).software_statement,
    statement,
  )
  const foreign = signedJwt({}, { iss: 'https://other.example' }, privateKey)
  await assertRefused(
    await trusting.post({ ...webApp, software_statement: foreign }),
    400,
    'unapproved_software_statement',
  )
  const forged = signer.prove({ iss: issuer })['client_assertion']
  await assertRefused(await trusting.post({ ...webApp, software_statement: forged }), 400, 'invalid_software_statement')
  await assertRefused(await as.post({ ...webApp, software_statement: statement }), 400, 'unapproved_software_statement')
  await trusting.close()
})

test('nothing of what was refused is a fault of the server', () => {
  assert.deepEqual(as.faults, [])
})
