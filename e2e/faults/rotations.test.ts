import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createGuard } from 'hufu/guard'
import type { Guard } from 'hufu/guard'
import { execute } from '../../src/store/contract/real-postgres.ts'
import { asRacer, createHttpClient, form, tokensOf } from '../support/child-server.ts'
import type { HttpClient } from '../support/child-server.ts'
import { fleetIssuer, ordersApi, startFleet } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { startNode } from '../support/postgres-cluster.ts'
import type { PostgresNode } from '../support/postgres-cluster.ts'

/** `HUFU_ROTATIONS=12` is the full set (`npm run test:faults`). */
const rotations = Number(process.env['HUFU_ROTATIONS'] ?? 2)
/** Milliseconds of load before a key begins to sign, and after. */
const loadBefore = 2_000
const loadAfter = 2_000

let postgres: PostgresNode
let address: string
let fleet: Fleet
let doors: readonly HttpClient[]
let guards: readonly Guard[]
/** What the clock of the database, which counts, is ahead of ours. */
let ahead = 0

/**
 * The clock of the database can be set: a function of ours stands before its own. The clocks of the guards are set
 * with it; no server is told.
 */
const settableClock = `
  CREATE SCHEMA test;
  CREATE TABLE test.clock (ahead bigint NOT NULL);
  INSERT INTO test.clock VALUES (0);
  CREATE FUNCTION test.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
    'SELECT pg_catalog.clock_timestamp() + (SELECT ahead FROM test.clock) * interval ''1 millisecond''';
  ALTER DATABASE hufu SET search_path = public, test, pg_catalog`

before(async () => {
  postgres = await startNode({ settings: { fsync: 'off' } })
  await execute(postgres.address(), 'CREATE DATABASE hufu')
  address = postgres.address('hufu')
  await execute(address, settableClock)
  const flags = ['--import', fileURLToPath(new URL('../support/quick-timers.ts', import.meta.url))]
  fleet = await startFleet({ database: address, size: 2, flags })
  doors = fleet.members.map(({ url }) => createHttpClient(url, 10))
  guards = fleet.members.map(({ url }) =>
    createGuard({
      issuer: fleetIssuer,
      resource: ordersApi,
      now: () => Date.now() + ahead,
      // Each learns the keys from another server, and neither server has the name of the issuer.
      fetch: (input, init) => fetch((input as string).replace(fleetIssuer, url), init),
    }),
  )
})

after(async () => {
  for (const door of doors ?? []) door.close()
  await fleet?.remove()
  await postgres?.remove()
})

/** When the last key that was made begins to sign. */
async function nextActivation(): Promise<number> {
  const [row] = (await execute(address, 'SELECT max(active_from)::text AS at FROM signing_keys')) as { at: string }[]

  return Number(row!.at)
}

const askToken = async (door: HttpClient) =>
  tokensOf(await door.send('POST', '/token', asRacer, form({ grant_type: 'client_credentials', scope: 'orders.read' })))
    .access_token

const partOf = (token: string, part: 0 | 1) =>
  JSON.parse(Buffer.from(token.split('.')[part]!, 'base64url').toString()) as { kid: string; iat: number }

/** Everybody's clock at once; nobody works meanwhile, since the servers follow the database one after the other. */
async function setClock(to: number): Promise<void> {
  ahead = Math.round(to - Date.now())
  await execute(address, `UPDATE test.clock SET ahead = ${ahead}`)
  for (const door of doors)
    while (Math.abs(partOf(await askToken(door), 1).iat * 1000 - (Date.now() + ahead)) > 3_000) await pause(50)
}

const failures: string[] = []
let verified = 0
const kids = new Set<string>()

async function verify(token: string): Promise<void> {
  for (const guard of guards) {
    const request = new Request(`${ordersApi}/orders`, { headers: { authorization: `Bearer ${token}` } })
    const admission = await guard.admit(request, { scope: ['orders.read'] })
    verified += 1
    if (!admission.ok) failures.push(JSON.stringify(admission.response))
  }
}

/** Tokens of both servers, each checked by both guards at once and again when the next key may sign already. */
async function work(until: number): Promise<void> {
  const earlier: string[] = []
  for (let count = 0; performance.now() < until; count += 1) {
    const token = await askToken(doors[count % doors.length]!)
    kids.add(partOf(token, 0).kid)
    await verify(token)
    if (count % 20 === 0) earlier.push(token)
    await pause(10)
  }
  for (const token of earlier) await verify(token)
}

test(`[OIDC-10.1.1-01] ${rotations} times another key begins to sign under load, and two guards refuse no token`, async (t) => {
  for (let count = 0; count < rotations; count += 1) {
    const at = await nextActivation()
    await setClock(at - loadBefore)
    const until = performance.now() + loadBefore + loadAfter
    await Promise.all(Array.from({ length: 4 }, () => work(until)))
    // Whoever rotates has made the next one by now.
    assert.ok((await nextActivation()) > at)
  }

  assert.deepEqual(failures, [])
  t.diagnostic(
    `${rotations} rotations, ${kids.size} keys that signed, ${verified} verifications, ${failures.length} failed`,
  )
  assert.equal(kids.size, rotations + 1)
})
