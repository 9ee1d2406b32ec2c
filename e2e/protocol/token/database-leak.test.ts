import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import type { AuthorizationServerOptions } from 'hufu'
import { openPostgres } from 'hufu/postgres'
import { openSqlite } from 'hufu/sqlite'
import { aProofKey, createClock } from 'hufu/testing'
import { execute, startPostgres } from '../../../src/store/contract/real-postgres.ts'
import type { RealPostgres } from '../../../src/store/contract/real-postgres.ts'
import { createSigningClient } from '../../support/assertion.ts'
import { begun, d1, d2, decide, poll } from '../../support/device.ts'
import { exchange, orders } from '../../support/exchange.ts'
import * as cast from '../../support/fixtures.ts'
import { addClient, o1 } from '../../support/openid.ts'
import { proofFor } from '../../support/proofs.ts'
import { push, pushed } from '../../support/push.ts'
import { webApp } from '../../support/registration.ts'
import type { Registration } from '../../support/registration.ts'
import { startServer } from '../../support/server.ts'
import type { TestServer, Tokens } from '../../support/server.ts'
import { createIssuer, jwtBearerGrant } from '../../support/trusted-issuer.ts'
import type { Issuer } from '../../support/trusted-issuer.ts'
import { toForm } from '../../support/user-agent.ts'

/*
 * Attack row LG-02: somebody has a copy of the database, every table and every byte of it.
 */

const portal = {
  client_id: 'portal',
  client_secret: 'hufucanary_secret_of_portal_0123456789ab',
  grant_types: [jwtBearerGrant],
  scope: 'orders.read',
} as const

const serverSecret = Buffer.from('hufucanary_secret_of_the_server!').toString('base64url')

/** What somebody has who has the database, and what must not be in it. */
interface Leak {
  readonly secrets: ReadonlyMap<string, string>
  readonly keys: readonly Record<string, unknown>[]
  /** Every value of every table, as text and as hexadecimal. */
  readonly values: readonly string[]
}

let folder: string
let postgres: RealPostgres
/** Of SQLite, and of PostgreSQL. */
let leaks: readonly Leak[]
/** The files of SQLite as they are, with what was removed and not yet written over. */
let bytes: Buffer

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hufu-leak-'))
  const file = join(folder, 'hufu.db')
  const sqlite = await useEverything(openSqlite({ file }), async () => {
    const files = (await readdir(folder)).map((each) => join(folder, each))
    bytes = Buffer.concat(await Promise.all(files.map((each) => readFile(each))))
  })
  const database = new DatabaseSync(file, { readOnly: true })
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[]
  const rows = tables.flatMap(({ name }) => database.prepare(`SELECT * FROM "${name}"`).all())
  database.close()

  postgres = await startPostgres()
  const connectionString = await postgres.createDatabase()
  const other = await useEverything(openPostgres({ connectionString }))
  const names = (await execute(
    connectionString,
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
  )) as { name: string }[]
  const otherRows: unknown[] = []
  for (const { name } of names) otherRows.push(...(await execute(connectionString, `SELECT * FROM "${name}"`)))
  assert.ok(tables.length >= 10 && names.length >= 10)

  leaks = [
    { ...sqlite, values: valuesOf(rows) },
    { ...other, values: valuesOf(otherRows) },
  ]
  for (const { values } of leaks) assert.ok(values.length > 300)
})
after(async () => {
  await postgres.stop()
  await rm(folder, { recursive: true })
})

const valuesOf = (rows: readonly unknown[]) =>
  rows
    .flatMap((row) => Object.values(row as object) as unknown[])
    .flatMap((value) =>
      value instanceof Uint8Array
        ? [Buffer.from(value).toString('hex'), Buffer.from(value).toString('latin1')]
        : [String(value)],
    )

