import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as cast from '../../support/fixtures.ts'
import type { TestClient } from '../../support/fixtures.ts'
import { proofOf } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertJson, assertRefused, assertTokens, serverOf } from '../../support/token-oracles.ts'
import { toForm } from '../../support/user-agent.ts'
import type { Fields } from '../../support/user-agent.ts'

function revoke(as: TestServer, token: string | undefined, client: TestClient = cast.c1, more: Fields = {}) {
  const { form, headers } = proofOf(client)

  return as.send('/revoke', { method: 'POST', body: toForm({ ...form, token, ...more }), headers })
}

async function assertDone(response: Response): Promise<void> {
  assert.equal(response.status, 200)
  assertJson(response)
  assert.equal(await response.text(), '{}')
}

const refresh = (as: TestServer, refresh_token: string | undefined, client: TestClient = cast.c1) =>
  as.token({ grant_type: 'refresh_token', refresh_token }, client)

const bills = { scope: 'bills.read', resource: cast.r2 }

test('[REV-2.1-03] revoking a refresh token ends its grant at once: that token, its successors, every access token', async (t) => {
  // req: REV-2-01, REV-2.1-04, IN-04, RT-10
  const as = await serverOf(t)
  const first = await as.tokens(bills, cast.c2)
  const second = await assertTokens(await refresh(as, first.refresh_token, cast.c2))
  const other = await as.tokens(bills, cast.c2)

  // An older one of the chain ends it as well as the newest.
  await assertDone(await revoke(as, first.refresh_token, cast.c2))

  for (const each of [first, second]) {
    assert.deepEqual(await as.introspect(each.access_token, cast.api2), { active: false })
    assert.deepEqual(await as.introspect(each.refresh_token ?? '', cast.c2), { active: false })
    await assertRefused(await refresh(as, each.refresh_token, cast.c2), 400, 'invalid_grant')
  }
  assert.equal((await as.introspect(other.access_token, cast.api2))['active'], true, 'another grant goes on')
})

test('[REV-2-01] revoking an access token ends it alone, whether it is a JWT or opaque', async (t) => {
  // req: REV-2.1-03, REV-2.1-04, IN-04
  const as = await serverOf(t)

  for (const [client, changes, api] of [
    [cast.c1, {}, cast.api1],
    [cast.c2, bills, cast.api2],
  ] as const) {
    const tokens = await as.tokens(changes, client)
    const next = await assertTokens(await refresh(as, tokens.refresh_token, client))
    await assertDone(await revoke(as, tokens.access_token, client))

    assert.deepEqual(await as.introspect(tokens.access_token, api), { active: false })
    assert.equal((await as.introspect(next.access_token, api))['active'], true)
    await assertTokens(await refresh(as, next.refresh_token, client))
  }
})

test('[IN-04] a public client revokes what it holds by naming itself', async (t) => {
  // req: REV-2.1-01
  const as = await serverOf(t)
  const { access_token, refresh_token } = await as.tokens({}, cast.p1)

  await assertDone(await revoke(as, refresh_token, cast.p1))

  assert.deepEqual(await as.introspect(access_token), { active: false })
  await assertRefused(await refresh(as, refresh_token, cast.p1), 400, 'invalid_grant')
})

test('[REV-2.1-01] the token of another client is invalid_grant and stays as it is, with every hint', async (t) => {
  // req: IN-03, R9, D9
  const as = await serverOf(t)
  const { access_token, refresh_token } = await as.tokens()
  const opaque = (await as.tokens(bills, cast.c2)).access_token
  as.writes.length = 0

  for (const token_type_hint of [undefined, 'access_token', 'refresh_token', 'nonsense']) {
    for (const by of [cast.c2, cast.p1, cast.m1, cast.api1]) {
      for (const token of [access_token, refresh_token])
        await assertRefused(await revoke(as, token, by, { token_type_hint }), 400, 'invalid_grant')
    }
    await assertRefused(await revoke(as, opaque, cast.c1, { token_type_hint }), 400, 'invalid_grant')
  }

  assert.deepEqual(as.writes, [])
  assert.equal((await as.introspect(access_token))['active'], true)
  await assertTokens(await refresh(as, refresh_token))
})

