import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addSeconds, seconds } from '../../base/time.ts'
import { StoreUnavailable } from '../../ports/store.ts'
import type { Attempts } from '../../ports/store.ts'
import type { PushedRequestId } from '../../protocol/authorization.ts'
import {
  aCode,
  anAuthorization,
  anEvent,
  anId,
  anOpaqueToken,
  aRedemption,
  aRotation,
  aSelfRegisteredClient,
  aTransaction,
  answering,
  morning,
  shop,
  someChanges,
} from '../../testing/index.ts'
import { runBehindRelay, untilItAnswers } from '../contract/behind-relay.ts'
import type { BehindRelay } from '../contract/behind-relay.ts'
import { execute, startPostgres } from '../contract/real-postgres.ts'
import type { RealPostgres } from '../contract/real-postgres.ts'
import { startRelay } from '../contract/relay.ts'
import { openDatabase } from './database.ts'
import { openPostgres } from './index.ts'
import { migrate } from './migrate.ts'
import { migrations } from './schema.ts'
import { plain, sql } from './sql.ts'

let postgres: RealPostgres
before(async () => void (postgres = await startPostgres()))
after(() => postgres.stop())

let ports = 6000

const littlePatience = 300

const behindRelay = (run: (world: BehindRelay) => Promise<void>, timeoutMs?: number) => () =>
  runBehindRelay(postgres, (ports += 1), run, timeoutMs)

test(
  'a database that freezes is not waited for; once it goes on, so does the store',
  behindRelay(async ({ store, relay }) => {
    relay.freeze()
    const calls = Array.from({ length: 20 }, (_, index) =>
      index % 2 === 0 ? store.findClient(shop) : store.appendAudit(anEvent()),
    )

    const answers = await Promise.allSettled(calls)
    relay.thaw()

    for (const answer of answers)
      assert.ok(answer.status === 'rejected' && answer.reason instanceof StoreUnavailable, answer.status)
    await untilItAnswers(store)
    const { made = 0, lost = 0, seconds } = store.vitals?.().pool ?? {}
    assert.ok(made >= 2 && lost >= 1 && (seconds?.sum ?? 0) > 0)
  }, littlePatience),
)

test('a database that is frozen from the beginning is not waited for either, and found as soon as it is there', async () => {
  const address = await postgres.createDatabase()
  const relay = await startRelay(postgres, (ports += 1))
  relay.freeze()
  const store = openPostgres({ connectionString: relay.through(address), timeoutMs: littlePatience })
  try {
    await assert.rejects(store.findClient(shop), StoreUnavailable)
    relay.thaw()
    await untilItAnswers(store)
  } finally {
    await store.close()
    await relay.stop()
  }
})

test(
  'a connection that is lost in the middle of a commit is told as such: what was written is not written again',
  behindRelay(async ({ store, relay, address }) => {
    const event = anEvent()
    relay.cutNextAnswer()

    await assert.rejects(store.appendAudit(event), StoreUnavailable)

    const [{ events }] = (await execute(address, 'SELECT count(*)::int AS events FROM audit')) as [{ events: number }]
    await untilItAnswers(store)
    assert.equal(events, 1)
    assert.deepEqual(await store.listAudit(undefined, 10), [event])
  }),
)

test(
  'a transaction whose connection is lost before its end leaves nothing',
  behindRelay(async ({ store, relay }) => {
    relay.cutNextAnswer()

    const client = aSelfRegisteredClient()
    const registration = { client, tokenId: undefined, maxClients: 9 }
    await assert.rejects(store.registerClient(registration, anEvent(), morning), StoreUnavailable)

    await untilItAnswers(store)
    assert.equal(await store.findClient(client.id), undefined)
    assert.equal(await store.registerClient(registration, anEvent(), morning), 'done')
  }),
)

