import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createAuthorizationServer } from 'hufu'
import { openSqlite } from 'hufu/sqlite'
import { parseConfig } from '../../src/server/config.ts'
import { applySeed, parseSeed } from '../../src/server/seed.ts'
import { membersOf } from '../../src/server/members.ts'
import { resource, scope, settingsEntries } from '../../src/server/settings-shape.ts'
import { object } from '../../src/server/shape.ts'
import { begun, d1 } from '../support/device.ts'
import { c1, c2, m1, p1, r2 } from '../support/fixtures.ts'
import { startServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Both languages, since either may fall behind. */
const both = (name: string) => ['en', 'zh-CN'].map((language) => read(`docs/${language}/${name}`))

/** Of resources and scopes, which the page of the seed describes. */
const resourceMembers = [resource, scope].flatMap((each) => Object.keys(each.entries))

let server: TestServer
before(async () => {
  server = await startServer({ features: { deviceGrant: true, registration: 'open', clientIdMetadataDocuments: true } })
  assert.ok((await server.server.saveClient(d1)).ok)
})
after(() => server.close())

test('[O21-1.7.1-02] each value that is issued has the length and the form the reference gives', async () => {
  // req: O21-2.2-02
  const tokens = await server.tokens()
  const payload = JSON.parse(Buffer.from(tokens.access_token.split('.')[1] ?? '', 'base64url').toString()) as Record<
    'sub' | 'jti',
    string
  >
  const header = JSON.parse(Buffer.from(tokens.access_token.split('.')[0] ?? '', 'base64url').toString()) as {
    kid: string
  }
  const made = await server.server.saveClient({ redirect_uris: ['https://made.example/cb'] })
  const answer = await server.get('/')
  const device = await begun(server)
  const initial = await server.server.createRegistrationToken()
  const registering = await server.send('/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: ['https://made.example/cb'] }),
  })
  const registered = (await registering.json()) as { registration_access_token: string }
  const issued: Readonly<Record<string, readonly string[]>> = {
    '`code`': [(await server.code()).code, (await server.code({}, p1)).code],
    '`device_code`': [device.device_code],
    '`user_code`': [device.user_code],
    '`access_token`, opaque': [await server.at({ resource: r2, scope: 'bills.read' }, c2)],
    '`access_token`, JWT': [tokens.access_token, await server.at({ scope: 'orders.read' })],
    '`refresh_token`': [tokens.refresh_token ?? '', await server.rt({}, p1)],
    '`client_id`, made here': [made.ok ? made.value.client.id : ''],
    '`client_id`, chosen': [c1.client_id, m1.client_id],
    '`registration_access_token`': [registered.registration_access_token],
    'initial access token': [initial.ok ? initial.value.token : ''],
    '`client_secret`, made here': [(made.ok ? made.value.madeSecret : undefined) ?? ''],
    '`sub` of a person': [payload.sub],
    '`jti`': [payload.jti],
    '`kid`': [header.kid],
    '`Hufu-Request-Id`': [answer.headers.get('hufu-request-id') ?? ''],
  }
  const [english = '', chinese = ''] = both('reference/values.md')
  const rows = tableRows(english)

  assert.deepEqual(new Set(rows.map(([name]) => name)), new Set(Object.keys(issued)))
  for (const [name = '', length = '', pattern = ''] of rows) {
    const [least = 0, most = least] = length.split('–').map(Number)
    for (const value of issued[name] ?? []) {
      assert.match(value, new RegExp(pattern.slice(1, -1)), name)
      assert.ok(value.length >= least && value.length <= most, `${name} has ${value.length} characters`)
    }
  }
  assert.deepEqual(
    tableRows(chinese).map(([, ...rest]) => rest.slice(0, 2)),
    rows.map(([, ...rest]) => rest.slice(0, 2)),
  )
})

test('every endpoint of the discovery document stands in the reference, with its path and its member', async () => {
  const metadata = (await (await server.get('/.well-known/oauth-authorization-server')).json()) as Record<
    string,
    string
  >
  const members = Object.keys(metadata).filter((name) => /_endpoint$|^jwks_uri$/.test(name))

  assert.ok(members.length >= 5)
  for (const page of both('reference/endpoints.md')) {
    for (const member of members) {
      const section = sectionOf(page, new URL(metadata[member] ?? '').pathname)
      assert.ok(section?.includes(`\`${member}\``), `${member} at ${metadata[member]}`)
    }
  }
})

test('each parameter of the reference is read by its endpoint, which a second one of it shows', async () => {
  for (const page of both('reference/endpoints.md')) {
    const repeatable = ['resource', 'audience']
    for (const path of ['/token', '/device_authorization', '/revoke', '/introspect']) {
      const names = parametersOf(sectionOf(page, path) ?? '')
      assert.ok(names.length >= 2, path)
      for (const name of names.filter((each) => !repeatable.includes(each))) {
        const answer = await server.send(path, { method: 'POST', body: new URLSearchParams(`${name}=a&${name}=b`) })
        assert.match(await answer.text(), /HF-TOKEN-0223/, `${name} at ${path}`)
      }
    }
    const ownPage = ['client_id', 'redirect_uri', ...repeatable]
    const names = parametersOf(sectionOf(page, '/authorize') ?? '')
    assert.ok(names.length >= 12)
    for (const name of names.filter((each) => !ownPage.includes(each))) {
      const { url } = server.authorize({ [name]: ['none', 'none'] })
      assert.match((await server.get(url)).headers.get('location') ?? '', /HF-AUTHZ-0112/, name)
    }
  }
})

