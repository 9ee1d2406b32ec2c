import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { addSeconds, seconds } from '../../../base/time.ts'
import {
  aClient,
  aCode,
  aConsent,
  anAccount,
  anAuthorization,
  anEvent,
  anOpaqueToken,
  aRedemption,
  aSealedKey,
  aSession,
  morning,
} from '../../../testing/index.ts'
import { lastingTables, ownTables, passingTables } from '../../tables.ts'
import { UpkeepRefused } from '../../upkeep.ts'
import { openSqlite } from '../index.ts'
import { migrations } from '../schema.ts'
import { openSqliteUpkeep } from './index.ts'
import { restoreSqlite } from './restore.ts'

const folder = mkdtempSync(join(tmpdir(), 'hufu-upkeep-'))
after(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const newFile = () => join(folder, `${files++}.db`)
const later = addSeconds(morning, seconds(60))
const restored = () => anEvent({ type: 'database_restored', at: later })

const refused = (reason: UpkeepRefused['reason']) => (error: unknown) =>
  error instanceof UpkeepRefused && error.reason === reason

/** A file with a row of what lasts and of what passes. */
async function aFullFile() {
  const file = newFile()
  const store = openSqlite({ file })
  const [client, code, opaqueToken] = [aClient(), aCode(), anOpaqueToken()]
  const authorization = anAuthorization()
  await store.saveClient(client, anEvent())
  await store.saveAccount(anAccount(), 'li.wei@example.com', anEvent())
  await store.startSession(aSession(), undefined, anEvent(), anEvent())
  await store.issueCode(code, undefined, aConsent(), anEvent(), morning)
  await store.commit(aRedemption(code, { authorization, opaqueToken }), morning)
  await store.useOnce('a proof', later)
  await store.changeSigningKeys({ seen: [], add: [aSealedKey()], remove: [] }, anEvent())

  return { file, store, client, code, authorization, opaqueToken }
}

async function backedUp(file: string): Promise<string> {
  const backup = newFile()
  const upkeep = openSqliteUpkeep(file)
  await upkeep.backup(backup, morning)
  await upkeep.close()

  return backup
}

test('every table has its place: a backup keeps it, or does without it', async () => {
  const file = newFile()
  await openSqlite({ file }).close()
  const database = new DatabaseSync(file)
  const there = database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'`)
    .all()
  database.close()

  const places = [...lastingTables, ...Object.keys(passingTables), ...ownTables]
  const homeless = there.map(({ name }) => name as string).filter((name) => !places.includes(name))

  assert.deepEqual(homeless, [], 'name it in src/store/tables.ts')
})

test('a backup is made while a server writes, is for its owner alone, and holds nothing that opens anything', async () => {
  const { file, store } = await aFullFile()
  const writing = Array.from({ length: 50 }, (_, index) => store.appendAudit(anEvent({ requestId: String(index) })))

  const backup = await backedUp(file)

  await Promise.all(writing)
  const database = new DatabaseSync(backup)
  const count = (table: string) => database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows']
  assert.deepEqual(
    Object.keys(passingTables).filter((table) => count(table) !== 0),
    [],
  )
  assert.deepEqual([count('clients'), count('accounts'), count('consents')], [1, 1, 1])
  database.close()
  if (process.platform !== 'win32') assert.equal(statSync(backup).mode & 0o777, 0o600)
  await store.close()
})

test('a backup overwrites nothing, and one that fails leaves nothing behind', async () => {
  const { file, store } = await aFullFile()
  const theirs = newFile()
  writeFileSync(theirs, 'mine')
  const upkeep = openSqliteUpkeep(file)

  await assert.rejects(upkeep.backup(theirs, morning), refused('file_exists'))
  await assert.rejects(upkeep.backup(join(folder, 'nowhere', 'x.backup'), morning), /ENOENT/)

  assert.equal(readFileSync(theirs, 'utf8'), 'mine')
  assert.equal((await upkeep.status(morning)).backedUpAt, undefined)
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.part')),
    [],
  )
  await upkeep.close()
  await store.close()
})

