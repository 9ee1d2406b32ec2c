import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { anEvent } from 'hufu/testing'
import { startPostgres } from '../../src/store/contract/real-postgres.ts'
import type { RealPostgres } from '../../src/store/contract/real-postgres.ts'
import * as cast from '../support/fixtures.ts'
import type { TestServer, Tokens } from '../support/server.ts'
import { startTwoServers } from '../support/two-servers.ts'
import type { TwoServers } from '../support/two-servers.ts'

let postgres: RealPostgres
let servers: TwoServers
let first: TestServer
let postToSecond: TwoServers['postToSecond']

/** What one of the two does holds at the other. */
before(async () => {
  postgres = await startPostgres()
  servers = await startTwoServers(await postgres.createDatabase())
  ;({ first, postToSecond } = servers)
})

after(async () => {
  await servers?.close()
  await postgres?.stop()
})

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
