import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { addSeconds, seconds } from '../../../base/time.ts'
import type { Store } from '../../../ports/store.ts'
import { holds, isNext, makeSeal } from '../../../protocol/audit-seal.ts'
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
import { execute, startPostgres } from '../../contract/real-postgres.ts'
import type { RealPostgres } from '../../contract/real-postgres.ts'
import { openSqlite } from '../../sqlite/index.ts'
import { restoreSqlite } from '../../sqlite/upkeep/restore.ts'
import { lastingTables, ownTables, passingTables } from '../../tables.ts'
import { UpkeepRefused } from '../../upkeep.ts'
import { openPostgres } from '../index.ts'
import { migrations } from '../schema.ts'
import { openPostgresUpkeep } from './index.ts'
import type { PostgresUpkeep } from './index.ts'
import { ownOfPostgres, ownOfSqlite } from './rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'hufu-upkeep-'))
let postgres: RealPostgres
before(async () => void (postgres = await startPostgres()))
after(async () => {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
})

let files = 0
const newFile = () => join(folder, `${files++}.backup`)
const key = new Uint8Array(32).fill(7)
const restored = () => anEvent({ type: 'database_restored', at: addSeconds(morning, seconds(60)) })

const refused = (reason: UpkeepRefused['reason']) => (error: unknown) =>
  error instanceof UpkeepRefused && error.reason === reason

async function withUpkeep<Value>(address: string, work: (upkeep: PostgresUpkeep) => Promise<Value>): Promise<Value> {
  const upkeep = openPostgresUpkeep(address)
  try {
    return await work(upkeep)
  } finally {
    await upkeep.close()
  }
}

/** Rows of what lasts and of what passes, and a chain with a seal of which the first events have left. */
async function fill(store: Store) {
  const [client, code, opaqueToken] = [aClient(), aCode(), anOpaqueToken()]
  const disabled = aClient({ id: 'retired-app' as never, disabledAt: morning })
  const authorization = anAuthorization()
  for (let count = 0; count < 5; count += 1) await store.appendAudit(anEvent({ requestId: `old ${count}` }))
  await sealAll(store)
  await store.pruneAudit(1, 3)
  await store.saveClient(client, anEvent())
  await store.saveClient(disabled, anEvent())
  await store.saveAccount(anAccount(), 'li.wei@example.com', anEvent())
  await store.startSession(aSession(), undefined, anEvent(), anEvent())
  await store.issueCode(code, undefined, aConsent(), anEvent(), morning)
  await store.commit(aRedemption(code, { authorization, opaqueToken }), morning)
  await store.useOnce('a proof', addSeconds(morning, seconds(60)))
  await store.changeSigningKeys({ seen: [], add: [aSealedKey()], remove: [] }, anEvent())
  await sealAll(store)
  await store.appendAudit(anEvent({ requestId: 'not sealed' }))

  return { client, disabled, code, authorization, opaqueToken }
}

async function aFullDatabase() {
  const address = await postgres.createDatabase()
  const store = openPostgres({ connectionString: address })

  return { address, store, ...(await fill(store)) }
}

/** What lasts is there as it was and its audit verifies; what was given is not. */
async function assertRestored(store: Store, full: Awaited<ReturnType<typeof fill>>, cutOff: number) {
  assert.deepEqual(await store.findClient(full.client.id), full.client)
  assert.deepEqual(await store.findClient(full.disabled.id), full.disabled)
  assert.deepEqual(await store.findAccountByUsername('li.wei@example.com'), anAccount())
  assert.deepEqual(await store.findConsent(aConsent().subject, aConsent().clientId), aConsent())
  assert.equal(await store.findCode(full.code.id), undefined)
  assert.equal(await store.findAuthorization(full.authorization.id), undefined)
  assert.equal(await store.findOpaqueToken(full.opaqueToken.id), undefined)
  assert.equal(await store.findSession(aSession().id), undefined)
  assert.deepEqual(await store.loadSigningKeys(), [])
  assert.equal((await store.loadEpoch()).validAfter, cutOff)
  assert.equal(await store.useOnce('a proof', addSeconds(morning, seconds(60))), true)
  assert.equal((await store.listUnsealedAudit(100)).length, 2)
  await sealAll(store)
  // The first events of the first seal had left before.
  assert.deepEqual(await chainOf(store), [
    { isNext: true, holds: false, events: 2 },
    { isNext: true, holds: true, events: (await store.listAudit(undefined, 1000)).length - 4 },
    { isNext: true, holds: true, events: 2 },
  ])
}