test('each parameter that an endpoint reads stands in the reference', () => {
  const sources = {
    '/token': 'src/endpoints/token.ts',
    '/device_authorization': 'src/endpoints/device-authorization.ts',
    '/revoke': 'src/endpoints/revoke.ts',
    '/introspect': 'src/endpoints/introspect.ts',
    '/revocations': 'src/endpoints/revocation-feed.ts',
    '/authorize': 'src/protocol/authorize.ts',
  }

  for (const page of both('reference/endpoints.md')) {
    for (const [path, source] of Object.entries(sources)) {
      // What proves the client is the same everywhere and has a section of its own.
      const shared = path === '/authorize' ? [] : namesIn('src/endpoints/client-request.ts', 'proof')
      const defined = [...namesIn(source, 'defined'), ...shared]
      const text = (sectionOf(page, path) ?? '') + (path === '/authorize' ? '' : sectionOf(page, 'client_secret_basic'))
      assert.ok(defined.length >= 5)
      assert.deepEqual(
        defined.filter((name) => !text.includes(`\`${name}\``)),
        [],
        path,
      )
    }
  }
})

/** The texts in a list of names that stands in a source file. */
function namesIn(source: string, list: string): readonly string[] {
  const found = new RegExp(`const ${list} = \\[(.*?)\\]`, 's').exec(read(source))?.[1] ?? ''

  return Array.from(found.matchAll(/'(\w+)'/g), ([, name = '']) => name)
}

test('the seed of the reference is one that a server takes, and every member there is stands on the page', async () => {
  const shape = read('src/protocol/client-metadata-shape.ts')
  const clientMembers = Array.from(shape.matchAll(/^ {2}(\w+): v\./gm), ([, name = '']) => name)
  const userMembers = Array.from(
    read('src/server/seed.ts').matchAll(/^ {2}(\w+): (?:v\.|text)/gm),
    ([, name = '']) => name,
  ).filter((name) => name !== '$schema')
  const seedMembers = [...userMembers, ...Object.keys(resource.entries), ...Object.keys(scope.entries)]

  assert.ok(clientMembers.length > 20 && seedMembers.length > 8)
  for (const page of both('reference/seed.md')) {
    const json = /^```json\n(.*?)^```$/ms.exec(page)?.[1] ?? ''
    const seed = parseSeed(json, false)
    assert.ok(seed.ok, seed.ok ? '' : seed.error)
    const { resources, scopes } = seed.value
    const store = openSqlite({ file: ':memory:' })
    const secret = randomBytes(32).toString('base64url')
    const own = createAuthorizationServer({ issuer: 'https://id.example', store, secret, resources, scopes })
    const applied = await applySeed(own, seed.value)
    await own.close()
    await store.close()
    assert.ok(applied.ok, applied.ok ? '' : applied.error)
    assert.deepEqual(
      [...clientMembers, ...seedMembers].filter((name) => !page.includes(`\`${name}\``)),
      [],
    )
  }
})

test('the configuration of the reference is one that is read, and every member there is stands on the page', () => {
  const own = Array.from(read('src/server/config.ts').matchAll(/^ {2}(\w+): (?:v\.|text)/gm), ([, name = '']) => name)
  const settings = membersOf(object(settingsEntries)).flat()
  // A free name, and the member of a JWK Set, are no words of ours.
  const others = ['*', 'keys', ...resourceMembers]
  const known = [...own, ...settings].filter((name) => !others.includes(name))

  assert.ok(known.length > 40)
  for (const page of both('reference/configuration.md')) {
    const json = /^```json\n(.*?)^```$/ms.exec(page)?.[1] ?? ''
    const parsed = parseConfig(json, '/')
    assert.ok(parsed.ok, parsed.ok ? '' : parsed.error)
    assert.deepEqual(
      known.filter((name) => !page.includes(`\`${name}\``)),
      [],
    )
  }
})

test('[O21-4.3.3-03] the registration of the how-to makes a refresh token without an end, and the refusal it quotes is ours', async () => {
  const [page = ''] = both('how-to/never-expiring-refresh-tokens.md')
  const metadata = JSON.parse(/^```json\n(.*?)^```$/ms.exec(page)?.[1] ?? '') as Record<string, unknown>
  const registration = { ...metadata, scope: 'orders.read' }

  const saved = await server.server.saveClient(registration)
  const { client_secret: _, ...rest } = registration as Record<string, unknown>
  const native = await server.server.saveClient({
    ...rest,
    client_id: 'a-native-app',
    application_type: 'native',
    redirect_uris: ['http://127.0.0.1/cb'],
  })

  assert.equal(saved.ok && saved.value.client.lifetimes.refreshAbsolute, 'never')
  assert.equal(saved.ok && saved.value.client.lifetimes.refreshIdle, 'never')
  assert.match(
    failureOf(native) ?? '',
    /a refresh token that never expires needs a confidential client, or dpop_bound_access_tokens/,
  )
  assert.ok(
    page.includes('`a refresh token that never expires needs a confidential client, or dpop_bound_access_tokens`'),
  )
})

const failureOf = (result: { ok: true } | { ok: false; error: string }) => (result.ok ? undefined : result.error)

/** The cells of the first table, without its head. */
const tableRows = (page: string) =>
  (/(?:^\|.*\n)+/m.exec(page)?.[0] ?? '')
    .trim()
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .slice(2, -2)
        .split(' | ')
        .map((cell) => cell.trim()),
    )

/** The section, up to the next heading of its level, whose heading or text names this. */
const sectionOf = (page: string, text: string) => {
  const sections = page.split(/^## /m).slice(1)

  return (
    sections.find((each) => each.split('\n', 1)[0]?.includes(`${text}\``)) ??
    sections.find((each) => each.includes(text))
  )
}

const parametersOf = (section: string) => Array.from(section.matchAll(/^\| `(\w+)` \|/gm), ([, name = '']) => name)
