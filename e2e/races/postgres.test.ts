import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createAuthorizationServer } from 'hufu'
import type { AuthorizationServer } from 'hufu'
import { openPostgres } from 'hufu/postgres'
import { startPostgres } from '../../src/store/contract/real-postgres.ts'
import * as cast from '../support/fixtures.ts'
import { newSecret, startInstance } from '../support/instances.ts'
import { proofOf, startServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { toForm } from '../support/user-agent.ts'
import type { Fields } from '../support/user-agent.ts'
import { describeRaces } from './describe-races.ts'

const postgres = await startPostgres()

let first: TestServer
let second: AuthorizationServer
let closeSecond: () => Promise<void>

/** Two processes over one database. */
describeRaces('two instances over PostgreSQL', async () => {
  const store = { kind: 'postgres', connectionString: await postgres.createDatabase() } as const
  const secret = newSecret()
  const start = () => startInstance({ store, secret, port: 0 })

  return [await start(), await start()]
})

/** Two servers over one database: nothing that one of them remembers is known to the other. */
before(async () => {
  const connectionString = await postgres.createDatabase()
  const secret = randomBytes(32).toString('base64url')
  const { issuer, resources, scopes } = cast
  first = await startServer({ store: openPostgres({ connectionString }), secret })
  const store = openPostgres({ connectionString })
  second = createAuthorizationServer({ issuer, resources, scopes, secret, store, clock: first.clock.now })
  await second.ready()
  closeSecond = () => second.close().then(() => store.close())
})

after(async () => {
  await closeSecond?.()
  await first?.close()
  await postgres.stop()
})

function tokenAtSecond(form: Fields): Promise<Response> {
  const proof = proofOf(cast.c1)
  const init = { method: 'POST', body: toForm({ ...proof.form, ...form }), headers: proof.headers }

  return second.fetch(new Request(new URL('/token', cast.issuer), init), '192.0.2.1')
}

test('[RT-15] what one instance revoked is dead at the other at once', async () => {
  const tokens = await first.tokens()
  const revocation = { token: tokens.refresh_token }
  const proof = proofOf(cast.c1)
  const init = { method: 'POST', body: toForm({ ...proof.form, ...revocation }), headers: proof.headers }

  const revoked = await second.fetch(new Request(new URL('/revoke', cast.issuer), init), '192.0.2.1')

  assert.equal(revoked.status, 200)
  const late = await first.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })
  assert.equal(late.status, 400)
  assert.deepEqual(await first.introspect(tokens.access_token), { active: false })
})

test('an app that an operator disabled at one instance gets nothing at the other', async () => {
  const { refresh_token } = await first.tokens()
  await first.disable(cast.c1)

  const answer = await tokenAtSecond({ grant_type: 'refresh_token', refresh_token })

  assert.equal(answer.status, 401)
})
