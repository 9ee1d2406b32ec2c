import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { TestContext } from 'node:test'
import { createAuthorizationServer } from 'hufu'
import type { AuthorizationServer } from 'hufu'
import { openPostgres } from 'hufu/postgres'
import { execute, startPostgres } from '../../src/store/contract/real-postgres.ts'
import type { RealPostgres } from '../../src/store/contract/real-postgres.ts'
import { startRelay } from '../../src/store/contract/relay.ts'
import type { Relay } from '../../src/store/contract/relay.ts'
import * as cast from '../support/fixtures.ts'
import type { TestClient } from '../support/fixtures.ts'
import { proofOf, startServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { toForm } from '../support/user-agent.ts'
import type { Fields } from '../support/user-agent.ts'

/** What a request costs at the database. A commit is one that writes: what only reads waits for no disk. */
interface Cost {
  readonly roundTrips: number
  readonly statements: number
  readonly commits: number
}

let postgres: RealPostgres
let relay: Relay
let server: TestServer
/** Another instance over the same database, in this process: nothing that one remembers is known to the other. */
let other: AuthorizationServer
let otherStore: ReturnType<typeof openPostgres>
const secret = randomBytes(32).toString('base64url')
let address: string

before(async () => {
  postgres = await startPostgres()
  address = await postgres.createDatabase()
  relay = await startRelay(postgres, 6301)
  const connectionString = relay.through(address)
  server = await startServer({ store: openPostgres({ connectionString }), secret })
  otherStore = openPostgres({ connectionString })
  other = createAuthorizationServer({
    issuer: cast.issuer,
    resources: cast.resources,
    scopes: cast.scopes,
    secret,
    store: otherStore,
    clock: server.clock.now,
  })
  await other.ready()
})

after(async () => {
  await other?.close()
  await otherStore?.close()
  await server?.close()
  await relay?.stop()
  await postgres?.stop()
})

/** Numbers of transactions are given to those that write, one after the other. */
async function nextNumber(): Promise<number> {
  const [row] = await execute(address, 'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next')

  return Number((row as { readonly next: string }).next)
}

/** Of three tries the least: what a server does by itself now and then comes on top. */
async function costOf(context: TestContext, what: string, prepare: () => Promise<() => Promise<Response>>) {
  const costs = [
    await costOnce(what, await prepare()),
    await costOnce(what, await prepare()),
    await costOnce(what, await prepare()),
  ]
  const least = (key: keyof Cost) => Math.min(...costs.map((each) => each[key]))
  const cost = { roundTrips: least('roundTrips'), statements: least('statements'), commits: least('commits') }
  context.diagnostic(`${what}: ${cost.roundTrips} round trips, ${cost.statements} statements, ${cost.commits} commits`)

  return cost
}

async function costOnce(what: string, ask: () => Promise<Response>): Promise<Cost> {
  const number = await nextNumber()
  const [trips, statements] = [relay.roundTrips(), relay.statements()]
  const answer = await ask()
  assert.ok([200, 303].includes(answer.status), `${what}: ${answer.status}`)
  const cost = { roundTrips: relay.roundTrips() - trips, statements: relay.statements() - statements }

  return { ...cost, commits: (await nextNumber()) - number }
}

/** A confidential client: it is looked up together with what is counted against guesses of its secret. */
const authenticated = { roundTrips: 1, statements: 2, commits: 0 }
/** All that is written: one statement, one round trip, one commit. */
const written = { roundTrips: 1, statements: 1, commits: 1 }

const sum = (...parts: readonly Cost[]): Cost => ({
  roundTrips: parts.reduce((total, each) => total + each.roundTrips, 0),
  statements: parts.reduce((total, each) => total + each.statements, 0),
  commits: parts.reduce((total, each) => total + each.commits, 0),
})

const read = (statements: number): Cost => ({ roundTrips: 1, statements, commits: 0 })

test('a code is redeemed and a refresh token rotated in one round trip and one commit, by the instance that made it', async (context) => {
  const exchange = await costOf(context, 'code exchange', async () => {
    const given = await server.code()

    return () => server.redeem(given)
  })
  const refresh = await costOf(context, 'refresh', async () => {
    const token = await server.rt()

    return () => server.token({ grant_type: 'refresh_token', refresh_token: token })
  })

  assert.deepEqual([exchange, refresh], [written, written])
})

test('by another instance in two: what it does not remember is read', async (context) => {
  await postToOther({ grant_type: 'refresh_token', refresh_token: await server.rt() })
  const exchange = await costOf(context, 'code exchange elsewhere', async () => {
    const { code, verifier } = await server.code()

    return () => postToOther({ grant_type: 'authorization_code', code, code_verifier: verifier })
  })
  const refresh = await costOf(context, 'refresh elsewhere', async () => {
    const token = await server.rt()

    return () => postToOther({ grant_type: 'refresh_token', refresh_token: token })
  })

  // The code or the authorization, and whose it is; all that is written.
  assert.deepEqual([exchange, refresh], [sum(read(2), written), sum(read(2), written)])
})

test('a program that acts for itself has its token after one round trip', async (context) => {
  const cost = await costOf(
    context,
    'client credentials',
    async () => () => server.token({ grant_type: 'client_credentials' }, cast.m1),
  )

  assert.deepEqual(cost, written)
})

test('an authorization of somebody who is signed in and has agreed is one write too', async (context) => {
  const browser = await server.signedIn()
  await server.code({}, cast.c1, browser)
  const headers = { cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }

  const cost = await costOf(context, 'authorize', async () => {
    const { url } = server.authorize()

    return () => server.get(url.slice(server.issuer.length), headers)
  })

  // The client, the session, and whose it is; the consent; the code.
  assert.deepEqual(cost, sum(read(3), read(1), written))
})

test('introspection writes nothing, and a revocation once', async (context) => {
  const introspection = await costOf(context, 'introspection', async () => {
    const token = await server.at()

    return () => post('/introspect', token, cast.api1)
  })
  const revocation = await costOf(context, 'revocation', async () => {
    const token = await server.rt()

    return () => post('/revoke', token, cast.c1)
  })

  // Whether it was ended, its client, its authorization, and whose that is.
  assert.deepEqual(introspection, sum(authenticated, read(4)))
  assert.deepEqual(revocation, sum(authenticated, read(1), written))
})

test('requests of one turn share their statements: twenty at once cost what one does', async (context) => {
  const tokens = await Promise.all(Array.from({ length: 20 }, () => server.at()))
  const ask = (token: string) => post('/introspect', token, cast.api1)

  const one = await costOf(context, 'one introspection', async () => () => ask(tokens[0]!))
  const twenty = await costOf(context, 'twenty at once', async () => async () => {
    const answers = await Promise.all(tokens.map(ask))

    return answers[0]!
  })

  assert.deepEqual(twenty, one)
})

test('what many write at once shares its commits', async (context) => {
  const tokens = await Promise.all(Array.from({ length: 20 }, () => server.rt()))
  const cost = await costOnce('twenty refreshes at once', async () => {
    const answers = await Promise.all(
      tokens.map((token) => server.token({ grant_type: 'refresh_token', refresh_token: token })),
    )

    return answers.find(({ status }) => status !== 200) ?? answers[0]!
  })
  context.diagnostic(`twenty refreshes at once: ${cost.roundTrips} round trips, ${cost.commits} commits`)

  assert.ok(cost.commits <= 5, `${cost.commits} commits`)
})

function postToOther(form: Fields): Promise<Response> {
  const proof = proofOf(cast.c1)
  const init = { method: 'POST', body: toForm({ ...proof.form, ...form }), headers: { ...proof.headers } }

  return other.fetch(new Request(new URL('/token', cast.issuer), init), '192.0.2.1')
}

function post(path: string, token: string, client: TestClient): Promise<Response> {
  const { headers, form } = proofOf(client)

  return server.send(path, { method: 'POST', headers: { ...headers }, body: toForm({ ...form, token }) })
}
