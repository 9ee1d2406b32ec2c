import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { uuid7 } from '../../base/id.ts'
import { addSeconds, instant, seconds } from '../../base/time.ts'
import type { Instant } from '../../base/time.ts'
import type { Store } from '../../ports/store.ts'
import type { AccessTokenId, CodeId } from '../../protocol/authorization.ts'
import { aCode, anEvent, anOpaqueToken, aRedemption, morning, someChanges } from '../../testing/index.ts'
import { execute, startPostgres } from '../contract/real-postgres.ts'
import type { RealPostgres } from '../contract/real-postgres.ts'
import { burnCode, codeById } from './codes.ts'
import { openDatabase } from './database.ts'
import { openPostgres } from './index.ts'
import { make, neededAt, partitioned } from './partitions.ts'
import { plain, whole } from './sql.ts'

const hourMs = 3_600_000
const day = seconds(86_400)

let postgres: RealPostgres
before(async () => void (postgres = await startPostgres()))
after(() => postgres.stop())

interface World {
  readonly store: Store
  readonly address: string
  /** Of the database: partitions are made by its clock. */
  readonly now: Instant
  /** Makes the partition that was made so long ago, as it is now. */
  readonly old: (table: string, ageMs: number) => Promise<void>
  readonly partitionsOf: (table: string) => Promise<readonly string[]>
  /** In which one a row is. */
  readonly placeOf: (table: string, id: string) => Promise<string>
}

async function withStore(run: (world: World) => Promise<void>): Promise<void> {
  const address = await postgres.createDatabase()
  const store = openPostgres({ connectionString: address, maxConnections: 4 })
  const database = openDatabase({
    connectionString: address,
    maxConnections: 1,
    timeoutMs: 2500,
    maxWaitingCalls: 10,
    namedStatements: true,
    prepare: async () => undefined,
  })
  const ask = async (text: string) => (await execute(address, text)) as { at: string }[]
  try {
    await store.listAudit(undefined, 1)
    const now = instant(Number((await ask(`SELECT (extract(epoch FROM now()) * 1000)::bigint AS at`))[0]!.at))
    await run({
      store,
      address,
      now,
      old: async (table, ageMs) => {
        const each = partitioned.find((one) => one.table === table)!
        const from = Math.floor((now - ageMs) / each.widthMs) * each.widthMs
        await make(database, each, [{ from: instant(from), to: instant(from + each.widthMs) }])
      },
      partitionsOf: async (table) => {
        const found = await ask(
          `SELECT inhrelid::regclass::text AS at FROM pg_inherits WHERE inhparent = '${table}'::regclass`,
        )

        return found.map(({ at }) => at).sort()
      },
      placeOf: async (table, id) =>
        (await ask(`SELECT tableoid::regclass::text AS at FROM ${table} WHERE id = '\\x${id}'`))[0]?.at ?? 'nowhere',
    })
  } finally {
    await store.close()
    await database.close()
  }
}

const idAt = <Id extends string>(time: number) => uuid7(instant(time), randomBytes(10)) as Id

const aTokenAt = (time: number, expiresAt: Instant) => anOpaqueToken({ id: idAt<AccessTokenId>(time), expiresAt })

const codeAt = (time: number) => aCode({ id: idAt<CodeId>(time), expiresAt: instant(time + 60_000) })

test('partitions are made from an hour back to three hours ahead, and none twice', async () => {
  const at = instant(Date.UTC(2026, 0, 5, 8, 30))
  assert.deepEqual(
    neededAt(at, hourMs).map(({ from, to }) => [new Date(from).getUTCHours(), new Date(to).getUTCHours()]),
    [
      [7, 8],
      [8, 9],
      [9, 10],
      [10, 11],
      [11, 12],
    ],
  )
  await withStore(async ({ store, address, partitionsOf }) => {
    const made = await partitionsOf('codes')
    const others = [openPostgres({ connectionString: address }), openPostgres({ connectionString: address })]
    await Promise.all([store, ...others].map((each) => each.prune(morning, 10)))
    for (const each of others) await each.close()

    assert.ok(made.length >= 5, made.join(' '))
    assert.ok(made.includes('codes_rest'))
    assert.deepEqual((await partitionsOf('codes')).slice(0, made.length), made)
  })
})

test('a row is kept in the partition of its time; with an id far ahead or far behind it is kept all the same', async () => {
  await withStore(async ({ store, now, placeOf }) => {
    const codes = [0, -hourMs, hourMs, 24 * hourMs, -24 * hourMs, 3_650 * 24 * hourMs].map((by) => codeAt(now + by))
    for (const code of codes) await store.issueCode(code, undefined, undefined, anEvent(), now)

    const places = await Promise.all(codes.map(({ id }) => placeOf('codes', id)))
    const redeemed = await Promise.all(codes.map((code) => store.commit(aRedemption(code), now)))
    const again = await Promise.all(codes.map((code) => store.commit(aRedemption(code), now)))

    assert.deepEqual(
      places.map((place) => place === 'codes_rest'),
      [false, false, false, true, true, true],
    )
    assert.equal(new Set(places.slice(0, 3)).size, 3)
    assert.deepEqual(new Set(redeemed.map(({ kind }) => kind)), new Set(['done']))
    assert.deepEqual(new Set(again.map(({ kind }) => kind)), new Set(['already_redeemed']))
  })
})