test('what was restored has what lasts and nothing that was given, and knows since when', async () => {
  const full = await aFullFile()
  const backup = await backedUp(full.file)
  await full.store.close()
  const file = newFile()

  await restoreSqlite({ backup, file, event: restored() })

  const store = openSqlite({ file })
  assert.deepEqual(await store.findClient(full.client.id), full.client)
  assert.deepEqual(await store.findConsent(aConsent().subject, aConsent().clientId), aConsent())
  assert.equal(await store.findCode(full.code.id), undefined)
  assert.equal(await store.findAuthorization(full.authorization.id), undefined)
  assert.equal(await store.findOpaqueToken(full.opaqueToken.id), undefined)
  assert.deepEqual(await store.loadSigningKeys(), [])
  assert.equal((await store.loadEpoch()).validAfter, later)
  assert.equal((await store.listAudit(undefined, 100)).at(-1)?.type, 'database_restored')
  await store.close()
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('a whole copy of a file can be restored as well, and keeps no more', async () => {
  const full = await aFullFile()
  await full.store.close()
  const file = newFile()

  await restoreSqlite({ backup: full.file, file, event: restored() })

  const store = openSqlite({ file })
  assert.equal(await store.findAuthorization(full.authorization.id), undefined)
  assert.equal(await store.useOnce('a proof', later), true)
  await store.close()
})

test('a database that is there is left alone, or put aside whole when that is asked for', async () => {
  const full = await aFullFile()
  const backup = await backedUp(full.file)
  const file = newFile()
  const before = openSqlite({ file })
  const event = anEvent()
  await before.appendAudit(event)
  const aside = `${file}.aside`

  await assert.rejects(restoreSqlite({ backup, file, event: restored() }), refused('not_empty'))
  await before.close()
  await restoreSqlite({ backup, file, aside, event: restored() })

  const [now, put] = [openSqlite({ file }), openSqlite({ file: aside })]
  assert.deepEqual(await now.findClient(full.client.id), full.client)
  assert.deepEqual(await put.listAudit(undefined, 10), [event])
  await Promise.all([now.close(), put.close(), full.store.close()])
})

test('nothing is restored beneath an instance that runs, nor ended beside it', async () => {
  const { file, store } = await aFullFile()
  const backup = await backedUp(file)
  await store.checkIn('a server', '1.0.0')
  const upkeep = openSqliteUpkeep(file)

  await assert.rejects(restoreSqlite({ backup, file, aside: newFile(), event: restored() }), refused('in_use'))
  await assert.rejects(upkeep.endAll(restored()), refused('in_use'))
  await store.checkOut('a server')
  await upkeep.endAll(restored())

  assert.deepEqual(await store.loadSigningKeys(), [])
  await upkeep.close()
  await store.close()
})

test('a backup that was changed, is damaged, is empty or is of a newer Hufu is refused, and makes no database', async () => {
  const { file, store } = await aFullFile()
  await store.close()
  const newest = migrations.at(-1)!.number
  const spoil = {
    changed: (database: DatabaseSync) => database.exec(`UPDATE accounts SET name = 'Mallory'`),
    newer: (database: DatabaseSync) =>
      database.exec(`INSERT INTO migrations VALUES (${newest + 1}, 'later', 'x', ${newest + 1}, 0)`),
    empty: (database: DatabaseSync) => database.exec('DELETE FROM migrations'),
  }
  for (const [what, change] of Object.entries(spoil)) {
    const backup = await backedUp(file)
    const database = new DatabaseSync(backup)
    change(database)
    database.close()
    const target = newFile()
    await assert.rejects(restoreSqlite({ backup, file: target, event: restored() }), refused('backup_unusable'), what)
    assert.equal(existsSync(target), false)
  }
  const damaged = await backedUp(file)
  writeFileSync(damaged, readFileSync(damaged).subarray(0, -4096))

  await assert.rejects(
    restoreSqlite({ backup: damaged, file: newFile(), event: restored() }),
    refused('backup_unusable'),
  )
  await assert.rejects(
    restoreSqlite({ backup: join(folder, 'none'), file: newFile(), event: restored() }),
    refused('backup_unusable'),
  )
  assert.equal(existsSync(join(folder, 'none')), false)
})

test('[UX-7.4] the plan of an older file shows each step, what it locks and how many rows; migrating does them', async () => {
  const { file, store } = await aFullFile()
  await store.close()
  const database = new DatabaseSync(file)
  const newest = migrations.at(-1)!
  database.prepare('DELETE FROM migrations WHERE number = ?').run(newest.number)
  database.close()
  const upkeep = openSqliteUpkeep(file)

  const plan = await upkeep.plan()
  const status = await upkeep.status(morning)

  assert.deepEqual(
    plan.map(({ number, kind, waits }) => ({ number, kind, waits })),
    [{ number: newest.number, kind: 'expand', waits: false }],
  )
  assert.ok(plan[0]!.touches.some((each) => each.table === 'clients' && each.rows === 1))
  assert.deepEqual(status.schema, { here: newest.number - 1, known: newest.number, lacks: [newest.number] })
  await upkeep.close()
  chmodSync(file, 0o600)
})
