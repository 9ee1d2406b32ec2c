import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { fromHex, toBase64Url } from '../../base/encoding.ts'
import { instant } from '../../base/time.ts'
import type { SessionId } from '../../protocol/authorization.ts'
import { formatCredential, hashSecret } from '../../protocol/credential.ts'
import { refreshTokenOf } from '../../protocol/refresh-token.ts'
import {
  aClient,
  aCode,
  aHash,
  anAuthorization,
  anEvent,
  anOpaqueToken,
  aRedemption,
  aRefreshChain,
  aRotation,
  aSession,
  challenge,
  morning,
} from '../../testing/index.ts'
import { openSqlite } from './index.ts'
import { migrate } from './migrate.ts'
import { migrations } from './schema.ts'

const folder = mkdtempSync(join(tmpdir(), 'hufu-connection-'))
after(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const newFile = () => join(folder, `${files++}.db`)
const files_ = (file: string) => [file, `${file}-wal`, `${file}-shm`]
const open = (file: string) => openSqlite({ file })

/** Opens and closes it once, then changes it by SQL. */
async function madeThen(sql: string): Promise<string> {
  const file = newFile()
  await open(file).close()
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()

  return file
}

test(
  'the file and its log are for their owner alone, whatever the umask',
  { skip: process.platform === 'win32' },
  async () => {
    const before = process.umask(0)
    const file = newFile()

    const store = open(file)
    await store.appendAudit(anEvent())

    process.umask(before)
    assert.deepEqual(
      files_(file).map((each) => statSync(each).mode & 0o777),
      [0o600, 0o600, 0o600],
    )
    await store.close()
  },
)

test('what was written is there after the file is closed and opened again', async () => {
  const file = newFile()
  const event = anEvent()
  const first = open(file)
  await first.appendAudit(event)
  await first.close()

  const second = open(file)

  assert.deepEqual(await second.listAudit(undefined, 10), [event])
  await second.close()
})

test('a name is a name of a file, also one that looks like an address', async () => {
  const before = process.cwd()
  process.chdir(folder)

  const store = open('file:memory?mode=memory')

  process.chdir(before)
  assert.ok(existsSync(join(folder, 'file:memory?mode=memory')))
  await store.close()
})

test('a file of another program is refused by name and left as it was', () => {
  const file = newFile()
  const other = new DatabaseSync(file)
  other.exec('CREATE TABLE theirs (id INTEGER)')
  other.close()
  const before = readFileSync(file)

  assert.throws(() => open(file), { message: `${file} is a database of another program, not of Hufu` })

  assert.deepEqual(readFileSync(file), before)
})

test('a file that is no database is refused by name and left as it was', () => {
  const file = newFile()
  writeFileSync(file, 'not a database, but longer than the header of one would have to be. '.repeat(20))
  const before = readFileSync(file)

  assert.throws(() => open(file), { message: `${file} is not a database of Hufu` })

  assert.deepEqual(readFileSync(file), before)
})

test('a file of a newer Hufu is refused, and one that is just as new is opened', async () => {
  const newest = migrations.at(-1)!.number
  const same = await madeThen('SELECT 1')
  const newer = await madeThen(`INSERT INTO migrations VALUES (${newest + 1}, 'later', 'x', ${newest + 1}, 0)`)

  assert.throws(() => open(newer), /was made by a newer Hufu/)
  await open(same).close()
})

test('a file whose schema steps were others is refused', async () => {
  const file = await madeThen(`UPDATE migrations SET checksum = 'another' WHERE number = 1`)

  assert.throws(() => open(file), /has another schema step 1 than this Hufu/)
})

test('a folder that is not there is named', () => {
  const file = join(folder, 'nowhere', 'store.db')

  assert.throws(() => open(file), { message: new RegExp(`^cannot create ${file.replaceAll('\\', '.')}: .*ENOENT`) })
})

test('an empty file becomes ours', async () => {
  const file = newFile()
  writeFileSync(file, '')
  chmodSync(file, 0o600)

  const store = open(file)

  assert.equal(await store.useOnce('key', morning), true)
  await store.close()
})

test('a newer step is applied once to an older file, and a step that fails leaves nothing', () => {
  const database = new DatabaseSync(':memory:')
  const next = { number: migrations.length + 1, name: 'next', sql: 'CREATE TABLE next (id INTEGER) STRICT' }
  const bad = {
    number: next.number + 1,
    name: 'bad',
    sql: 'CREATE TABLE half (id INTEGER) STRICT; CREATE TABLE next (id INTEGER)',
  }
  const tables = () =>
    database
      .prepare('SELECT name FROM sqlite_schema')
      .all()
      .map((row) => row['name'])
  migrate(database, 'memory', migrations)
  migrate(database, 'memory', [...migrations, next])
  const before = tables()

  assert.throws(() => migrate(database, 'memory', [...migrations, next, bad]), /next/)

  assert.deepEqual(tables(), before)
  assert.ok(before.includes('next'))
  migrate(database, 'memory', [...migrations, next])
  assert.equal(database.prepare('SELECT count(*) AS steps FROM migrations').get()?.['steps'], next.number)
})

test('a request that waited before the extensions came keeps all that it was', () => {
  const database = new DatabaseSync(':memory:')
  const [first, ...rest] = migrations
  const kept = { clientId: 'shop-analytics', scope: ['orders.read'], uiLocales: null }
  const address = { redirectUri: 'https://shop.example/callback', redirectUriWasSent: true, state: 's"1', challenge }
  migrate(database, 'memory', [first!])
  database
    .prepare('INSERT INTO transactions VALUES (?, ?, ?, 0, 1, NULL)')
    .run(new Uint8Array(16), 'browser', JSON.stringify({ ...kept, ...address }))

  migrate(database, 'memory', [first!, ...rest])

  const { request } = database.prepare('SELECT request FROM transactions').get() as { request: string }
  const answerTo = { kind: 'redirect', to: address.redirectUri, wasSent: true, state: 's"1', challenge }
  assert.deepEqual(JSON.parse(request), { ...kept, answerTo })
})

test('[LG-02] the file and its log hold nothing that could be used: no code, no token, no secret, no cookie', async () => {
  // req: O21-4.3-01
  const file = newFile()
  const key = fromHex(aHash())
  const [codeSecret, tokenSecret, clientSecret, cookie] = [1, 2, 3, 4].map(() => fromHex(aHash())) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ]
  const code = aCode({ secretHash: hashSecret(codeSecret) })
  const opaqueToken = anOpaqueToken({ secretHash: hashSecret(tokenSecret) })
  const authorization = anAuthorization({ refresh: aRefreshChain() })
  const secrets = [{ hash: hashSecret(clientSecret), createdAt: morning, expiresAt: undefined }]
  const next = { ...authorization.refresh!, generation: 2 }

  const store = open(file)
  await store.saveClient(aClient({ secrets }), anEvent())
  await store.startSession(aSession({ id: hashSecret(cookie) as SessionId }), undefined, anEvent(), anEvent())
  await store.issueCode(code, undefined, undefined, anEvent(), morning)
  await store.commit(aRedemption(code, { authorization, opaqueToken }), morning)
  await store.commit(aRotation(authorization), morning)
  await store.useOnce('assertion 7d0c', instant(morning + 1))
  await store.countAttempt('198.51.100.9', instant(morning + 1), morning)

  const dump = Buffer.concat(files_(file).map((each) => readFileSync(each)))
  const usable = [
    formatCredential('code', { id: code.id, generation: 0, secret: codeSecret }),
    formatCredential('access_token', { id: opaqueToken.id, generation: 0, secret: tokenSecret }),
    refreshTokenOf(authorization.id, authorization.refresh!, key),
    refreshTokenOf(authorization.id, next, key),
    ...[codeSecret, tokenSecret, clientSecret, cookie, key].flatMap((each) => [
      each,
      each.toString('hex'),
      toBase64Url(each),
    ]),
    'assertion 7d0c',
    '198.51.100.9',
  ]
  assert.deepEqual(
    usable.filter((each) => dump.includes(each)),
    [],
  )
  // What is stored can be seen in the dump, so what was not found is not there.
  for (const each of [fromHex(code.secretHash), fromHex(opaqueToken.secretHash), secrets[0]!.hash])
    assert.ok(dump.includes(each))
  await store.close()
})