/** Every kind of row there is. @param look before it is closed */
async function useEverything(
  store: AuthorizationServerOptions['store'],
  look: () => Promise<void> = async () => {},
): Promise<Omit<Leak, 'values'>> {
  const secrets = new Map<string, string>()
  const clock = createClock()
  const idp = createIssuer('https://idp.example', clock.now)
  const as = await startServer({
    store,
    secret: serverSecret,
    clock: clock.now,
    features: { deviceGrant: true, tokenExchange: true, registration: 'token' },
    trustedIssuers: [
      {
        issuer: idp.issuer,
        jwks: idp.jwks,
        clients: ['portal'],
        subject: 'username',
        scopes: ['orders.read'],
        resources: [cast.r1],
      },
    ],
  })
  const j1 = createSigningClient('j1', as.issuer, as.clock.now)
  await as.server.saveClient(j1.metadata)
  const browser = as.browser()
  const note = (name: string, value: string | undefined) => secrets.set(name, value ?? assert.fail(name))

  for (const [name, client, changes] of [
    ['c1', cast.c1, {}],
    ['c2', cast.c2, { scope: 'bills.read', resource: cast.r2 }],
    ['p1', cast.p1, {}],
  ] as const) {
    const unused = await as.code(changes, client, browser)
    const code = await as.code(changes, client, browser)
    const first = (await (await as.redeem(code)).json()) as Record<string, string>
    const refresh = { grant_type: 'refresh_token', refresh_token: first['refresh_token'] }
    const second = (await (await as.token(refresh, client)).json()) as Record<string, string>
    await as.redeem({ ...unused, client: cast.x })
    note(`${name} unused code`, unused.code)
    note(`${name} code`, code.code)
    note(`${name} verifier`, code.verifier)
    for (const [at, tokens] of [first, second].entries()) {
      note(`${name} access token ${at}`, tokens['access_token'])
      note(`${name} refresh token ${at}`, tokens['refresh_token'])
    }
  }
  // Refused, revoked, signed in wrongly, left waiting: every kind of row there is.
  await as.token({}, { ...cast.c1, client_secret: 'hufucanary_wrong_secret' })
  const wrong = as.browser()
  await wrong.submit(await wrong.open(`${as.issuer}/sign-in`), '/sign-in', {
    username: 'alice',
    password: 'hufucanary_wrong_password',
  })
  await as.browser().open(as.authorize().url)
  await as.send('/revoke', {
    method: 'POST',
    body: toForm({ client_id: 'p1', token: secrets.get('p1 refresh token 1') }),
  })
  await as.send('/revoke', {
    method: 'POST',
    body: toForm({ client_id: 'p1', token: secrets.get('p1 access token 0') }),
  })
  const assertion = j1.prove()
  await as.send('/token', { method: 'POST', body: toForm({ grant_type: 'client_credentials', ...assertion }) })
  note('assertion', assertion['client_assertion'])
  await useExtensions(as, idp, note)
  for (const [name, value] of browser.cookies) note(`cookie ${name}`, value)
  for (const client of [cast.c1, cast.c2, cast.m1, cast.x]) note(`secret of ${client.client_id}`, client.client_secret)
  for (const person of [cast.alice, cast.mallory]) note(`password of ${person.username}`, person.password)
  note('secret of the server', serverSecret)
  const { keys } = (await (await as.get('/.well-known/jwks.json')).json()) as Pick<Leak, 'keys'>

  await look()
  await as.close()

  return { secrets, keys }
}