const sealAll = (store: Store) => store.sealAudit(200, (previous, events) => makeSeal(key, previous, events, morning))

async function chainOf(store: Store) {
  const seals = await store.listAuditSeals(0, 100)
  const sealed = Map.groupBy(await store.listSealedAudit(1, seals.length), ({ seal }) => seal)

  return seals.map((seal, at) => {
    const events = (sealed.get(seal.number) ?? []).map(({ event }) => event)

    return { isNext: isNext(key, seal, seals[at - 1]), holds: holds(seal, events), events: events.length }
  })
}

test('every table has its place, and every column of what lasts is known to the backup', async () => {
  const { address, store } = await aFullDatabase()
  const rows = (await execute(
    address,
    `SELECT table_name AS table, column_name AS column FROM information_schema.columns WHERE table_schema = 'public'`,
  )) as { readonly table: string; readonly column: string }[]
  const parts = (await execute(address, `SELECT relname AS name FROM pg_class WHERE relispartition`)) as {
    readonly name: string
  }[]
  const file = newFile()
  await withUpkeep(address, (upkeep) => upkeep.backup(file, morning))
  await store.close()
  const backup = new DatabaseSync(file)
  const columnsOf = (table: string) =>
    backup
      .prepare(`SELECT name FROM pragma_table_info(?)`)
      .all(table)
      .map(({ name }) => name as string)

  const places = [...lastingTables, ...Object.keys(passingTables), ...ownTables, ...parts.map(({ name }) => name)]
  assert.deepEqual(
    rows.filter(({ table }) => !places.includes(table)),
    [],
    'name it in src/store/tables.ts',
  )
  for (const table of lastingTables) {
    const here = rows.filter((each) => each.table === table).map(({ column }) => column)
    assert.deepEqual(
      [...here, ...(ownOfSqlite[table] ?? [])].toSorted(),
      [...columnsOf(table), ...(ownOfPostgres[table] ?? [])].toSorted(),
      `say in postgres/upkeep/rows.ts what becomes of the column in ${table}`,
    )
  }
  backup.close()
})

test('a backup is made while a server writes, and is put back into PostgreSQL and into SQLite', async () => {
  const { address, store, ...full } = await aFullDatabase()
  const backup = newFile()

  const made = await withUpkeep(address, (upkeep) => upkeep.backup(backup, morning))

  await store.appendAudit(anEvent())
  assert.equal(made.rows['audit'], (await store.listAudit(undefined, 1000)).length - 1)
  const empty = await postgres.createDatabase()
  const cutOff = await withUpkeep(empty, (upkeep) => upkeep.restore({ backup, event: restored() }))
  const again = openPostgres({ connectionString: empty })
  await assertRestored(again, full, cutOff)
  const file = newFile()
  const other = openSqlite({ file: (await restoreSqlite({ backup, file, event: restored() }), file) })
  await assertRestored(other, full, (await other.loadEpoch()).validAfter)
  await Promise.all([store.close(), again.close(), other.close()])
})

test('a file of SQLite is put back into PostgreSQL: that is how one moves', async () => {
  const file = newFile()
  const store = openSqlite({ file })
  const full = await fill(store)
  await store.close()
  const address = await postgres.createDatabase()

  const cutOff = await withUpkeep(address, (upkeep) => upkeep.restore({ backup: file, event: restored() }))

  const moved = openPostgres({ connectionString: address })
  await assertRestored(moved, full, cutOff)
  await moved.close()
})