test('a partition in which nothing lives leaves; one with a single live row stays, with all that is in it', async () => {
  await withStore(async ({ store, now, old, partitionsOf, placeOf }) => {
    await old('opaque_tokens', 3 * 24 * hourMs)
    await old('opaque_tokens', 5 * 24 * hourMs)
    const before = await partitionsOf('opaque_tokens')
    const dead = [5, 5, 3].map((days) => aTokenAt(now - days * 24 * hourMs, instant(now - 1)))
    const living = aTokenAt(now - 3 * 24 * hourMs, addSeconds(now, day))
    for (const opaqueToken of [...dead, living]) await store.commit(someChanges({ opaqueToken }), now)
    const places = await Promise.all(dead.map(({ id }) => placeOf('opaque_tokens', id)))

    const removed = await store.prune(now, 100)
    const left = await partitionsOf('opaque_tokens')
    const found = await Promise.all([...dead, living].map(({ id }) => store.findOpaqueToken(id)))
    await store.prune(living.expiresAt, 100)

    assert.equal(removed, 2)
    assert.equal(before.length - left.length, 1)
    assert.ok(!left.includes(places[0]!))
    assert.ok(left.includes(places[2]!))
    assert.deepEqual(found, [undefined, undefined, dead[2], living])
    assert.equal(await placeOf('opaque_tokens', living.id), 'nowhere')
    assert.equal((await partitionsOf('opaque_tokens')).length, left.length - 1)
  })
})

test('a redeemed code is recognised for an hour after its end, whatever leaves meanwhile', async () => {
  await withStore(async ({ store, now, old, placeOf }) => {
    await old('codes', 4 * hourMs)
    const code = codeAt(now - 4 * hourMs)
    await store.issueCode(code, undefined, undefined, anEvent(), now)
    await store.commit(aRedemption(code), now)

    await store.prune(instant(code.expiresAt + hourMs - 1), 100)
    const until = await placeOf('codes', code.id)
    await store.prune(instant(code.expiresAt + hourMs), 100)

    assert.notEqual(until, 'nowhere')
    assert.equal(await placeOf('codes', code.id), 'nowhere')
  })
})

test('where rows of its time are in the rest already, no partition is made, and they leave one by one', async () => {
  await withStore(async ({ store, now, old, partitionsOf }) => {
    const early = aTokenAt(now - 9 * 24 * hourMs, addSeconds(now, day))
    await store.commit(someChanges({ opaqueToken: early }), now)
    const before = await partitionsOf('opaque_tokens')

    await old('opaque_tokens', 9 * 24 * hourMs)

    assert.deepEqual(await partitionsOf('opaque_tokens'), before)
    assert.deepEqual(await store.findOpaqueToken(early.id), early)
    await store.prune(early.expiresAt, 100)
    assert.equal(await store.findOpaqueToken(early.id), undefined)
  })
})

test('no request fails while partitions come and go under load', async () => {
  await withStore(async ({ store, now, old, partitionsOf }) => {
    let going = true
    let done = 0
    const work = Array.from({ length: 6 }, async () => {
      while (going) {
        const code = codeAt(now)
        await store.issueCode(code, undefined, undefined, anEvent(), now)
        const first = await store.commit(aRedemption(code), now)
        const found = await store.findCode(code.id)
        assert.deepEqual([first.kind, found?.redeemedAt], ['done', now])
        done += 1
      }
    })

    const before = await partitionsOf('codes')
    for (let hours = 3; hours < 11; hours += 1) await old('codes', hours * hourMs)
    const between = await partitionsOf('codes')
    for (let tries = 0; tries < 50 && (await partitionsOf('codes')).length > before.length; tries += 1)
      await store.prune(now, 100)
    going = false
    await Promise.all(work)

    assert.ok(between.length > before.length)
    assert.deepEqual(await partitionsOf('codes'), before)
    assert.ok(done > 0)
  })
})

test('a table in use is left alone until the next round, and nobody waits for it meanwhile', async () => {
  await withStore(async ({ store, address, now, old, partitionsOf }) => {
    await old('codes', 9 * hourMs)
    const before = await partitionsOf('codes')

    const holder = execute(address, 'BEGIN; LOCK TABLE codes IN ACCESS SHARE MODE; SELECT pg_sleep(0.4); COMMIT')
    while ((await execute(address, `SELECT 1 FROM pg_locks WHERE relation = 'codes'::regclass`)).length === 0);
    await store.prune(now, 100)
    const during = await partitionsOf('codes')
    await holder
    await store.prune(now, 100)

    assert.deepEqual(during, before)
    assert.equal((await partitionsOf('codes')).length, before.length - 1)
  })
})

test('one row is looked for in one partition, with a statement that is planned once for all', async () => {
  await withStore(async ({ address, now }) => {
    const database = openDatabase({
      connectionString: address,
      maxConnections: 1,
      timeoutMs: 2500,
      maxWaitingCalls: 10,
      namedStatements: true,
      prepare: async () => undefined,
    })
    const id = idAt<CodeId>(now)
    const touched = async (statement: string, ...values: string[]) => {
      const { rows } = await database.run(
        plain(`SELECT name FROM pg_prepared_statements WHERE statement LIKE '%${statement}%'`),
      )
      const { name } = rows[0] as { name: string }
      const plan = await database.run(
        plain(`EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) EXECUTE ${name} (${values.join(', ')})`),
      )
      const lines = plan.rows.map((line) => (line as { 'QUERY PLAN': string })['QUERY PLAN'])

      return lines.filter((line) => /Scan.* on codes_/.test(line) && !line.includes('never executed')).length
    }
    try {
      await database.find(codeById, id)
      await database.run(whole(burnCode(id, now)))
      await database.run(plain('SET plan_cache_mode = force_generic_plan'))

      assert.equal(await touched('FROM codes WHERE id = asked', `'{"\\\\x${id}"}'`), 1)
      assert.equal(await touched('UPDATE codes SET burned_at', `${now}`, `'\\x${id}'`), 1)
    } finally {
      await database.close()
    }
  })
})
