import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Commit } from '../../protocol/plan.ts'
import {
  aCode,
  anAuthorization,
  anEvent,
  anOpaqueToken,
  aRedemption,
  aRotation,
  morning,
  someChanges,
} from '../../testing/index.ts'
import { runBehindRelay } from '../contract/behind-relay.ts'
import type { BehindRelay } from '../contract/behind-relay.ts'
import { execute, startPostgres } from '../contract/real-postgres.ts'
import type { RealPostgres } from '../contract/real-postgres.ts'
import { openPostgres } from './index.ts'

let postgres: RealPostgres
before(async () => void (postgres = await startPostgres()))
after(() => postgres.stop())

let ports = 6400

const behindRelay = (run: (world: BehindRelay) => Promise<void>) => () => runBehindRelay(postgres, (ports += 1), run)

/** Numbers of transactions are given to those that write, one after the other. */
async function nextNumber(address: string): Promise<number> {
  const [row] = await execute(address, 'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next')

  return Number((row as { readonly next: string }).next)
}

async function costOf<Answer>({ relay, address }: BehindRelay, call: () => Promise<Answer>) {
  const number = await nextNumber(address)
  const trips = relay.roundTrips()
  const answers = await call()

  return { answers, roundTrips: relay.roundTrips() - trips, commits: (await nextNumber(address)) - number }
}

test(
  'what is written in one turn is one round trip and one commit, whoever wins or loses in it',
  behindRelay(async (world) => {
    const { store } = world
    const codes = Array.from({ length: 5 }, () => aCode())
    const issued = await costOf(world, () =>
      Promise.all(codes.map((code) => store.issueCode(code, undefined, undefined, anEvent(), morning))),
    )
    const redemptions = [...codes, codes[3]!].map((code) => aRedemption(code, { authorization: anAuthorization() }))
    const redeemed = await costOf(world, () =>
      Promise.all(redemptions.map((changes) => store.commit(changes, morning))),
    )

    assert.deepEqual(issued.answers, Array(5).fill('done'))
    assert.deepEqual([issued.roundTrips, issued.commits], [1, 1])
    const kinds = (redeemed.answers as Commit[]).map(({ kind }) => kind)
    assert.equal(kinds.filter((kind) => kind === 'done').length, 5)
    assert.equal(kinds.filter((kind) => kind === 'already_redeemed').length, 1)
    // The loser asks what the winner made.
    assert.deepEqual([redeemed.roundTrips, redeemed.commits], [2, 1])
    assert.equal((await store.listAudit(undefined, 100)).length, 10)
    assert.equal(store.vitals?.().commits?.writes.sum, 11)
  }),
)

test(
  'one write that fails takes nothing from those that shared its transaction',
  behindRelay(async ({ store }) => {
    const [taken, code] = [anOpaqueToken(), aCode()]
    const authorization = anAuthorization()
    await store.commit(someChanges({ opaqueToken: taken, authorization }), morning)
    await store.issueCode(code, undefined, undefined, anEvent(), morning)

    const outcomes = await Promise.allSettled([
      store.commit(aRotation(authorization), morning),
      store.commit(someChanges({ opaqueToken: taken }), morning),
      store.commit(aRedemption(code), morning),
    ])

    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    const found = await store.findAuthorization(authorization.id)
    assert.equal(found?.refresh?.generation, authorization.refresh!.generation + 1)
    assert.equal((await store.findCode(code.id))?.redeemedAt, morning)
    assert.equal((await store.listAudit(undefined, 100)).length, 4)
  }),
)

test('two instances that redeem the same codes at once in opposite orders never wait for each other in a ring', async () => {
  const connectionString = await postgres.createDatabase()
  const stores = [0, 1].map(() => openPostgres({ connectionString }))
  try {
    for (let round = 0; round < 10; round += 1) {
      const codes = Array.from({ length: 20 }, () => aCode())
      await Promise.all(codes.map((code) => stores[0]!.issueCode(code, undefined, undefined, anEvent(), morning)))
      const outcomes = await Promise.all(
        stores.flatMap((store, at) =>
          (at === 0 ? codes : codes.toReversed()).map((code) => store.commit(aRedemption(code), morning)),
        ),
      )
      assert.equal(outcomes.filter(({ kind }) => kind === 'done').length, codes.length)
    }
    const [row] = await execute(
      connectionString,
      'SELECT deadlocks::int AS deadlocks FROM pg_stat_database WHERE datname = current_database()',
    )
    assert.deepEqual(row, { deadlocks: 0 })
  } finally {
    for (const store of stores) await store.close()
  }
})
