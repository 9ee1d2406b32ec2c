import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { openSqlite } from 'hufu/sqlite'
import { anEvent } from 'hufu/testing'
import { documentHosts } from '../../support/document-host.ts'
import { createSigningClient, signedJwt } from '../../support/assertion.ts'
import { assertExplained } from '../../support/oracles.ts'
import { startRegistration } from '../../support/registration.ts'
import type { RegistrationServer } from '../../support/registration.ts'

const hosts = documentHosts()
let as: RegistrationServer
before(async () => void (as = await startRegistration({ fetchDocument: hosts.fetchDocument })))
beforeEach(() => {
  as.later(86_400)
  hosts.asked.length = 0
})
after(() => as.close())

type Id = Parameters<RegistrationServer['store']['findClient']>[0]

let count = 0
/** An address that nobody has heard of yet. */
const anAddress = () => `https://app${(count += 1)}.example/client.json`

const documentOf = (client_id: string, changes: object = {}) => ({
  client_id,
  client_name: 'Pocket Orders',
  client_uri: new URL('/', client_id).href,
  redirect_uris: [new URL('/callback', client_id).href, 'http://127.0.0.1/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  ...changes,
})

/** A client that is described at its own address. */
function aClient(changes: object = {}, freshFor?: number) {
  const client_id = anAddress()
  const document = documentOf(client_id, changes)
  hosts.publish(client_id, document, freshFor)

  return { ...document, scope: 'orders.read' }
}

/** One that proves who it is by a key in its document, which is kept for a minute. */
function aSigningClient() {
  const client_id = anAddress()
  const signer = createSigningClient(client_id, as.issuer, as.clock.now)
  const document = documentOf(client_id, {
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: signer.metadata['jwks'],
  })
  hosts.publish(client_id, document, 60)

  return { client: { ...document, scope: 'orders.read' }, document, signer }
}

function aClientThatIsDown() {
  const client_id = anAddress()
  hosts.fail(client_id, 'unreachable')

  return { ...documentOf(client_id), scope: 'orders.read' }
}

const postToken = (form: Record<string, string>) =>
  as.send('/token', { method: 'POST', body: new URLSearchParams(form) })

const begin = (client: { client_id: string }, changes = {}) =>
  as.get(as.authorize({ scope: 'orders.read', ...changes }, client).url)

const auditOf = async (client_id: string) => {
  const events = []
  for (let after: string | undefined; ; after = events.at(-1)?.id) {
    const page = await as.store.listAudit(after, 1000)
    events.push(...page)
    if (page.length < 1000) break
  }
  return events.filter(({ clientId }) => clientId === client_id)
}

test('[CIMD-5-01] a client whose id is the address of a document gets tokens, without being registered', async () => {
  // req: CIMD-4.2-01
  const client = aClient()
  const tokens = await as.tokens({}, client)
  const refreshed = await as.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }, client)

  assert.equal(tokens.scope, 'orders.read')
  assert.equal((await as.introspect(tokens.access_token))['client_id'], client.client_id)
  assert.equal(refreshed.status, 200)
  assert.deepEqual(hosts.asked, [client.client_id])
})

test('[CIMD-6-01] discovery says that such documents are read, where they are', async () => {
  const off = await startRegistration({ features: {}, fetchDocument: hosts.fetchDocument })
  const said = async (server: RegistrationServer) =>
    ((await (await server.get('/.well-known/oauth-authorization-server')).json()) as Record<string, unknown>)[
      'client_id_metadata_document_supported'
    ]
  const client = aClient()

  assert.equal(await said(as), true)
  assert.equal(await said(off), undefined)
  await assertExplained(await off.get(off.authorize({}, client).url), 'HF-AUTHZ-0101')
  assert.deepEqual(hosts.asked, [])
  await off.close()
})

test('[CIMD-5-01] a client that nobody has heard of may begin by pushing its request', async () => {
  const client = aClient()
  const { url } = as.authorize({}, client)
  const pushed = await as.send('/par', { method: 'POST', body: new URL(url).searchParams })
  const { request_uri = '' } = (await pushed.json()) as { request_uri?: string }
  const query = new URLSearchParams({ client_id: client.client_id, request_uri })

  assert.equal(pushed.status, 201)
  assert.equal((await as.get(`${as.issuer}/authorize?${query}`)).status, 303)
  const away = await as.send('/par', {
    method: 'POST',
    body: new URL(as.authorize({}, aClientThatIsDown()).url).searchParams,
  })
  assert.deepEqual([away.status, ((await away.json()) as { error: string }).error], [401, 'invalid_client'])
})