/** What the extensions hand out or are shown, used and unused. */
async function useExtensions(as: TestServer, idp: Issuer, note: (name: string, value: string | undefined) => void) {
  for (const metadata of [d1, d2, o1, portal, { ...orders, hufu_token_exchange: [{ from: ['c1'], to: cast.r1 }] }])
    await addClient(as, metadata)
  const key = aProofKey()

  const [waiting, decided] = [await begun(as), await begun(as)]
  await decide(as, decided)
  const device = (await (await poll(as, decided)).json()) as Tokens
  for (const [at, { device_code, user_code }] of [waiting, decided].entries()) {
    note(`device code ${at}`, device_code)
    note(`user code ${at}`, user_code)
    note(`user code ${at} as typed`, user_code.replace('-', ''))
  }
  note('refresh token of a device', device.refresh_token)

  const { requestUri, url, verifier } = await pushed(as)
  note('pushed reference', requestUri)
  note('random part of the reference', requestUri.slice(requestUri.lastIndexOf(':') + 1))
  await as.browser().open(url)
  note('verifier of a pushed request', verifier)
  await push(as, {}, cast.c2, { headers: {}, form: { client_id: 'c2', client_secret: 'hufucanary_wrong_secret' } })

  const code = await as.code({ scope: 'openid orders.read', login_hint: 'alice' }, o1)
  const dpop = proofFor(as, key)
  const form = { grant_type: 'authorization_code', code: code.code, code_verifier: code.verifier }
  const bound = (await (await as.token(form, o1, { dpop })).json()) as Tokens & { readonly id_token: string }
  note('code with openid', code.code)
  note('ID token', bound.id_token)
  note('bound token', bound.access_token)
  note('bound refresh token', bound.refresh_token)
  note('proof', dpop)
  const hinted = { id_token_hint: bound.id_token, client_id: 'o1' }
  await as.send(`/end-session?${toForm(hinted)}`)
  await as.browser().open(as.authorize({ scope: 'openid', id_token_hint: bound.id_token }, o1).url)

  const exchanged = (await (await exchange(as, await as.at(), orders, { resource: cast.r1 })).json()) as Tokens
  note('exchanged token', exchanged.access_token)
  const assertion = idp.say()
  const vouched = await as.token({ grant_type: jwtBearerGrant, assertion }, portal)
  assert.equal(vouched.status, 200)
  note('assertion of a trusted issuer', assertion)
  note('token for an assertion', ((await vouched.json()) as Tokens).access_token)

  const initial = await as.server.createRegistrationToken({ uses: 2 })
  assert.ok(initial.ok)
  const registered = await as.send('/register', {
    method: 'POST',
    body: JSON.stringify(webApp),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${initial.value.token}` },
  })
  assert.equal(registered.status, 201)
  const own = (await registered.json()) as Registration
  note('initial access token', initial.value.token)
  note('registration access token', own.registration_access_token)
  note('secret of a client that registered itself', own.client_secret)
  for (const client of [d2, o1, portal, orders]) note(`secret of ${client.client_id}`, client.client_secret)
}

/** A secret in every form in which it would still be one: as it is, decoded, its secret part, in hexadecimal or base64. */
function formsOf(secret: string): string[] {
  const inner = Buffer.from(secret.replace(/^h[a-z]{2}_/, ''), 'base64url')
  const [header, payload, signature] = secret.split('.')
  const parts = signature === undefined ? [] : [`${header}.${payload}`, signature]
  // Of a credential: what is neither its id nor the checksum.
  const parted = /^h[a-z]{2}_/.test(secret) ? [inner.subarray(-36, -4)] : inner.length >= 16 ? [inner] : []

  return [
    secret,
    ...parts,
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('base64url'),
    ...parted.flatMap((each) => [
      each.toString('hex'),
      each.toString('base64url'),
      each.toString('base64'),
      each.toString('latin1'),
    ]),
  ]
}

test('[LG-02] no table holds a code, token, secret, password, assertion or cookie that could be used', () => {
  // req: O21-4.3-01, O21-1.4-02, UI-05, RQ-04
  for (const { secrets, values } of leaks) {
    assert.ok(secrets.size >= 50, `${secrets.size} secrets are looked for`)
    const all = values.join('\n')

    for (const [name, secret] of secrets) {
      for (const form of formsOf(secret)) assert.ok(!all.includes(form), name)
    }
    assert.doesNotMatch(all, /hufucanary_/)
  }
})

test('[LG-02] nor do the bytes of its files, where removed rows may still stand', () => {
  for (const [name, secret] of leaks[0]!.secrets) {
    for (const form of formsOf(secret)) assert.equal(bytes.indexOf(Buffer.from(form, 'latin1')), -1, name)
  }
  assert.equal(bytes.indexOf('hufucanary_'), -1)
})

test('[LG-02] the search would find what it looks for: what is public is there', () => {
  for (const { values, keys } of leaks) {
    const all = values.join('\n')

    assert.ok(all.includes('https://client.example/cb'))
    assert.ok(keys.every((key) => all.includes(String(key['kid']))))
    assert.ok(keys.every((key) => all.includes(String(key['x'] ?? key['n']))))
  }
  assert.notEqual(bytes.indexOf('https://client.example/cb'), -1)
})

/** A private key as JWK, as PEM, or as DER: a sequence that begins with its version. */
// oxlint-disable-next-line no-control-regex
const openKey = /"d"|"kty"|PRIVATE|\x30(?:[\x20-\x7f]|\x81.|\x82..)\x02\x01[\x00\x01]/s

test('[LG-02] signing keys are sealed: no private member, and the database does not open with another secret', async () => {
  // req: IN-09
  const copy = openSqlite({ file: join(folder, 'hufu.db') })
  const sealed = await copy.loadSigningKeys()
  assert.ok(sealed.length > 0)
  for (const { publicJwk, sealedPrivateKey } of sealed) {
    assert.equal('d' in publicJwk, false)
    assert.doesNotMatch(Buffer.from(sealedPrivateKey, 'base64url').toString('latin1'), openKey)
  }

  await assert.rejects(startServer({ store: copy, secret: Buffer.alloc(32, 1).toString('base64url') }), /secret/)
  await copy.close()
})
