import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { seededRandom, slowStore } from 'hufu/testing'
import { createSigningClient } from '../../support/assertion.ts'
import * as cast from '../../support/fixtures.ts'
import { proofOf } from '../../support/server.ts'
import type { TestServer, Tokens } from '../../support/server.ts'
import { serverOf } from '../../support/token-oracles.ts'
import { toForm } from '../../support/user-agent.ts'

/*
 * Two servers over one store, each 0 to 5 ms away from it at every call: what only holds because the embedded store is
 * quick, fails here. `HUFU_ROUNDS=1000` is the full set.
 */

const rounds = Math.ceil(Number(process.env['HUFU_ROUNDS'] ?? 60) / 30)
const crowds = [2, 10, 50]
const secret = 'c2VjcmV0LW9mLXRoZS1zZXJ2ZXItMzItb2N0ZXRzLWxvbmc'

/** The two servers; what is sent goes to one and the other in turn. */
async function fleet(t: TestContext): Promise<readonly [TestServer, TestServer]> {
  const slow = (seed: string) => ({
    secret,
    wrapStore: (store: TestServer['store']) => slowStore(store, seededRandom(`${t.name}${seed}`)),
  })
  const one = await serverOf(t, slow('one'))
  const other = await serverOf(t, { ...slow('other'), store: one.store })

  return [one, other]
}

async function atOnce(count: number, send: (at: number) => Promise<Response>) {
  const answers = await Promise.all(Array.from({ length: count }, (_, at) => send(at)))
  const bodies = await Promise.all(answers.map(async (each) => (await each.json()) as Tokens & { error?: string }))
  const won = bodies.filter((_, at) => answers[at]!.status === 200)
  const lost = bodies.filter((_, at) => answers[at]!.status !== 200)

  return { answers, won, lost }
}

for (const count of crowds) {
  test(`[CD-02] of ${count} redemptions of one code at once over two slow servers one succeeds, and the grant ends`, async (t) => {
    // req: O21-4.1.3-03, O21-4.1.3-04
    const servers = await fleet(t)
    for (let round = 0; round < rounds; round++) {
      const code = await servers[0].code()

      const { won, lost } = await atOnce(count, (at) => servers[at % 2 === 0 ? 0 : 1].redeem(code))

      assert.equal(won.length, 1)
      assert.ok(lost.every((each) => each.error === 'invalid_grant'))
      assert.deepEqual(await servers[1].introspect(won[0]!.access_token), { active: false }, 'the others were replays')
      const events = await servers[0].store.listAudit(undefined, 1000)
      const ids = events.filter((each) => each.type === 'authorization_revoked').map((each) => each.authorizationId)
      assert.equal(new Set(ids).size, ids.length, 'each grant ends once')
    }
  })

  test(`[RT-02] of ${count} uses of one refresh token at once over two slow servers each gets the same one successor`, async (t) => {
    // req: RT-03, O21-4.3.1-05, R6
    const servers = await fleet(t)
    for (let round = 0; round < rounds; round++) {
      const refresh_token = await servers[0].rt()

      const { won, lost } = await atOnce(count, (at) =>
        servers[at % 2 === 0 ? 0 : 1].token({ grant_type: 'refresh_token', refresh_token }),
      )

      assert.deepEqual(lost, [])
      assert.equal(new Set(won.map((each) => each.refresh_token)).size, 1)
      const next = await servers[1].token({ grant_type: 'refresh_token', refresh_token: won[0]!.refresh_token })
      assert.equal(next.status, 200)
    }
  })

  test(`[RT-02] without a retry window, of ${count} uses of one refresh token at once one succeeds and the grant ends`, async (t) => {
    // req: O21-4.3.1-05, BCP-4.14.2-02
    const servers = await fleet(t)
    assert.ok((await servers[0].server.saveClient({ ...cast.c1, hufu_refresh_retry: 0 })).ok)
    const refresh_token = await servers[0].rt()

    const { won, lost } = await atOnce(count, (at) =>
      servers[at % 2 === 0 ? 0 : 1].token({ grant_type: 'refresh_token', refresh_token }),
    )

    assert.equal(won.length, 1)
    assert.ok(lost.every((each) => each.error === 'invalid_grant'))
    assert.deepEqual(await servers[1].introspect(won[0]!.access_token), { active: false })
  })

  test(`[CA-06] of ${count} uses of one assertion at once over two slow servers one succeeds`, async (t) => {
    // req: JCA-3-07
    const servers = await fleet(t)
    const j1 = createSigningClient('j1', servers[0].issuer, servers[0].clock.now)
    assert.ok((await servers[0].server.saveClient(j1.metadata)).ok)
    const body = toForm({ grant_type: 'client_credentials', ...j1.prove() })

    const { won, lost } = await atOnce(count, (at) =>
      servers[at % 2 === 0 ? 0 : 1].send('/token', { method: 'POST', body }),
    )

    assert.equal(won.length, 1)
    assert.ok(lost.every((each) => each.error === 'invalid_client'))
  })
}

test('[RT-15] once a revocation is answered nothing of the grant works, whatever refreshes ran beside it', async (t) => {
  // req: REV-2.1-04
  const servers = await fleet(t)
  const bills = { scope: 'bills.read', resource: cast.r2 }
  const proof = proofOf(cast.c2)
  for (let round = 0; round < rounds * 3; round++) {
    const token = await servers[0].rt(bills, cast.c2)
    const revocation = servers[0].send('/revoke', { method: 'POST', body: toForm({ ...proof.form, token }) })

    const { won } = await atOnce(10, (at) =>
      servers[at % 2 === 0 ? 0 : 1].token({ grant_type: 'refresh_token', refresh_token: token }, cast.c2),
    )

    assert.equal((await revocation).status, 200)
    for (const { access_token, refresh_token } of won) {
      assert.deepEqual(await servers[1].introspect(access_token, cast.api2), { active: false })
      assert.equal((await servers[1].token({ grant_type: 'refresh_token', refresh_token }, cast.c2)).status, 400)
    }
  }
})

test('[CD-04] a right redemption beside a wrong one: one order or the other, and never both effects', async (t) => {
  // req: PK-06, D1
  const servers = await fleet(t)
  for (let round = 0; round < rounds * 3; round++) {
    const code = await servers[0].code()

    const [right, wrong] = await Promise.all([
      servers[0].redeem(code),
      servers[1].redeem(code, { code_verifier: 'a'.repeat(43) }),
    ])

    assert.equal(wrong.status, 400)
    const found = await servers[0].store.findCode(
      Buffer.from(code.code.slice(4), 'base64url').toString('hex', 0, 16) as never,
    )
    assert.notEqual(found?.burnedAt === undefined, found?.redeemedAt === undefined)
    assert.equal(right.status === 200, found?.redeemedAt !== undefined)
    if (right.status !== 200) continue
    const { access_token } = (await right.json()) as Tokens
    assert.equal((await servers[1].introspect(access_token))['active'], true, 'a wrong verifier ends nothing')
  }
})