test('[CIMD-4.2-01] a redirect URI is one of the document, letter by letter; only the port on loopback is free', async () => {
  const client = aClient()
  const [own = ''] = client.redirect_uris

  for (const redirect_uri of [own, 'http://127.0.0.1/callback', 'http://127.0.0.1:50123/callback'])
    assert.equal((await begin(client, { redirect_uri })).status, 303, redirect_uri)
  for (const redirect_uri of [
    `${own}/`,
    own.toUpperCase(),
    'http://127.0.0.1/other',
    'http://localhost/callback',
    'https://evil.example/cb',
  ])
    await assertExplained(await begin(client, { redirect_uri }), 'HF-AUTHZ-0104')
})

test('[CIMD-3-01] what is not the address of a document is an unknown client, and nothing is asked for', async () => {
  // req: RG-07
  const addresses = [
    'http://app.example/c',
    'https://app.example',
    'https://app.example/c?x=1',
    'https://app.example/c#f',
    'https://u@app.example/c',
    'https://app.example/a/../c',
    'https://app.example/%2e%2e/c',
  ]
  for (const client_id of addresses)
    await assertExplained(await begin({ client_id }, { redirect_uri: 'https://app.example/cb' }), 'HF-AUTHZ-0101')

  assert.deepEqual(hosts.asked, [])
})

test('[CIMD-3-02] addresses that lead to one place are two clients, if they are two texts', async () => {
  // req: CIMD-4-01
  const client = aClient()
  const others = [
    client.client_id.replace('.example', '.example:443'),
    client.client_id.replace('app', 'APP'),
    `${client.client_id}/`,
    client.client_id.replace('client', 'Client'),
  ]
  for (const client_id of others) {
    // The same document answers everywhere, and names the one address.
    hosts.publish(client_id, documentOf(client.client_id))
    const page = await begin({ client_id }, { redirect_uri: client.redirect_uris[0] })
    await assertExplained(page, 'HF-AUTHZ-0103')
    assert.equal(await as.store.findClient(client_id as Id), undefined)
  }
  assert.equal((await begin(client)).status, 303)
  const [port = ''] = others
  hosts.publish(port, documentOf(port))
  as.later(60)
  assert.equal((await begin({ client_id: port }, { redirect_uri: client.redirect_uris[0] })).status, 303)
  assert.notDeepEqual(await as.store.findClient(port as Id), await as.store.findClient(client.client_id as Id))
})

test('[CIMD-4.1-01] a document that is not good shows a page that names its host, and becomes no client', async () => {
  // req: RG-07, CIMD-8.6-02, CIMD-5.1-01
  const bad: readonly object[] = [
    { client_id: 'https://other.example/client.json' },
    { client_id: undefined },
    { client_secret: 'hufucanary_in_a_document_0123456789' },
    { client_secret_expires_at: 0 },
    { token_endpoint_auth_method: 'client_secret_basic' },
    { token_endpoint_auth_method: 'client_secret_post' },
    { token_endpoint_auth_method: 'client_secret_jwt' },
    { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }] } },
    { jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } },
    { redirect_uris: ['https://evil.example/callback'] },
    { redirect_uris: [] },
    { redirect_uris: ['javascript:alert(1)'] },
    { client_uri: 'javascript:alert(1)' },
    { logo_uri: 'data:image/png;base64,x' },
    { tos_uri: 'http://evil.example/' },
    { client_name: '\u202Egnaro' },
    { grant_types: ['implicit'] },
  ]

  for (const changes of bad) {
    const client_id = anAddress()
    hosts.publish(client_id, documentOf(client_id, changes))
    const page = await begin({ client_id }, { redirect_uri: new URL('/callback', client_id).href })
    const html = await assertExplained(page, 'HF-AUTHZ-0103')
    assert.ok(html.includes(new URL(client_id).host), JSON.stringify(changes))
    assert.equal(await as.store.findClient(client_id as Id), undefined)
    as.later(86_400)
  }
})

