import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createAuthorizationServer } from 'hufu'
import type { AuthorizationServer } from 'hufu'
import { openPostgres } from 'hufu/postgres'
import { startPostgres } from '../../src/store/contract/real-postgres.ts'
import type { RealPostgres } from '../../src/store/contract/real-postgres.ts'
import * as cast from '../support/fixtures.ts'
import { proofOf, startServer } from '../support/server.ts'
import type { TestServer, Tokens } from '../support/server.ts'
import { toForm } from '../support/user-agent.ts'
import type { Fields } from '../support/user-agent.ts'

const parallel = 50
const rounds = Number(process.env['HUFU_ROUNDS'] ?? 5)

let postgres: RealPostgres
let first: TestServer
let second: AuthorizationServer
let closeSecond: () => Promise<void>

/** Two servers over one database: nothing that one of them remembers is known to the other. */
before(async () => {
  postgres = await startPostgres()
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
  await postgres?.stop()
})

/** From all sides at once, each instance in turn. */
const atOnce = (form: Fields) =>
  Promise.all(
    Array.from({ length: parallel }, async (_, index) => {
      const answer = index % 2 === 0 ? await first.token(form) : await tokenAtSecond(form)

      return { status: answer.status, body: (await answer.json()) as Tokens & { readonly error?: string } }
    }),
  )

function tokenAtSecond(form: Fields): Promise<Response> {
  const proof = proofOf(cast.c1)
  const init = { method: 'POST', body: toForm({ ...proof.form, ...form }), headers: proof.headers }

  return second.fetch(new Request(new URL('/token', cast.issuer), init), '192.0.2.1')
}

test(`[CD-02] of ${parallel} redemptions of one code at two instances exactly one succeeds, and the replays end what it made`, async () => {
  // req: O21-4.1.3-03
  for (let round = 0; round < rounds; round += 1) {
    const { code, verifier } = await first.code()

    const answers = await atOnce({ grant_type: 'authorization_code', code, code_verifier: verifier })

    const winners = answers.filter(({ status }) => status === 200)
    assert.equal(winners.length, 1, `round ${round}: ${answers.map(({ status }) => status).join(' ')}`)
    const losers = answers.filter(({ status }) => status !== 200)
    assert.ok(losers.every(({ status, body }) => status === 400 && body.error === 'invalid_grant'))
    assert.deepEqual(await first.introspect(winners[0]!.body.access_token), { active: false })
  }
  assert.deepEqual(first.faults, [])
})

test(`[RT-02] of ${parallel} uses of one refresh token at two instances every success carries the same one successor`, async () => {
  // req: O21-4.3.1-05
  for (let round = 0; round < rounds; round += 1) {
    const token = await first.rt()

    const answers = await atOnce({ grant_type: 'refresh_token', refresh_token: token })

    assert.ok(
      answers.every(({ status }) => status === 200),
      `round ${round}: ${answers.map(({ status }) => status).join(' ')}`,
    )
    const successors = new Set(answers.map(({ body }) => body.refresh_token))
    assert.equal(successors.size, 1)
    assert.ok(!successors.has(token))
    const next = await tokenAtSecond({ grant_type: 'refresh_token', refresh_token: [...successors][0] })
    assert.equal(next.status, 200)
  }
  assert.deepEqual(first.faults, [])
})

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
