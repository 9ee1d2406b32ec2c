import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { StoreUnavailable } from '../../ports/store.ts'
import type { Store } from '../../ports/store.ts'
import { anEvent } from '../../testing/index.ts'
import { execute, startPostgres } from '../contract/real-postgres.ts'
import type { RealPostgres } from '../contract/real-postgres.ts'
import { startRelay } from '../contract/relay.ts'
import { openPostgres } from './index.ts'
import { addressesOf, findPrimary } from './primary.ts'

let postgres: RealPostgres
before(async () => void (postgres = await startPostgres()))
after(() => postgres.stop())

const databaseOf = (address: string) => /\/([a-z0-9_]+)(?:\?|$)/.exec(address)![1]!

/** What holds of a replica too: it says so when it is asked, and refuses what writes. Told by way of another database. */
const setReplica = async (address: string, is: boolean) =>
  execute(
    await postgres.createDatabase(),
    `ALTER DATABASE ${databaseOf(address)} SET default_transaction_read_only = ${is ? 'on' : 'off'}`,
  )

async function untilItWrites(store: Store): Promise<void> {
  for (;;) {
    try {
      return await store.appendAudit(anEvent())
    } catch (error) {
      assert.ok(error instanceof StoreUnavailable)
      await pause(5)
    }
  }
}

test('a connection string may name several hosts, in either of the forms that libpq knows', () => {
  assert.deepEqual(addressesOf('postgres://hufu:a%2Cb@db-1/hufu'), ['postgres://hufu:a%2Cb@db-1/hufu'])
  assert.deepEqual(addressesOf('postgresql://hufu:a,b@db-1:5433,db-2/hufu?sslmode=verify-full'), [
    'postgresql://hufu:a,b@db-1:5433/hufu?sslmode=verify-full',
    'postgresql://hufu:a,b@db-2/hufu?sslmode=verify-full',
  ])
  assert.deepEqual(addressesOf('postgres://hufu@/hufu?host=/run/a,/run/b&port=5432,5433'), [
    'postgres://hufu@/hufu?host=%2Frun%2Fa&port=5432',
    'postgres://hufu@/hufu?host=%2Frun%2Fb&port=5433',
  ])
  assert.deepEqual(addressesOf('postgres://hufu@/hufu?host=/run/a'), ['postgres://hufu@/hufu?host=/run/a'])
})

test('of several hosts the one that takes writes is found, though another is a replica and a third does not answer', async () => {
  const [replica, primary] = [await postgres.createDatabase(), await postgres.createDatabase()]
  const frozen = await startRelay(postgres, 6101)
  frozen.freeze()
  await setReplica(replica, true)
  try {
    assert.equal(await findPrimary([frozen.through(primary), replica, primary], 300), primary)
    await assert.rejects(findPrimary([frozen.through(primary), replica], 300), StoreUnavailable)
  } finally {
    await frozen.stop()
  }
})

test('when the host goes away, the store goes on at the next one, and comes back when that one goes', async () => {
  const address = await postgres.createDatabase()
  const [one, other] = [await startRelay(postgres, 6102), await startRelay(postgres, 6103)]
  const store = openPostgres({
    connectionString: together(one.through(address), other.through(address)),
    timeoutMs: 300,
  })
  const isAnsweredBy = async (relay: typeof one) => {
    const earlier = relay.statements()
    await untilItWrites(store)

    return relay.statements() > earlier
  }
  try {
    await untilItWrites(store)
    const [here, there] = (await isAnsweredBy(one)) ? [one, other] : [other, one]

    here.freeze()
    assert.ok(await isAnsweredBy(there))
    there.freeze()
    here.thaw()
    assert.ok(await isAnsweredBy(here))
  } finally {
    one.thaw()
    other.thaw()
    await store.close()
    await one.stop()
    await other.stop()
  }
})

test('a host that became a replica is let go of at the first write that it refuses, and nothing is a fault', async () => {
  const address = await postgres.createDatabase()
  const store = openPostgres({ connectionString: address })
  try {
    await store.appendAudit(anEvent())
    await setReplica(address, true)
    await execute(address, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hufu'`)
    await pause(20)
    await assert.rejects(store.appendAudit(anEvent()), StoreUnavailable)
    await setReplica(address, false)

    // Connections of before would refuse for ever: what they may do was said when they were made.
    await untilItWrites(store)
  } finally {
    await store.close()
  }
})

/** Both addresses in one connection string. */
function together(one: string, other: string): string {
  const folderOf = (address: string) => /(?<=host=)[^&]+/.exec(address)?.[0]
  const portOf = (address: string) => /(?<=port=)[0-9]+/.exec(address)?.[0]
  const hostOf = (address: string) => /(?<=@|\/\/)[^@/]+(?=\/)/.exec(address)?.[0] ?? ''
  if (folderOf(one) === undefined) return one.replace(hostOf(one), `${hostOf(one)},${hostOf(other)}`)

  return `postgres://hufu@/${databaseOf(one)}?host=${folderOf(one)},${folderOf(other)}&port=${portOf(one)},${portOf(other)}`
}