test('[RG-07] what is not one JSON object is no document', async () => {
  // req: CIMD-4-01, RG-12
  for (const text of [
    '',
    '[]',
    '<html>',
    '{"client_id":"x","client_id":"y"}',
    '{',
    '\uFEFF{}',
    '{"__proto__":{"polluted":true}}',
  ]) {
    const client_id = anAddress()
    hosts.publish(client_id, text)
    await assertExplained(await begin({ client_id }, { redirect_uri: 'https://app.example/cb' }), 'HF-AUTHZ-0103')
  }
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
})

test('[CIMD-5.1-01] where the document cannot be had, nothing begins, and the page says at which host', async () => {
  for (const problem of ['unreachable', 'too_slow', 'status_not_200', 'not_found', 'address_not_public'] as const) {
    const client_id = anAddress()
    hosts.fail(client_id, problem)
    const html = await assertExplained(
      await begin({ client_id }, { redirect_uri: 'https://app.example/cb' }),
      'HF-AUTHZ-0102',
    )
    assert.ok(html.includes(`<strong><bdi>${new URL(client_id).host}</bdi></strong>`), problem)
  }
})

test('[CIMD-5.2-01] a document is kept as long as its sender says, from one minute to one day', async () => {
  // req: CIMD-5-01
  const table = [
    { freshFor: 0, kept: 60 },
    { freshFor: 59, kept: 60 },
    { freshFor: 600, kept: 600 },
    { freshFor: undefined, kept: 600 },
    { freshFor: 10 * 86_400, kept: 86_400 },
  ]
  for (const { freshFor, kept } of table) {
    const client = aClient({}, freshFor)
    hosts.asked.length = 0
    await begin(client)
    as.later(kept - 1)
    await begin(client)
    assert.equal(hosts.asked.length, 1, `${freshFor}: kept for ${kept} s`)
    as.later(1)
    await begin(client)
    assert.equal(hosts.asked.length, 2, `${freshFor}: asked for again after ${kept} s`)
  }
})

test('[CIMD-5.2-01] a failure is not kept as an answer: it is left alone for half a minute, and then asked for again', async () => {
  // req: RG-07
  const client_id = anAddress()
  const client = documentOf(client_id)
  hosts.fail(client_id, 'unreachable')
  await begin(client)
  hosts.publish(client_id, client)

  as.later(29)
  await assertExplained(await begin(client), 'HF-AUTHZ-0102')
  assert.equal(hosts.asked.length, 1)
  as.later(1)
  assert.equal((await begin(client)).status, 303)
  assert.equal(hosts.asked.length, 2)
})

test('[RG-07] however many come at once, one document is asked for once', async () => {
  const client = aClient()

  const answers = await Promise.all(Array.from({ length: 20 }, () => begin(client)))

  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([303]))
  assert.deepEqual(hosts.asked, [client.client_id])
})

test('[RG-07] one place makes us ask for so many documents that are new, and no more; known ones go on', async () => {
  const known = aClient()
  await begin(known)
  as.later(86_400)
  hosts.asked.length = 0

  const pages = await Promise.all(Array.from({ length: 40 }, () => begin(aClient())))

  assert.equal(pages.filter(({ status }) => status === 303).length, 30)
  assert.equal(hosts.asked.length, 30)
  assert.equal((await begin(known)).status, 303)
})

test('[RG-10] documents too fill no more places than there are', async () => {
  const small = await startRegistration({ fetchDocument: hosts.fetchDocument, registration: { maxClients: 2 } })
  const [one, two, three] = [aClient(), aClient(), aClient()]
  const ask = (client: typeof one) => small.get(small.authorize({}, client).url)

  assert.deepEqual([(await ask(one)).status, (await ask(two)).status], [303, 303])
  await assertExplained(await ask(three), 'HF-REG-0411')
  await small.close()
})

test('[CIMD-8.2-01] a client that declares keys is confidential: without its signature nothing is given', async () => {
  const { client, signer } = aSigningClient()
  const request = await as.code({}, client)
  const redeem = (proof: Record<string, string>) =>
    postToken({ grant_type: 'authorization_code', code: request.code, code_verifier: request.verifier, ...proof })
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const { client_id } = client

  for (const proof of [{ client_id }, { client_id, client_secret: 'x' }, signer.prove({}, stranger)]) {
    const refused = await redeem(proof)
    assert.deepEqual([refused.status, ((await refused.json()) as { error: string }).error], [401, 'invalid_client'])
  }
  assert.equal((await redeem(signer.prove())).status, 200)
})

