import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { toBase64Url } from '../base/encoding.ts'
import { instant } from '../base/time.ts'
import { signatureAlgorithms } from '../jose/algorithms.ts'
import type { ClientId } from '../protocol/client.ts'
import { openSqlite } from '../store/sqlite/index.ts'
import { anEvent, seededRandom } from '../testing/index.ts'
import { createAuthorizationServer } from './authorization-server.ts'
import { applySeed, parseSeed, readSeed } from './seed.ts'

const example = {
  clients: [
    {
      client_id: 'web',
      client_secret: 'web secret',
      redirect_uris: ['http://127.0.0.1:9130/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'orders.read',
    },
    { client_id: 'job', client_secret: 'job secret', grant_types: ['client_credentials'], scope: 'orders.read' },
  ],
  users: [{ username: 'li.wei', password: 'maple-harbor-42', name: 'Li Wei' }],
  resources: [
    { resource: 'http://127.0.0.1:9120', scopes: ['orders.read'], tokenFormat: 'opaque' },
    { resource: 'http://127.0.0.1:9121', scopes: ['orders.read'], signingAlgorithm: 'EdDSA' },
  ],
  scopes: [{ name: 'orders.read', title: 'See your orders', description: { en: 'All of them', 'zh-CN': '全部' } }],
}

test('a seed with all its parts is read, and each part may be left out', () => {
  assert.equal(parseSeed(JSON.stringify(example), true).ok, true)
  assert.deepEqual(parseSeed('{}', true), {
    ok: true,
    value: { clients: [], users: [], resources: [], scopes: [], settings: {} },
  })
  assert.equal(parseSeed('\uFEFF{}', true).ok, true)
})

test('a seed says what is on and where for development, and nothing of it for production', () => {
  const settings = {
    signingAlgorithm: 'RS256',
    profile: 'mcp',
    features: { openid: false },
    paths: { token: '/authentication/v2/token' },
  } as const
  const parsed = parseSeed(JSON.stringify(settings), true)

  assert.deepEqual(parsed.ok && parsed.value.settings, settings)
  for (const member of ['signingAlgorithm', 'profile', 'features', 'paths'] as const)
    assert.deepEqual(parseSeed(JSON.stringify({ [member]: settings[member] }), false), {
      ok: false,
      error: `${member}: belongs into the configuration`,
    })
  for (const [json, error] of [
    ['{"signingAlgorithm":"none"}', `signingAlgorithm: must be one of ${signatureAlgorithms.join(', ')}`],
    ['{"profile":"fapi"}', 'profile: must be oauth21, mcp or fapi2'],
    ['{"features":{"openId":true}}', 'features.openId: nobody knows this member; did you mean openid?'],
    ['{"features":{"dpop":true}}', 'features.dpop: must be off, on or required'],
    ['{"paths":{"tokens":"/t"}}', 'paths.tokens: nobody knows this member; did you mean token?'],
  ] as const)
    assert.deepEqual(parseSeed(json, true), { ok: false, error }, json)
})

test('[OIDC-5.3-01] what is known of a user is read in the words of OpenID Connect, and kept apart from the account', () => {
  const user = { username: 'li.wei', password: 'maple-harbor-42' }
  const known = { given_name: 'Wei', email_verified: true, birthdate: '1990-01-02', address: { country: 'CN' } }
  const parse = (more: object) => parseSeed(JSON.stringify({ users: [{ ...user, ...more }] }), true)
  const parsed = parse(known)

  assert.deepEqual(parsed.ok && parsed.value.users[0]?.profile, known)
  for (const [wrong, error] of [
    [{ email_verified: 'yes' }, 'users[0].email_verified: must be true or false'],
    [{ birthdate: 'May' }, 'users[0].birthdate: must be YYYY-MM-DD or YYYY'],
    [{ picture: 'javascript:alert(1)' }, 'users[0].picture: must be a web address'],
    [{ address: { planet: 'Earth' } }, 'users[0].address.planet: nobody knows this member'],
    [{ updated_at: 1 }, 'users[0].updated_at: nobody knows this member'],
  ] as const) {
    const refused = parse(wrong)
    assert.equal(refused.ok ? 'ok' : refused.error.slice(0, error.length), error)
  }
})

test('a fault in a seed is told with its place, and what was probably meant', () => {
  const faults = [
    ['', 'is not JSON: it ends too early'],
    ['{"clients":[}', 'is not JSON: a sign stands where none may'],
    ['[]', 'must be an object'],
    ['{"client":[]}', 'client: nobody knows this member; did you mean clients?'],
    ['{"users":[{"username":"a"}]}', 'users[0].password: is missing'],
    ['{"users":[{"username":"a","password":1}]}', 'users[0].password: must be a text'],
    [
      '{"users":[{"username":"a","password":"p","pasword":"x"}]}',
      'users[0].pasword: nobody knows this member; did you mean password?',
    ],
    ['{"clients":[1]}', 'clients[0]: must be an object'],
    ['{"users":{}}', 'users: must be an array'],
    ['{"resources":[{"resource":"https://x","tokenFormat":"jwe"}]}', 'resources[0].tokenFormat: must be jwt or opaque'],
    ['{"clients":[{"client_id":"a"},{"client_id":"a"}]}', 'clients[1]: stands there twice'],
    ['{"users":[{"username":"al","password":"p"},{"username":"AL","password":"p"}]}', 'users[1]: stands there twice'],
    ['{"__proto__":{"clients":[]}}', '__proto__: nobody knows this member'],
  ] as const

  for (const [json, error] of faults) assert.deepEqual(parseSeed(json, true), { ok: false, error }, json)
})

test('[UX-3.2e] outside development every scope has words for a person', () => {
  const json = JSON.stringify({ scopes: [{ name: 'orders.read' }] })

  assert.deepEqual(parseSeed(json, false), { ok: false, error: 'scopes[0].title: is missing' })
  const parsed = parseSeed(json, true)
  assert.equal(parsed.ok && parsed.value.scopes[0]?.title, 'orders.read')
})

test('an error about a seed never repeats its secrets', () => {
  const broken = JSON.stringify({ users: [{ username: 'a', password: 'canary-secret' }] }).slice(0, -3)
  const misplaced = JSON.stringify({ users: ['canary-secret'] })

  for (const json of [broken, misplaced, '"canary-secret"']) {
    const parsed = parseSeed(json, true)
    assert.ok(!parsed.ok && !parsed.error.includes('canary'), json)
  }
})

test('no text makes reading a seed throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string(), seedLike), (json) => {
      assert.equal(typeof parseSeed(json, true).ok, 'boolean')
    }),
  )
})

