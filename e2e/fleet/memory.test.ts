import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPostgres } from 'hufu/postgres'
import { anAuthorization, anEvent, aRedemption } from 'hufu/testing'
import { parseCredential } from '../../src/protocol/credential.ts'
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

/** Writes what was decided though the code or the refresh token is not as it was. */
const stubborn = (store: Store): Store => ({
  ...store,
  commit: async (changes, now) => {
    const outcome = await store.commit(changes, now)

    return outcome.kind === 'already_redeemed' ? store.commit({ ...changes, redeem: undefined }, now) : outcome
  },
})

interface Asked {
  readonly send: () => Promise<Response>
  /** Of the code or of the authorization, which begins what was asked with. */
  readonly id: string
}

type Ask = (as: TestServer) => Promise<Asked>

const refresh: Ask = async (as) => {
  const token = await as.rt()

  return {
    id: idIn('refresh_token', token),
    send: () => as.token({ grant_type: 'refresh_token', refresh_token: token }),
  }
}

const exchange: Ask = async (as) => {
  const given = await as.code()

  return { id: idIn('code', given.code), send: () => as.redeem(given) }
}

const idIn = (kind: 'code' | 'refresh_token', text: string) => parseCredential(kind, text)!.id

type Elsewhere = Readonly<
  Record<string, readonly [Ask, (store: Store, as: TestServer, id: string) => Promise<unknown>]>
>

/** What happens elsewhere to what a request uses up, before it arrives. */
const uses: Elsewhere = {
  'the code is redeemed': [exchange, redeem],
  'the code is burned': [exchange, (store, as, id) => store.burnCode(id as never, anEvent(), as.clock.now())],
  'the authorization is ended': [refresh, end],
}

/** What happens to the others that it hangs on. */
const changes: Elsewhere = {
  'the secret is another one': [refresh, (store) => changeClient(store, { secrets: [] })],
  'the client is disabled': [exchange, (store, as) => changeClient(store, { disabledAt: as.clock.now() })],
  'what was given so far is void': [refresh, (store, as) => changeClient(store, { validAfter: as.clock.now() })],
  'the account is disabled': [exchange, (store, as) => changeAccount(store, { disabledAt: as.clock.now() })],
  'the password is another one': [refresh, (store, as) => changeAccount(store, { validAfter: as.clock.now() })],
  'somebody guesses at the secret': [refresh, failOften],
}

/** What one answers to each, with its OAuth error. */
async function answersOver(
  cases: Elsewhere,
  breaks: (store: Store) => Store,
): Promise<Readonly<Record<string, string>>> {
  const connectionString = await postgres.createDatabase()
  const answers: Record<string, string> = {}
  for (const [what, [ask, change]] of Object.entries(cases)) {
    const [store, elsewhere] = [openPostgres({ connectionString }), openPostgres({ connectionString })]
    const as = await startServer({ store: breaks(store) })
    await as.rt()
    const asked = await ask(as)
    as.later(1)
    await change(elsewhere, as, asked.id)
    const answer = await asked.send()
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
  assert.deepEqual(await answersOver(changes, unchanged), {
    'the secret is another one': 'invalid_client',
    'the client is disabled': 'invalid_client',
    'what was given so far is void': 'invalid_grant',
    'the account is disabled': 'invalid_grant',
    'the password is another one': 'invalid_grant',
    'somebody guesses at the secret': 'temporarily_unavailable',
  })
})

test('[CA-13] a store that does not ask again gives tokens to all of them', async () => {
  const answers = await answersOver(changes, believing)

  assert.deepEqual([...new Set(Object.values(answers))], ['given'])
})

test('[CD-02] a code or a refresh token that was used or ended elsewhere is good for nothing, though it is remembered', async () => {
  // req: RT-02
  assert.deepEqual(await answersOver(uses, unchanged), {
    'the code is redeemed': 'invalid_grant',
    'the code is burned': 'invalid_grant',
    'the authorization is ended': 'invalid_grant',
  })
})

test('[CD-02] a store that writes though another was first gives tokens for all of them', async () => {
  const answers = await answersOver(uses, stubborn)

  assert.deepEqual([...new Set(Object.values(answers))], ['given'])
})

async function redeem(store: Store, as: TestServer, id: string): Promise<void> {
  const code = await store.findCode(id as never)
  await store.commit(aRedemption(code!, { authorization: anAuthorization({ subject: code!.subject }) }), as.clock.now())
}

async function end(store: Store, as: TestServer, id: string): Promise<void> {
  await store.revokeAuthorization(id as never, 'removed_by_person', anEvent(), as.clock.now())
}

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