test('how far a backup and a restore are is told every thousand rows', async () => {
  const { address, store } = await aFullDatabase()
  await execute(
    address,
    `INSERT INTO refusals SELECT sha256(number::text::bytea), 1, 0, NULL, 1 FROM generate_series(1, 2500) AS number`,
  )
  await store.close()
  const [backup, empty] = [newFile(), await postgres.createDatabase()]
  const [out, back]: [number[], number[]] = [[], []]

  await withUpkeep(address, (upkeep) => upkeep.backup(backup, morning, (rows) => out.push(rows)))
  await withUpkeep(empty, (upkeep) =>
    upkeep.restore({ backup, event: restored(), onRows: (rows) => void back.push(rows) }),
  )

  assert.deepEqual(
    [out, back],
    [
      [1000, 2000],
      [1000, 2000],
    ],
  )
})

test('the cut-off is by the clock of the database and rises each time', async () => {
  const { address, store } = await aFullDatabase()
  const clock = await store.readClock!()
  await store.close()

  const first = await withUpkeep(address, (upkeep) => upkeep.endAll(restored()))
  const far = addSeconds(clock, seconds(3600))
  const second = await withUpkeep(address, (upkeep) => upkeep.endAll({ ...restored(), at: far }))
  const third = await withUpkeep(address, (upkeep) => upkeep.endAll(restored()))

  assert.ok(first >= clock && first < far)
  assert.deepEqual([second, third], [far, far + 1])
})

test('nothing is restored beside an instance that runs, into what is not empty, or from what is no backup', async () => {
  const { address, store } = await aFullDatabase()
  const [backup, spoilt] = [newFile(), newFile()]
  await withUpkeep(address, async (upkeep) => {
    await upkeep.backup(backup, morning)
    await assert.rejects(upkeep.backup(backup, morning), refused('file_exists'))
    await assert.rejects(upkeep.restore({ backup, event: restored() }), refused('not_empty'))
    await store.checkIn('a server', '1.0.0')
    await assert.rejects(upkeep.endAll(restored()), refused('in_use'))
    assert.deepEqual(
      (await upkeep.status(morning)).instances.map(({ id, version, step }) => [id, version, step]),
      [['a server', '1.0.0', migrations.at(-1)!.number]],
    )
  })
  const empty = await postgres.createDatabase()
  writeFileSync(spoilt, readFileSync(backup).subarray(0, -8192))
  const changed = new DatabaseSync(backup)
  changed.exec(`UPDATE accounts SET name = 'Mallory'`)
  changed.close()
  await withUpkeep(empty, async (upkeep) => {
    for (const bad of [spoilt, backup, join(folder, 'none')])
      await assert.rejects(upkeep.restore({ backup: bad, event: restored() }), refused('backup_unusable'))
    assert.deepEqual((await upkeep.status(morning)).tables, [])
  })
  assert.equal(existsSync(join(folder, 'none')), false)
  await store.close()
})

test('a restore that fails in the middle leaves an empty database, into which the next one goes', async () => {
  const { address, store } = await aFullDatabase()
  const backup = newFile()
  await withUpkeep(address, (upkeep) => upkeep.backup(backup, morning))
  await store.close()
  const empty = await postgres.createDatabase()
  await withUpkeep(empty, async (upkeep) => {
    await upkeep.migrate(() => {})
    await execute(empty, `ALTER TABLE audit_seals ADD CONSTRAINT trouble CHECK (number < 2)`)

    await assert.rejects(upkeep.restore({ backup, event: restored() }), /trouble/)

    assert.deepEqual(
      (await upkeep.status(morning)).tables.filter(({ rows }) => rows > 0),
      [],
    )
    await execute(empty, `ALTER TABLE audit_seals DROP CONSTRAINT trouble`)
    await upkeep.restore({ backup, event: restored() })
  })
})