test('a seed that is not there is an error, not a fault', async () => {
  assert.deepEqual(await readSeed('/nowhere/seed.json', true), {
    ok: false,
    error: '/nowhere/seed.json: cannot be read (ENOENT)',
  })
})

test('the same seed twice leaves the same clients and accounts, each with the sub it had', async (context) => {
  const { store, server, seed } = await open(context)
  const look = async () => {
    const [client, account] = [await store.findClient('web' as ClientId), await store.findAccountByUsername('li.wei')]
    return { redirectUris: client?.redirectUris, secrets: client?.secrets.map(({ hash }) => hash), account }
  }

  assert.deepEqual(await applySeed(server, seed), { ok: true, value: undefined })
  const first = await look()
  assert.deepEqual(await applySeed(server, seed), { ok: true, value: undefined })

  assert.equal(first.account?.name, 'Li Wei')
  assert.deepEqual(await look(), first)
})

test('instances that begin with the same seed at the same moment all start, with one account', async (context) => {
  const { store, server, seed } = await open(context)

  const applied = await Promise.all([applySeed(server, seed), applySeed(server, seed), applySeed(server, seed)])

  for (const each of applied) assert.deepEqual(each, { ok: true, value: undefined })
  const account = await store.findAccountByUsername('li.wei')
  assert.equal(account?.name, 'Li Wei')
  assert.equal(account?.validAfter, 0, 'it is one password, so nothing was ended')
})

