import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createAuthorizationServer } from 'hufu'
import type { AuthorizationServer } from 'hufu'
import { openPostgres } from 'hufu/postgres'
import { anEvent } from 'hufu/testing'
import { startPostgres } from '../../src/store/contract/real-postgres.ts'
import type { RealPostgres } from '../../src/store/contract/real-postgres.ts'
import * as cast from '../support/fixtures.ts'
import { proofOf, startServer } from '../support/server.ts'
import type { TestServer, Tokens } from '../support/server.ts'
import type { TestClient } from '../support/fixtures.ts'
import { toForm } from '../support/user-agent.ts'
import type { Fields } from '../support/user-agent.ts'

let postgres: RealPostgres
let first: TestServer
let second: AuthorizationServer
let stop: () => Promise<void>

/** Two servers over one database: what one of them does holds at the other. */
before(async () => {
  postgres = await startPostgres()
  const connectionString = await postgres.createDatabase()
  const secret = randomBytes(32).toString('base64url')
  const { issuer, resources, scopes } = cast
  first = await startServer({ store: openPostgres({ connectionString }), secret })
  const store = openPostgres({ connectionString })
  second = createAuthorizationServer({ issuer, resources, scopes, secret, store, clock: first.clock.now })
  await second.ready()
  stop = () => second.close().then(() => store.close())
})

after(async () => {
  await stop?.()
  await first?.close()
  await postgres?.stop()
})

function postToSecond(path: string, form: Fields, client: TestClient = cast.c1, secret?: string): Promise<Response> {
  const proof = proofOf(secret === undefined ? client : { ...client, client_secret: secret })
  const init = { method: 'POST', body: toForm({ ...proof.form, ...form }), headers: proof.headers }

  return second.fetch(new Request(new URL(path, cast.issuer), init), '192.0.2.1')
}

const refreshAtSecond = (token: string | undefined) =>
  postToSecond('/token', { grant_type: 'refresh_token', refresh_token: token })

const isActiveAtSecond = async (token: string) =>
  ((await (await postToSecond('/introspect', { token }, cast.api1)).json()) as { readonly active: boolean }).active

test('[RT-04] a refresh that is tried again at another instance within the window gets the same successor', async () => {
  // req: RT-06
  const token = await first.rt()
  const one = (await (await first.token({ grant_type: 'refresh_token', refresh_token: token })).json()) as Tokens

  const again = (await (await refreshAtSecond(token)).json()) as Tokens
  first.later(60)
  const replay = await refreshAtSecond(token)

  assert.equal(again.refresh_token, one.refresh_token)
  assert.equal(replay.status, 400)
  assert.equal((await first.token({ grant_type: 'refresh_token', refresh_token: one.refresh_token })).status, 400)
})

test('[CA-11] wrong secrets are counted for all instances together', async () => {
  const form = { grant_type: 'client_credentials' }
  const wrong = 'not-the-secret-of-this-client-at-all'
  for (let count = 0; count < 10; count += 1) {
    await first.token(form, { ...cast.m1, client_secret: wrong })
    await postToSecond('/token', form, cast.m1, wrong)
  }

  assert.equal((await first.token(form, cast.m1)).status, 429)
  assert.equal((await postToSecond('/token', form, cast.m1)).status, 429)
  first.later(61)
  assert.equal((await postToSecond('/token', form, cast.m1)).status, 200)
})

test('[RT-13] what ends an account or what it was given before holds at the other instance', async () => {
  // req: RT-10, IN-05
  const [disabled, cut] = [await first.tokens(), await first.tokens()]
  const account = (await first.store.findAccountByUsername(cast.alice.username))!
  assert.equal(await isActiveAtSecond(disabled.access_token), true)

  await first.store.saveAccount({ ...account, disabledAt: first.clock.now() }, account.username, anEvent())
  const whileDisabled = await isActiveAtSecond(disabled.access_token)
  const refused = await refreshAtSecond(disabled.refresh_token)
  first.later(1)
  await first.store.saveAccount({ ...account, validAfter: first.clock.now() }, account.username, anEvent())

  assert.equal(whileDisabled, false)
  assert.equal(refused.status, 400)
  assert.equal(await isActiveAtSecond(cut.access_token), false)
  assert.equal((await refreshAtSecond(cut.refresh_token)).status, 400)
})

test('[IN-05] a changed secret and a cut-off of a client hold at the other instance', async () => {
  const { access_token } = await first.tokens()
  const id = cast.c1.client_id as Parameters<typeof first.store.findClient>[0]
  const client = (await first.store.findClient(id))!
  assert.equal(await isActiveAtSecond(access_token), true)
  first.later(1)

  await first.store.saveClient({ ...client, validAfter: first.clock.now(), secrets: [] }, anEvent())

  assert.equal(await isActiveAtSecond(access_token), false)
  assert.equal((await postToSecond('/token', { grant_type: 'refresh_token', refresh_token: 'x' })).status, 401)
})