test(
  'an operator who ends all connections ends no process, and the store connects again',
  behindRelay(async ({ store, address }) => {
    await Promise.all(Array.from({ length: 8 }, () => store.findClient(shop)))

    await execute(address, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $$hufu$$')

    await untilItAnswers(store)
  }),
)

test(
  'a code, a refresh token, a revocation: one round trip each, however much is written',
  behindRelay(async ({ store, relay }) => {
    const [code, transaction] = [aCode(), aTransaction()]
    const [authorization, opaqueToken] = [anAuthorization(), anOpaqueToken()]
    await store.saveTransaction(transaction)
    const tripsOf = async (call: () => Promise<unknown>) => {
      const earlier = relay.roundTrips()
      await call()

      return relay.roundTrips() - earlier
    }

    const trips = [
      await tripsOf(() => store.issueCode(code, answering(transaction.id), undefined, anEvent(), morning)),
      await tripsOf(() => store.commit(aRedemption(code, { authorization, opaqueToken }), morning)),
      await tripsOf(() => store.commit(aRotation(authorization, { opaqueToken: anOpaqueToken() }), morning)),
      await tripsOf(() => store.revokeAccessToken(opaqueToken.id, opaqueToken.expiresAt, anEvent())),
      await tripsOf(() => store.revokeAuthorization(authorization.id, 'revoked_by_client', anEvent(), morning)),
    ]

    assert.deepEqual(trips, [1, 1, 1, 1, 1])
    assert.equal((await store.listAudit(undefined, 10)).length, 5)
  }),
)

test(
  'what is looked up in one turn is one round trip, and one statement for each kind; who asks alone gets the same',
  behindRelay(async ({ store, relay }) => {
    const tokens = Array.from({ length: 20 }, () => anOpaqueToken())
    for (const opaqueToken of tokens) await store.commit(someChanges({ opaqueToken }), morning)
    await store.countAttempt('li.wei', addSeconds(morning, seconds(60)), morning)
    const [trips, statements] = [relay.roundTrips(), relay.statements()]

    const found = await Promise.all([
      ...tokens.map(({ id }) => store.findOpaqueToken(id)),
      store.findOpaqueToken(anId()),
      store.findOpaqueToken(tokens[0]!.id),
      store.findAttempts('li.wei', morning),
      store.findAttempts('ana', morning),
      store.findClient(shop),
    ])

    assert.deepEqual([relay.roundTrips() - trips, relay.statements() - statements], [1, 3])
    assert.deepEqual(found.slice(0, 20), tokens)
    assert.deepEqual(found.slice(20, 22), [undefined, tokens[0]])
    assert.deepEqual([(found[22] as Attempts).count, found[23], found[24]], [1, undefined, undefined])
    for (const token of tokens) assert.deepEqual(await store.findOpaqueToken(token.id), token)
  }),
)

test(
  'a transaction begins together with its first step',
  behindRelay(async ({ store, relay }) => {
    const [client, transaction] = [aSelfRegisteredClient(), aTransaction()]
    await store.saveTransaction(transaction)
    const earlier = [relay.roundTrips(), relay.statements()]
    const push = { id: anId<PushedRequestId>(), until: addSeconds(morning, seconds(60)) }
    const answers = { ...answering(transaction.id), pushed: push }

    await store.issueCode(aCode({ clientId: client.id }), answers, undefined, anEvent(), morning)

    const after = [relay.roundTrips(), relay.statements()]
    // BEGIN with the change, then COMMIT: whether it is kept depends on what the change found.
    assert.deepEqual(
      after.map((count, index) => count - earlier[index]!),
      [2, 3],
    )
  }),
)

test(
  'the same for a client that registered itself, but for its first use of the day',
  behindRelay(async ({ store, relay }) => {
    const client = aSelfRegisteredClient()
    await store.registerClient({ client, tokenId: undefined, maxClients: 9 }, anEvent(), morning)
    const until = addSeconds(morning, seconds(60))
    const issue = () =>
      store.commit(
        someChanges({ opaqueToken: anOpaqueToken({ clientId: client.id }), user: { clientId: client.id, until } }),
        morning,
      )

    await issue()
    const earlier = relay.roundTrips()
    await issue()

    assert.equal(relay.roundTrips() - earlier, 1)
  }),
)

test('more calls than may wait are refused at once, and the others are answered', async () => {
  const connectionString = await postgres.createDatabase()
  const store = openPostgres({ connectionString, maxConnections: 1, maxWaitingCalls: 2 })
  try {
    await store.findClient(shop)
    const answers = await Promise.allSettled(Array.from({ length: 6 }, () => store.findClient(shop)))

    assert.deepEqual(
      answers.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected', 'rejected'],
    )
  } finally {
    await store.close()
  }
})

test('several instances that prune at once share the work, and no row is in the way of another', async () => {
  const connectionString = await postgres.createDatabase()
  const stores = [0, 1, 2].map(() => openPostgres({ connectionString }))
  try {
    const end = addSeconds(morning, seconds(60))
    for (let count = 0; count < 60; count += 1) {
      await stores[0]!.useOnce(`key ${count}`, end)
      await stores[0]!.commit(someChanges({ authorization: anAuthorization({ endsAt: end }) }), morning)
    }

    const removed = await Promise.all(stores.flatMap((store) => [store.prune(end, 25), store.prune(end, 25)]))
    for (const store of stores) removed.push(await store.prune(end, 1000))

    assert.equal(
      removed.reduce((sum, count) => sum + count, 0),
      120,
    )
  } finally {
    for (const store of stores) await store.close()
  }
})

test('a database of a newer Hufu, or with another step than ours, is not touched', async () => {
  const connectionString = await postgres.createDatabase()
  const store = openPostgres({ connectionString })
  await store.findClient(shop)
  await store.close()
  const looksAt = async (statement: string) => {
    await execute(connectionString, statement)
    const opened = openPostgres({ connectionString })
    const error = await opened.useOnce(anId(), morning).then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    )
    await opened.close()

    return error?.message
  }

  assert.match((await looksAt(`INSERT INTO migrations VALUES (99, 'later', 'x', 99)`)) ?? '', /newer Hufu.*99/)
  assert.match((await looksAt(`DELETE FROM migrations WHERE number < 99`)) ?? '', /another schema step 99/)
  assert.deepEqual(await execute(connectionString, 'SELECT count(*)::int AS used FROM used_once'), [{ used: 0 }])
})