test('[CIMD-8.4-01] a changed name, redirect URI or key is noted, and what was allowed before is asked about anew', async () => {
  // req: RG-08
  const client = aClient({}, 60)
  const browser = await as.signedIn()
  await as.code({}, client, browser)
  as.later(60)
  const again = await browser.open(as.authorize({}, client).url)
  hosts.publish(client.client_id, documentOf(client.client_id, { client_name: 'Pocket Orders Two' }), 60)
  as.later(60)
  const changed = await browser.open(as.authorize({}, client).url)
  hosts.publish(
    client.client_id,
    documentOf(client.client_id, { client_name: 'Pocket Orders Two', redirect_uris: client.redirect_uris.slice(0, 1) }),
    60,
  )
  as.later(60)
  await begin(client)

  assert.match(again.html, /Already allowed/)
  assert.doesNotMatch(changed.html, /Already allowed/)
  assert.match(changed.html, /Pocket Orders Two/)
  assert.deepEqual(
    (await auditOf(client.client_id))
      .filter(({ type }) => type.startsWith('client_'))
      .map(({ type, reason }) => [type, reason]),
    [
      ['client_registered', undefined],
      ['client_changed', 'name'],
      ['client_changed', 'redirect_uris'],
    ],
  )
})

test('[RG-08] a redirect URI that the document gave up is gone, also for a person who is deciding', async () => {
  const client = aClient({}, 60)
  const browser = await as.signedIn()
  const page = await browser.open(as.authorize({}, client).url)
  hosts.publish(client.client_id, documentOf(client.client_id, { redirect_uris: ['http://127.0.0.1/callback'] }), 60)
  as.later(60)
  await begin(client, { redirect_uri: 'http://127.0.0.1/callback' })

  const answered = await browser.submit(page, '/consent', { decision: 'allow' })

  assert.equal(answered.leavesFor, undefined)
  await assertExplained(await begin(client), 'HF-AUTHZ-0104')
})

test('[RG-08] keys that the document gave up prove nothing any more, and what was granted goes on under the new ones', async () => {
  const { client, signer, document } = aSigningClient()
  const fresh = createSigningClient(client.client_id, as.issuer, as.clock.now)
  const { code, verifier } = await as.code({}, client)
  const first = await postToken({ grant_type: 'authorization_code', code, code_verifier: verifier, ...signer.prove() })
  const { refresh_token = '' } = (await first.json()) as { refresh_token?: string }
  hosts.publish(client.client_id, { ...document, jwks: fresh.metadata['jwks'] }, 60)
  as.later(60)

  const refresh = { grant_type: 'refresh_token', refresh_token }
  assert.equal((await postToken({ ...refresh, ...signer.prove() })).status, 401)
  assert.equal((await postToken({ ...refresh, ...fresh.prove() })).status, 200)
  assert.ok(
    (await auditOf(client.client_id)).some(({ type, reason }) => type === 'client_changed' && reason === 'keys'),
  )
})

test('[CIMD-5-01] while its host is down a client goes on with what it has, and begins nothing', async () => {
  const client = aClient({}, 60)
  const tokens = await as.tokens({}, client)
  hosts.fail(client.client_id, 'unreachable')
  as.later(3600)

  const refreshed = await as.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }, client)
  const { refresh_token } = (await refreshed.json()) as { refresh_token?: string }

  assert.equal(refreshed.status, 200)
  await assertExplained(await begin(client), 'HF-AUTHZ-0102')
  const revoked = await as.send('/revoke', {
    method: 'POST',
    body: new URLSearchParams({ client_id: client.client_id, token: refresh_token ?? '' }),
  })
  assert.equal(revoked.status, 200)
  const over = await as.token({ grant_type: 'refresh_token', refresh_token }, client)
  assert.equal(((await over.json()) as { error: string }).error, 'invalid_grant')
})

test('[CIMD-5-01] after a restart a client goes on though its host is down', async () => {
  const store = openSqlite({ file: ':memory:' })
  const secret = Buffer.alloc(32, 7).toString('base64url')
  const first = await startRegistration({ store, secret, fetchDocument: hosts.fetchDocument })
  const client = aClient()
  const tokens = await first.tokens({}, client)
  await first.server.close()
  hosts.fail(client.client_id, 'too_slow')

  const second = await startRegistration({ store, secret, fetchDocument: hosts.fetchDocument })
  const refreshed = await second.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }, client)

  assert.equal(refreshed.status, 200)
  await second.close()
})

