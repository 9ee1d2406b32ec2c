import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startPostgres } from '../../src/store/contract/real-postgres.ts'
import * as cast from '../support/fixtures.ts'
import { newSecret, startInstance } from '../support/instances.ts'
import { describeRaces } from './describe-races.ts'
import { startTwoServers } from '../support/two-servers.ts'
import type { TwoServers } from '../support/two-servers.ts'

const postgres = await startPostgres()

let servers: TwoServers

/** Two processes over one database. */
describeRaces('two instances over PostgreSQL', async () => {
  const store = { kind: 'postgres', connectionString: await postgres.createDatabase() } as const
  const secret = newSecret()
  const start = () => startInstance({ store, secret, port: 0 })

  return [await start(), await start()]
})

before(async () => {
  servers = await startTwoServers(await postgres.createDatabase())
})

after(async () => {
  await servers?.close()
  await postgres.stop()
})

test('[RT-15] what one instance revoked is dead at the other at once', async () => {
  const { first, postToSecond } = servers
  const tokens = await first.tokens()

  const revoked = await postToSecond('/revoke', { token: tokens.refresh_token })

  assert.equal(revoked.status, 200)
  const late = await first.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })
  assert.equal(late.status, 400)
  assert.deepEqual(await first.introspect(tokens.access_token), { active: false })
})

test('an app that an operator disabled at one instance gets nothing at the other', async () => {
  const { first, postToSecond } = servers
  const { refresh_token } = await first.tokens()
  await first.disable(cast.c1)

  const answer = await postToSecond('/token', { grant_type: 'refresh_token', refresh_token })

  assert.equal(answer.status, 401)
})