test('[UX-7.4] the plan shows each step, what it locks and how many rows; a backup wants the schema it knows', async () => {
  const { address, store } = await aFullDatabase()
  await store.close()
  const next = { number: migrations.length + 1, name: 'a note', sql: 'ALTER TABLE clients ADD COLUMN note text' }
  const upkeep = openPostgresUpkeep(address, [...migrations, next])

  const plan = await upkeep.plan()
  const status = await upkeep.status(morning)

  assert.deepEqual(plan, [
    {
      number: next.number,
      name: 'a note',
      kind: 'expand',
      waits: false,
      touches: [{ table: 'clients', lock: 'ACCESS EXCLUSIVE', rows: 2 }],
    },
  ])
  assert.deepEqual(status.schema, { here: migrations.length, known: next.number, lacks: [next.number] })
  await assert.rejects(upkeep.backup(newFile(), morning), refused('schema_differs'))
  await upkeep.migrate(() => {})
  assert.deepEqual(await upkeep.plan(), [])
  await assert.rejects(
    withUpkeep(address, (older) => older.backup(newFile(), morning)),
    refused('schema_differs'),
  )
  await upkeep.close()
})

test('a step waits for a lock only for moments, so that nobody waits behind it, and is done once the lock is free', async () => {
  const { address, store, client } = await aFullDatabase()
  const columns = { clients: 'note text', audit: 'note text', codes: 'note text' }
  const sqlOf = Object.entries(columns).map(([table, column]) => `ALTER TABLE ${table} ADD COLUMN ${column};`)
  const next = { number: migrations.length + 1, name: 'notes', sql: sqlOf.join('\n') }
  const upkeep = openPostgresUpkeep(address, [...migrations, next])
  const idle = new pg.Client({ connectionString: address })
  await idle.connect()
  await idle.query('BEGIN; SELECT FROM clients LIMIT 1')
  let isDone = false

  const migrating = upkeep.migrate(() => void (isDone = true))
  // Statements that were planned before the step, on connections that stay.
  for (let asked = 0; asked < 30; asked += 1) {
    const [found, events] = await Promise.all([store.findClient(client.id), store.listAudit(undefined, 10)])
    assert.deepEqual([found, events.length], [client, 10])
    await pause(50)
  }
  assert.equal(isDone, false)
  await idle.query('ROLLBACK')
  await migrating

  assert.equal(isDone, true)
  for (let asked = 0; asked < 5; asked += 1) {
    const [found, events] = await Promise.all([store.findClient(client.id), store.listAudit(undefined, 10)])
    assert.deepEqual([found, events.length], [client, 10])
  }
  await store.appendAudit(anEvent())
  await Promise.all([idle.end(), upkeep.close(), store.close()])
})

test('a step that takes away waits for older instances; one that slept through it is told that it is outgrown', async () => {
  const { address, store } = await aFullDatabase()
  const number = migrations.length + 1
  const next = { number, name: 'away', requires: number, sql: 'ALTER TABLE refusals DROP COLUMN specimen' }
  const upkeep = openPostgresUpkeep(address, [...migrations, next])
  await store.checkIn('a server', '1.0.0')

  const [planned] = await upkeep.plan()
  const waiting = await upkeep.migrate(() => assert.fail('it was done'))
  await execute(address, `UPDATE instances SET seen_at = now() - interval '2 minutes'`)
  const rest = await upkeep.migrate(() => {})

  assert.deepEqual([planned?.kind, planned?.waits], ['contract', true])
  assert.deepEqual([waiting, rest], [[next], []])
  await assert.rejects(store.checkIn('a server', '1.0.0'), {
    name: 'SchemaOutgrown',
    message: `the database has had a schema step that needs step ${number}: update Hufu to use it`,
  })
  const older = openPostgres({ connectionString: address })
  await assert.rejects(older.loadEpoch(), /was made by a newer Hufu/)
  await Promise.all([older.close(), upkeep.close(), store.close()])
})