test('[RG-08] a client whose host has taken its document away, or spoiled it, is believed nothing any more', async () => {
  const spoil: readonly ((client_id: string) => void)[] = [
    (client_id) => hosts.fail(client_id, 'not_found'),
    (client_id) => hosts.fail(client_id, 'too_large'),
    (client_id) => hosts.publish(client_id, documentOf('https://other.example/c')),
  ]
  for (const away of spoil) {
    const client = aClient({}, 60)
    const { refresh_token } = await as.tokens({}, client)
    away(client.client_id)
    as.later(60)
    const refused = await as.token({ grant_type: 'refresh_token', refresh_token }, client)
    assert.deepEqual([refused.status, ((await refused.json()) as { error: string }).error], [401, 'invalid_client'])

    hosts.publish(client.client_id, documentOf(client.client_id))
    as.later(30)
    assert.equal((await as.token({ grant_type: 'refresh_token', refresh_token }, client)).status, 200)
  }
})

test('[CIMD-5-01] a client that the operator disabled stays so, whatever its document says', async () => {
  const client = aClient({}, 60)
  const { refresh_token } = await as.tokens({}, client)
  const stored = await as.store.findClient(client.client_id as Id)
  await as.store.saveClient({ ...stored!, disabledAt: as.clock.now() }, anEvent())
  hosts.publish(client.client_id, documentOf(client.client_id, { client_name: 'Reborn' }))
  hosts.asked.length = 0
  as.later(86_400)

  await assertExplained(await begin(client), 'HF-AUTHZ-0101')
  assert.equal((await as.token({ grant_type: 'refresh_token', refresh_token }, client)).status, 401)
  assert.deepEqual(hosts.asked, [])
})

test('[CIMD-5-01] a client that the operator registered under such an address is the operator’s, and nothing is asked for', async () => {
  const client_id = anAddress()
  const saved = await as.server.saveClient(documentOf(client_id, { client_name: 'Registered', scope: 'orders.read' }))
  const registered = { ...documentOf(client_id), redirect_uris: [new URL('/callback', client_id).href] }

  assert.equal(saved.ok, true)
  assert.equal((await begin(registered)).status, 303)
  assert.equal((await as.store.findClient(client_id as Id))?.provenance, 'operator')
  assert.deepEqual(hosts.asked, [])
})

test('[CIMD-4.3-01] a software statement inside counts if its issuer is trusted and it names this very client', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = 'https://directory.example'
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'ES256' }] }
  const trusting = await startRegistration({
    fetchDocument: hosts.fetchDocument,
    registration: { softwareStatements: [{ issuer, jwks }] },
  })
  const statedBy = (iss: string, client_id: string) =>
    signedJwt({}, { iss, client_id, client_name: 'Approved' }, privateKey)
  const ask = async (statement: (client_id: string) => string) => {
    const client_id = anAddress()
    const client = documentOf(client_id, { software_statement: statement(client_id) })
    hosts.publish(client_id, client)
    const page = await trusting.get(trusting.authorize({ scope: 'orders.read' }, client).url)

    return [page.status, (await trusting.store.findClient(client_id as Id))?.name]
  }

  assert.deepEqual(await ask((client_id) => statedBy(issuer, client_id)), [303, 'Approved'])
  assert.deepEqual(await ask((client_id) => statedBy('https://other.example', client_id)), [303, 'Pocket Orders'])
  assert.deepEqual(await ask(() => statedBy(issuer, 'https://copied.example/client.json')), [400, undefined])
  assert.deepEqual(await ask((client_id) => `${statedBy(issuer, client_id).slice(0, -8)}AAAAAAAA`), [400, undefined])
  await trusting.close()
})