test('[REV-2.1-01] without proof of the client nothing is revoked', async (t) => {
  const as = await serverOf(t)
  const token = await as.rt()
  as.writes.length = 0

  await assertRefused(await revoke(as, token, { client_id: 'c1' }), 401, 'invalid_client')
  await assertRefused(await revoke(as, token, { ...cast.c1, client_secret: 'wrong' }), 401, 'invalid_client')
  await assertRefused(await revoke(as, token, { client_id: '' }), 400, 'invalid_request')
  assert.deepEqual(as.writes, [])
  await assertTokens(await refresh(as, token))
})

test('[REV-2.1-02] a wrong hint, or one nobody knows, changes nothing', async (t) => {
  const as = await serverOf(t)

  for (const token_type_hint of ['access_token', 'refresh_token', 'foo', 'id_token', '']) {
    const { access_token, refresh_token } = await as.tokens()
    await assertDone(await revoke(as, access_token, cast.c1, { token_type_hint }))
    assert.deepEqual(await as.introspect(access_token), { active: false })
    await assertDone(await revoke(as, refresh_token, cast.c1, { token_type_hint }))
    await assertRefused(await refresh(as, refresh_token), 400, 'invalid_grant')
  }
})

test('[REV-2.2-01] what is unknown, changed, expired or revoked before is answered like what was revoked, and leaves nothing', async (t) => {
  const as = await serverOf(t)
  const { access_token, refresh_token = '' } = await as.tokens()
  const opaque = (await as.tokens(bills, cast.c2)).access_token
  as.writes.length = 0
  for (const unknown of [
    'x',
    'hrt_',
    'hat_x',
    `${refresh_token}A`,
    `${access_token}A`,
    `${opaque}A`,
    'a.b.c',
    'é'.length === 1 ? 'e' : '',
  ])
    await assertDone(await revoke(as, unknown))
  assert.deepEqual(as.writes, [])

  await assertDone(await revoke(as, access_token))
  await assertDone(await revoke(as, access_token))
  await assertDone(await revoke(as, refresh_token))
  await assertDone(await revoke(as, refresh_token))
  const events = (await as.store.listAudit(undefined, 1000)).map((each) => each.type)
  assert.equal(events.filter((each) => each === 'token_revoked').length, 1)
  assert.equal(events.filter((each) => each === 'authorization_revoked').length, 1)

  as.clock.advance(4000 as never)
  await assertDone(await revoke(as, opaque, cast.c2))
})

test('[REV-2-02] without token the request is invalid_request', async (t) => {
  const as = await serverOf(t)

  await assertRefused(await revoke(as, undefined), 400, 'invalid_request')
  await assertRefused(await revoke(as, ''), 400, 'invalid_request')
})

test('[REV-2.2.1-01] an authorization code is no token that can be revoked: unsupported_token_type, and it stays good', async (t) => {
  const as = await serverOf(t)
  const code = await as.code()

  await assertRefused(await revoke(as, code.code), 400, 'unsupported_token_type')
  await assertTokens(await as.redeem(code))
})

test('[REV-2.1-04] a revocation holds for a second server over the same store, from the answer on', async (t) => {
  // req: RT-06
  const secret = 'c2VjcmV0LW9mLXRoZS1zZXJ2ZXItMzItb2N0ZXRzLWxvbmc'
  const one = await serverOf(t, { secret })
  const tokens = await one.tokens()
  const jwtOnly = await one.at()
  const other = await serverOf(t, { secret, store: one.store })
  assert.equal((await other.introspect(tokens.access_token))['active'], true)

  await assertDone(await revoke(one, tokens.refresh_token))
  await assertDone(await revoke(one, jwtOnly))

  assert.deepEqual(await other.introspect(tokens.access_token), { active: false })
  assert.deepEqual(await other.introspect(jwtOnly), { active: false })
  await assertRefused(await refresh(other, tokens.refresh_token), 400, 'invalid_grant')
})

test('[REV-2.1-04] a revoked access token stays revoked until it would have expired, whatever is pruned', async (t) => {
  const as = await serverOf(t)
  const token = await as.at()
  await assertDone(await revoke(as, token))

  as.clock.advance(599 as never)
  await as.store.prune(as.clock.now(), 1000)

  assert.deepEqual(await as.introspect(token), { active: false })
})