test('[O21-2.1-03] a seed neither wakes a disabled client nor changes what kind of client it is', async (context) => {
  const { store, server, seed } = await open(context)
  assert.ok((await applySeed(server, seed)).ok)
  const before = await store.findClient('job' as ClientId)
  const disabled = { ...before!, disabledAt: instant(1) }
  await store.saveClient(disabled, anEvent())
  const { client_secret: _left, ...web } = example.clients[0]!
  const asPublic = { ...web, token_endpoint_auth_method: 'none' }

  assert.ok((await applySeed(server, seed)).ok)
  const changed = await applySeed(server, { ...seed, clients: [asPublic] })

  assert.deepEqual(await store.findClient('job' as ClientId), disabled)
  assert.match(changed.ok ? '' : changed.error, /^clients\[0\]\.token_endpoint_auth_method: /)
  assert.equal((await store.findClient('web' as ClientId))?.type, 'confidential')
  assert.ok((await server.saveClient(asPublic, { changeType: true })).ok)
  assert.deepEqual((await store.findClient('web' as ClientId))?.secrets, [])
  const events = (await store.listAudit(undefined, 1000)).filter(({ type }) => type === 'client_saved')
  assert.deepEqual([events.at(-1)?.clientId, events.at(-1)?.reason], ['web', 'now_public'])
})

test('a seed makes no secret that nobody would know, however often it is read', async (context) => {
  const { store, server, seed } = await open(context)
  const { client_secret: _left, ...without } = example.clients[0]!

  for (let times = 0; times < 2; times++)
    assert.deepEqual(await applySeed(server, { ...seed, clients: [without] }), {
      ok: false,
      error: 'clients[0].client_secret: client_secret_basic needs one',
    })
  assert.equal(await store.findClient('web' as ClientId), undefined)
})

test('a client or user that cannot be saved is named with its member', async (context) => {
  const { server, seed } = await open(context)
  const { client_secret: _left, ...withoutSecret } = example.clients[0]!

  assert.match(
    await fault({ ...seed, clients: [{ ...example.clients[0], redirect_uris: ['/x'] }] }),
    /^clients\[0\]\.redirect_uris\[0\]: /,
  )
  assert.match(await fault({ ...seed, clients: [...seed.clients, withoutSecret] }), /^clients\[2\]\.client_secret: /)
  assert.match(await fault({ ...seed, users: [{ ...seed.users[0]!, username: ' ' }] }), /^users\[0\]\.username: /)
  assert.match(await fault({ ...seed, users: [{ ...seed.users[0]!, password: '' }] }), /^users\[0\]\.password: /)

  async function fault(changed: typeof seed) {
    const applied = await applySeed(server, changed)
    return applied.ok ? 'saved' : applied.error
  }
})

test('a seed file is read from the disk, and its name is part of the error', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'hufu-seed-'))
  context.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'seed.json')

  await writeFile(file, JSON.stringify(example))
  assert.equal((await readSeed(file, true)).ok, true)
  await writeFile(file, '{"clients":1}')
  assert.deepEqual(await readSeed(file, true), { ok: false, error: `${file}: clients: must be an array` })
})

const seedLike = fc
  .record(
    {
      clients: fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
      users: fc.array(fc.record({ username: fc.string(), password: fc.string(), name: fc.jsonValue() })),
      resources: fc.jsonValue(),
      scopes: fc.array(fc.record({ name: fc.string(), title: fc.jsonValue() })),
    },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value))

async function open(context: { after: (end: () => Promise<void>) => void }) {
  const parsed = parseSeed(JSON.stringify(example), true)
  assert.ok(parsed.ok)
  const seed = parsed.value
  const store = openSqlite({ file: ':memory:' })
  const server = createAuthorizationServer({
    issuer: 'http://127.0.0.1:9110',
    development: true,
    store,
    secret: toBase64Url(seededRandom('seed')(32)),
    resources: seed.resources,
    scopes: seed.scopes,
  })
  context.after(async () => {
    await server.close()
    await store.close()
  })

  return { store, server, seed }
}