test('[CIMD-8.9-01] the operator says whose documents are read, and whose never', async () => {
  const choosy = await startRegistration({
    fetchDocument: hosts.fetchDocument,
    registration: { allowedHosts: ['good.example', '.apps.example'], deniedHosts: ['bad.apps.example'] },
  })
  const ask = (client_id: string) => {
    hosts.publish(client_id, documentOf(client_id))
    return choosy.get(choosy.authorize({ scope: 'orders.read' }, documentOf(client_id)).url)
  }

  for (const good of ['https://good.example/c', 'https://one.apps.example/c', 'https://a.b.apps.example/c'])
    assert.equal((await ask(good)).status, 303, good)
  hosts.asked.length = 0
  for (const bad of [
    'https://sub.good.example/c',
    'https://apps.example/c',
    'https://bad.apps.example/c',
    'https://evilapps.example/c',
    'https://good.example:8443/c',
  ]) {
    const html = await assertExplained(await ask(bad), 'HF-REG-0410')
    assert.ok(html.includes(new URL(bad).host))
  }
  assert.deepEqual(hosts.asked, [])
  await choosy.close()
})

test('[CIMD-8.5-01] consent shows the host that describes the app, and that nobody here has looked at it', async () => {
  // req: RG-09, CIMD-8.8-01, DCR-5-01, MCP-AS-4-01
  const client = aClient({
    client_name: 'Taobao',
    logo_uri: 'https://cdn.example/logo.png',
    policy_uri: 'https://policy.example/',
  })
  const { host } = new URL(client.client_id)
  const browser = await as.signedIn()
  const site = await browser.open(as.authorize({}, client).url)
  const local = await browser.open(as.authorize({ redirect_uri: 'http://127.0.0.1:5000/callback' }, client).url)

  for (const page of [site, local]) {
    assert.ok(page.html.includes(`An app of <strong><bdi>${host}</bdi></strong>, not made by`))
    assert.match(page.html, /role="alert">\s*<p>Not verified/)
    assert.equal(page.html.match(/role="alert"/g)?.length, 1)
    assert.doesNotMatch(page.html, /cdn\.example|policy\.example|<img[^>]*src="http/)
  }
  assert.match(site.html, new RegExp(`https://${host.replaceAll('.', '\\.')}`))
  assert.doesNotMatch(site.html, /A program on this computer/)
  assert.match(local.html, /A program on this computer is asking/)
  assert.match(local.html, /127\.0\.0\.1:5000/)
})

test('[RG-09] a document with the name of a reviewed app is shown as what it is: another app that looks like it', async () => {
  // req: RG-03
  const browser = await as.signedIn()
  const copy = await browser.open(as.authorize({}, aClient({ client_name: 'СLIENT ОNE' })).url)
  const ours = await browser.open(as.authorize({}, aClient({ client_name: 'Hüfu' })).url)
  const plain = await browser.open(as.authorize({}, aClient()).url)

  assert.match(copy.html, /looks like “<bdi>Client One<\/bdi>”, but this is another app/)
  assert.match(ours.html, /looks like “<bdi>Hufu<\/bdi>”/)
  assert.doesNotMatch(plain.html, /looks like/)
})

test('[DCR-5-01] where its page leads nobody has looked at, so no page of ours links there', async () => {
  const browser = await as.signedIn()
  const answered = async (url: string) => {
    const page = await browser.open(url)
    await browser.submit(page, '/consent', { decision: 'deny' })

    return (await browser.open(page.url)).html
  }

  assert.match(await answered(as.authorize().url), /href="https:\/\/client\.example\/"/)
  const html = await answered(as.authorize({}, aClient()).url)
  assert.match(html, /You have already answered/)
  assert.doesNotMatch(html, /href="https:/)
})

test('[DCR-5-01] such a client is asked about every time, however often it was allowed', async () => {
  const client = aClient()
  const browser = await as.signedIn()
  await as.code({}, client, browser)
  await as.code({}, client, browser)
  const page = await browser.open(as.authorize({}, client).url)

  assert.equal(
    page.forms.some(({ action }) => action.endsWith('/consent')),
    true,
  )
  const silent = await as.walk(browser, as.authorize({ prompt: 'none' }, client).url)
  assert.match(silent.leavesFor ?? silent.html, /consent_required/)
})

test('[DCR-5-02] a client that nobody uses any more is forgotten, and known again when it comes back', async () => {
  const client = aClient()
  await begin(client)
  as.later(2 * 86_400)
  await as.store.prune(as.clock.now(), 1000)

  assert.equal(await as.store.findClient(client.client_id as Id), undefined)
  assert.match((await as.tokens({}, client)).access_token, /^ey/)
})

test('nothing of what was refused is a fault of the server', () => {
  assert.deepEqual(as.faults, [])
})