test('what PostgreSQL undoes so that others can go on is done again; nothing else is', async () => {
  const connectionString = await postgres.createDatabase()
  const database = openDatabase({
    connectionString,
    maxConnections: 1,
    timeoutMs: 2500,
    maxWaitingCalls: 10,
    namedStatements: true,
    prepare: async (unprepared) => void (await migrate(unprepared, migrations)),
  })
  const attempts = async (sqlstate: string, failures: number) => {
    let count = 0
    const outcome = await database
      .transaction(async ({ run }) => {
        count += 1
        if (count <= failures) await run(plain(`DO $$ BEGIN RAISE SQLSTATE '${sqlstate}'; END $$`))
      })
      .then(
        () => 'done',
        (error: unknown) => (error instanceof StoreUnavailable ? 'unavailable' : 'fault'),
      )

    return [count, outcome]
  }
  try {
    assert.deepEqual(await attempts('40P01', 2), [3, 'done'])
    assert.deepEqual(await attempts('40001', 9), [3, 'unavailable'])
    assert.deepEqual(await attempts('53100', 1), [1, 'unavailable'])
    assert.deepEqual(await attempts('22000', 1), [1, 'fault'])
  } finally {
    await database.close()
  }
})

test('a statement that the session does not know, as behind a proxy, is done again, and no session is counted on from then on', async () => {
  const connectionString = await postgres.createDatabase()
  const options = { connectionString, maxConnections: 1, timeoutMs: 2500, maxWaitingCalls: 10, namedStatements: true }
  const database = openDatabase({ ...options, prepare: async () => undefined })
  const ask = async () => (await database.run(sql`SELECT ${'asked'}::text AS answer`)).rows
  const prepared = async () => (await database.run(plain('SELECT name FROM pg_prepared_statements'))).rows
  try {
    await ask()
    assert.equal((await prepared()).length, 1)
    await database.run(plain('DEALLOCATE ALL'))

    assert.deepEqual(await ask(), [{ answer: 'asked' }])

    assert.deepEqual(await prepared(), [])
  } finally {
    await database.close()
  }
})

test('what is no address of a database is refused without being told', () => {
  assert.throws(
    () => openPostgres({ connectionString: 'mysql://hufu:very-secret@db/hufu' }),
    (error: Error) => !error.message.includes('secret'),
  )
})
