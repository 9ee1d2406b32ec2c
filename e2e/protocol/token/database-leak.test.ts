import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { openSqlite } from 'hufu/sqlite'
import { createSigningClient } from '../../support/assertion.ts'
import * as cast from '../../support/fixtures.ts'
import { startServer } from '../../support/server.ts'
import { toForm } from '../../support/user-agent.ts'

/*
 * Attack row LG-02: somebody has a copy of the database, every table and every byte of it.
 */

const serverSecret = Buffer.from('hufucanary_secret_of_the_server!').toString('base64url')

let folder: string
/** Every value of every table, as text and as hexadecimal. */
let values: string[]
/** The files as they are, with what was removed and not yet written over. */
let bytes: Buffer
const secrets = new Map<string, string>()
let keys: Record<string, unknown>[]

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hufu-leak-'))
  const file = join(folder, 'hufu.db')
  const as = await startServer({ store: openSqlite({ file }), secret: serverSecret })
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
  for (const [name, value] of browser.cookies) note(`cookie ${name}`, value)
  for (const client of [cast.c1, cast.c2, cast.m1, cast.x]) note(`secret of ${client.client_id}`, client.client_secret)
  for (const person of [cast.alice, cast.mallory]) note(`password of ${person.username}`, person.password)
  note('secret of the server', serverSecret)
  keys = ((await (await as.get('/.well-known/jwks.json')).json()) as { keys: typeof keys }).keys

  const files = (await readdir(folder)).map((each) => join(folder, each))
  bytes = Buffer.concat(await Promise.all(files.map((each) => readFile(each))))
  await as.close()
  const database = new DatabaseSync(file, { readOnly: true })
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[]
  assert.ok(tables.length >= 10)
  values = tables
    .flatMap(({ name }) => database.prepare(`SELECT * FROM "${name}"`).all())
    .flatMap((row) => Object.values(row))
    .flatMap((value) =>
      value instanceof Uint8Array
        ? [Buffer.from(value).toString('hex'), Buffer.from(value).toString('latin1')]
        : [String(value)],
    )
  database.close()
  assert.ok(values.length > 300)
})
after(() => rm(folder, { recursive: true }))

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
  // req: O21-4.3-01, O21-1.4-02, UI-05
  assert.ok(secrets.size >= 30, `${secrets.size} secrets are looked for`)
  const all = values.join('\n')

  for (const [name, secret] of secrets) {
    for (const form of formsOf(secret)) assert.ok(!all.includes(form), name)
  }
  assert.doesNotMatch(all, /hufucanary_/)
})

test('[LG-02] nor do the bytes of its files, where removed rows may still stand', () => {
  for (const [name, secret] of secrets) {
    for (const form of formsOf(secret)) assert.equal(bytes.indexOf(Buffer.from(form, 'latin1')), -1, name)
  }
  assert.equal(bytes.indexOf('hufucanary_'), -1)
})

test('[LG-02] the search would find what it looks for: what is public is there', () => {
  const all = values.join('\n')

  assert.ok(all.includes('https://client.example/cb'))
  assert.ok(keys.every((key) => all.includes(String(key['kid']))))
  assert.ok(keys.every((key) => all.includes(String(key['x'] ?? key['n']))))
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
