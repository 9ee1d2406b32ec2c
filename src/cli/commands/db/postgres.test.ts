import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { execute, startPostgres } from '../../../store/contract/real-postgres.ts'
import type { RealPostgres } from '../../../store/contract/real-postgres.ts'
import { openPostgres } from '../../../store/postgres/index.ts'
import { openSqlite } from '../../../store/sqlite/index.ts'
import { aClient, anEvent } from '../../../testing/index.ts'
import { run } from '../../program.ts'

const folder = mkdtempSync(join(tmpdir(), 'hufu-db-'))
let postgres: RealPostgres
before(async () => void (postgres = await startPostgres()))
after(async () => {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function db(database: string | undefined, ...args: string[]) {
  let [out, err] = ['', '']
  const streams = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) }
  const env = database === undefined ? {} : { HUFU_DATABASE: database }
  const exit = await run(['db', ...args], env, streams)

  return { exit, out, err }
}

async function json(database: string | undefined, ...args: string[]) {
  const ran = await db(database, ...args, '--json')
  assert.equal(ran.exit, 0, ran.err)

  return JSON.parse(ran.out) as Record<string, unknown>
}

async function aDatabase(): Promise<string> {
  const address = await postgres.createDatabase()
  const store = openPostgres({ connectionString: address })
  await store.saveClient(aClient(), anEvent())
  await store.checkIn('a server', '1.0.0')
  for (let count = 0; count < 3; count += 1) await store.useOnce(`key ${count}`, 1000 as never)
  await store.close()

  return address
}

/** One that was killed a while ago. */
const noServers = (address: string) =>
  execute(address, `UPDATE instances SET seen_at = now() - interval '2 minutes'`).then(() => undefined)

test('db status over PostgreSQL tells what there is, also of a database that is still empty', async () => {
  const address = await aDatabase()

  const text = await db(address, 'status')
  const status = await json(address, 'status')
  const empty = await json(await postgres.createDatabase(), 'status')

  assert.match(text.out, /Engine +postgres \d/)
  assert.match(text.out, /Missing steps +none/)
  assert.match(text.out, /a server +1\.0\.0 +\d+ +20/)
  assert.match(text.out, /clients +1 +0 +0\.\d/)
  assert.deepEqual([status['engine'], status['mark'], status['unsealed']], ['postgres', 1, 1])
  assert.deepEqual([empty['tables'], empty['instances']], [[], []])
  assert.deepEqual((empty['schema'] as { lacks: unknown }).lacks, [1])
})

test('[UX-7.4] db migrate over PostgreSQL plans first, then makes the tables of an empty database', async () => {
  const address = await postgres.createDatabase()

  const { items } = (await json(address, 'migrate', '--plan')) as { items: { number: number }[] }
  const untouched = await json(address, 'status')
  const done = await json(address, 'migrate')

  assert.deepEqual(untouched['tables'], [])
  assert.deepEqual(done, { applied: items.map(({ number }) => number), waiting: [] })
  assert.deepEqual(await json(address, 'migrate', '--plan'), { items: [], next: null })
})

test('a server moves from a SQLite file to PostgreSQL, and back, by backup and restore', async () => {
  const data = mkdtempSync(join(folder, 'data-'))
  const store = openSqlite({ file: join(data, 'hufu.db') })
  const client = aClient()
  await store.saveClient(client, anEvent())
  await store.close()
  const address = await postgres.createDatabase()
  const [there, back] = [join(folder, 'there.backup'), join(folder, 'back.backup')]
  const home = mkdtempSync(join(folder, 'home-'))

  await json(undefined, 'backup', there, '--data', data)
  const moved = await json(address, 'restore', there, '--end', 'all')
  const status = await json(address, 'status')
  const made = await json(address, 'backup', back)
  await json(undefined, 'restore', back, '--end', 'all', '--data', home)

  assert.equal(status['restored_at'], moved['ended_before'])
  assert.deepEqual(made['rows'], { ...(made['rows'] as object), clients: 1 })
  const again = openSqlite({ file: join(home, 'hufu.db') })
  assert.deepEqual(await again.findClient(client.id), client)
  await again.close()
})

test('a PostgreSQL database is ended in place only when nobody works on it, and only after a word', async () => {
  const address = await aDatabase()
  const end = ['restore', '--in-place', '--end', 'all'] as const

  assert.match((await db(address, 'restore', '--in-place', '--yes')).err, /HF-DB-0807/)
  assert.match((await db(address, ...end)).err, /HF-DB-0809/)
  const beside = await db(address, ...end, '--yes')
  assert.deepEqual([beside.exit, /HF-DB-0806/.test(beside.err)], [6, true], beside.err)
  await noServers(address)
  const ended = await json(address, ...end, '--yes')

  assert.equal((await json(address, 'status'))['restored_at'], ended['ended_before'])
})

test('db prune over PostgreSQL tells what is due and removes it', async () => {
  const address = await aDatabase()

  assert.deepEqual((await json(address, 'prune', '--dry-run'))['items'], [
    { table: 'used_once', due: 3 },
    { table: 'changes', due: 1 },
  ])
  assert.deepEqual(await json(address, 'prune'), { removed: 4 })
  assert.deepEqual((await json(address, 'prune', '--dry-run'))['items'], [])
})

test('[UX-6.2] each way to be wrong with PostgreSQL has its exit code, shows no password, and leaves everything as it was', async () => {
  const address = await aDatabase()
  const full = join(folder, 'full.backup')
  await json(address, 'backup', full)
  await execute(address, 'CREATE ROLE stranger LOGIN')
  const asStranger = address.replace('hufu@', 'stranger:canary@')
  const nowhere = 'postgres://hufu:canary@127.0.0.1:1/hufu'
  const missing = address.replace('hufu@', 'hufu:canary@').replace(/hufu_test_\w+/, 'hufu_test_none')
  const crooked = 'postgres://hufu:can%ary@[::1/hufu'

  const slips = [
    [address, ['restore', full, '--end', 'all'], 6, /HF-DB-0805.*has rows in clients/s],
    [address, ['restore', full, '--replace', '--end', 'all', '--yes'], 6, /HF-DB-0805.*--replace is for SQLite/s],
    [address, ['backup', full], 6, /HF-DB-0804/],
    [address, ['restore', join(folder, 'none'), '--end', 'all'], 3, /HF-DB-0803/],
    [asStranger, ['status'], 5, /HF-DB-0811/],
    [asStranger, ['backup', join(folder, 'x')], 5, /HF-DB-0811/],
    [asStranger, ['prune'], 5, /HF-DB-0811/],
    [nowhere, ['status'], 7, /HF-DB-0810/],
    [nowhere, ['restore', full, '--end', 'all'], 7, /HF-DB-0810/],
    [nowhere, ['prune'], 7, /HF-DB-0810/],
    [missing, ['status'], 3, /HF-DB-0801/],
    [crooked, ['status'], 3, /HF-DB-0801/],
    ['mysql://hufu:canary@db/hufu', ['status'], 3, /HF-CONF-0711/],
  ] as const
  for (const [database, args, exit, sentence] of slips) {
    const ran = await db(database, ...args)
    assert.deepEqual([ran.exit, ran.out], [exit, ''], `${args.join(' ')}: ${ran.err}`)
    assert.match(ran.err, sentence)
    assert.doesNotMatch(ran.err, /canary|can%ary/)
  }
  assert.equal(existsSync(join(folder, 'x')), false)
  assert.equal((await json(address, 'status'))['restored_at'], null)
  await execute(address, 'DROP ROLE stranger')
})
