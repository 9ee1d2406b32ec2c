import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPostgres } from 'hufu/postgres'
import { anEvent } from 'hufu/testing'
import { emptied, execute, startPostgres } from '../../src/store/contract/real-postgres.ts'
import type { RealPostgres } from '../../src/store/contract/real-postgres.ts'
import * as cast from '../support/fixtures.ts'
import { startServer } from '../support/server.ts'
import type { TestServer, TestServerOptions } from '../support/server.ts'

type Store = NonNullable<TestServerOptions['store']>

/*
 * One server, which remembers all that it needs for a yes, while the store is changed through another connection, as by
 * another instance. The same over stores that do not ask whether what was remembered still holds: so much is at stake.
 */

let postgres: RealPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres?.stop())

const unchanged = (store: Store): Store => store

/** Forgets what a decision hangs on. */
const believing = (store: Store): Store => ({
  ...store,
  commit: (changes, now) => store.commit({ ...changes, assumes: undefined }, now),
})

type Ask = (as: TestServer) => Promise<() => Promise<Response>>

const refresh: Ask = async (as) => {
  const token = await as.rt()

  return () => as.token({ grant_type: 'refresh_token', refresh_token: token })
}

const exchange: Ask = async (as) => {
  const given = await as.code()

  return () => as.redeem(given)
}

/** What is asked, and what happens elsewhere before it arrives. */
const changes: Readonly<Record<string, readonly [Ask, (store: Store, as: TestServer) => Promise<unknown>]>> = {
  'the secret is another one': [refresh, (store) => changeClient(store, { secrets: [] })],
  'the client is disabled': [exchange, (store, as) => changeClient(store, { disabledAt: as.clock.now() })],
  'what was given so far is void': [refresh, (store, as) => changeClient(store, { validAfter: as.clock.now() })],
  'the account is disabled': [exchange, (store, as) => changeAccount(store, { disabledAt: as.clock.now() })],
  'the password is another one': [refresh, (store, as) => changeAccount(store, { validAfter: as.clock.now() })],
  'somebody guesses at the secret': [refresh, failOften],
}

/** What one answers to each, with its OAuth error. */
async function answersOver(breaks: (store: Store) => Store): Promise<Readonly<Record<string, string>>> {
  const connectionString = await postgres.createDatabase()
  const answers: Record<string, string> = {}
  for (const [what, [ask, change]] of Object.entries(changes)) {
    const [store, elsewhere] = [openPostgres({ connectionString }), openPostgres({ connectionString })]
    const as = await startServer({ store: breaks(store) })
    await as.rt()
    const asked = await ask(as)
    as.later(1)
    await change(elsewhere, as)
    const answer = await asked()
    answers[what] = answer.status === 200 ? 'given' : ((await answer.json()) as { readonly error: string }).error
    await as.close()
    await store.close()
    await elsewhere.close()
    await execute(connectionString, emptied)
  }

  return answers
}

test('[CA-13] what changed elsewhere counts at once, though this instance remembers it otherwise', async () => {
  // req: CA-11
  assert.deepEqual(await answersOver(unchanged), {
    'the secret is another one': 'invalid_client',
    'the client is disabled': 'invalid_client',
    'what was given so far is void': 'invalid_grant',
    'the account is disabled': 'invalid_grant',
    'the password is another one': 'invalid_grant',
    'somebody guesses at the secret': 'temporarily_unavailable',
  })
})

test('[CA-13] a store that does not ask again gives tokens to all of them', async () => {
  const answers = await answersOver(believing)

  assert.deepEqual([...new Set(Object.values(answers))], ['given'])
})

async function changeClient(store: Store, change: object): Promise<void> {
  const client = await store.findClient(cast.c1.client_id as Parameters<Store['findClient']>[0])
  await store.saveClient({ ...client!, ...change }, anEvent())
}

async function changeAccount(store: Store, change: object): Promise<void> {
  const account = await store.findAccountByUsername(cast.alice.username)
  await store.saveAccount({ ...account!, ...change }, cast.alice.username, anEvent())
}

const mostFailures = 20

async function failOften(store: Store, as: TestServer): Promise<void> {
  const now = as.clock.now()
  for (let count = 0; count < mostFailures; count += 1)
    await store.countAttempt(`client 60 ${cast.c1.client_id} 192.0.2.1`, (now + 60_000) as typeof now, now)
}
