import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aProofKey, anEvent } from 'hufu/testing'
import * as cast from '../../support/fixtures.ts'
import type { TestClient } from '../../support/fixtures.ts'
import { showing } from '../../support/proofs.ts'
import { proofOf } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertRefused, assertTokens, claimsOf, serverOf, withOtherSecret } from '../../support/token-oracles.ts'
import type { Fields } from '../../support/user-agent.ts'

const seconds = (count: number) => count as Parameters<TestServer['clock']['advance']>[0]

const use = (as: TestServer, refresh_token: string | undefined, client: TestClient = cast.c1, more: Fields = {}) =>
  as.token({ grant_type: 'refresh_token', refresh_token, ...more }, client)

/** The successor of a refresh token. */
async function rotate(as: TestServer, token: string | undefined, client: TestClient = cast.c1): Promise<string> {
  return (await assertTokens(await use(as, token, client))).refresh_token ?? assert.fail('no refresh token')
}

const changed = (text: string, at: number) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)

test('[O21-4.3.1-05] each use gives a new refresh token; the old one, used past the window, ends the new one and the grant', async (t) => {
  // req: RT-01, O21-4.3.1-04, O21-4.3-03, BCP-2.2.2-01, BCP-4.14.2-02, D3
  for (const client of [cast.c1, cast.p1]) {
    const as = await serverOf(t)
    const first = await as.tokens({}, client)
    const second = await assertTokens(await use(as, first.refresh_token, client))
    assert.notEqual(second.refresh_token, first.refresh_token)
    as.clock.advance(seconds(10))

    await assertRefused(await use(as, first.refresh_token, client), 400, 'invalid_grant')

    await assertRefused(await use(as, second.refresh_token, client), 400, 'invalid_grant')
    assert.deepEqual(await as.introspect(first.access_token), { active: false })
    assert.deepEqual(await as.introspect(second.access_token), { active: false })
  }
})

test('[RT-04] a retry within the window gets the same successor and a token of its own, again and again, and is marked', async (t) => {
  // req: RT-03, R6
  const as = await serverOf(t)
  const first = await as.rt()
  const lost = await assertTokens(await use(as, first))
  as.clock.set((as.clock.now() + 9998) as never)

  const again = await assertTokens(await use(as, first))
  as.clock.set((as.clock.now() + 1) as never)
  const more = await assertTokens(await use(as, first))

  assert.equal(again.refresh_token, lost.refresh_token)
  assert.equal(more.refresh_token, lost.refresh_token)
  assert.equal(new Set([lost, again, more].map((each) => each.access_token)).size, 3)
  const types = (await as.store.listAudit(undefined, 1000)).map((each) => each.type)
  assert.deepEqual(types.slice(-2), ['refresh_retried', 'refresh_retried'])
  await rotate(as, lost.refresh_token)
})

test('[RT-05] only the token before the newest may be tried again, and only while the newest is unused', async (t) => {
  // req: R6, D3
  const as = await serverOf(t)
  const first = await as.rt()
  const second = await rotate(as, first)
  const third = await rotate(as, second)

  assert.equal(await rotate(as, second), third, 'the one before the newest')
  await assertRefused(await use(as, first), 400, 'invalid_grant', 'its successor was used')
  for (const each of [second, third]) await assertRefused(await use(as, each), 400, 'invalid_grant')
})

test('[RT-04] the window is a setting of the client: 0 allows no retry, 60 a whole minute', async (t) => {
  // req: R6
  for (const [hufu_refresh_retry, within, beyond] of [
    [0, undefined, 0],
    [1, 999, 1000],
    [10, 9999, 10_000],
    [60, 59_999, 60_000],
  ] as const) {
    const as = await serverOf(t)
    assert.ok((await as.server.saveClient({ ...cast.c1, hufu_refresh_retry })).ok)
    const first = await as.rt()
    const second = await rotate(as, first)
    const used = as.clock.now()
    if (within !== undefined) {
      as.clock.set((used + within) as never)
      assert.equal(await rotate(as, first), second)
    }
    as.clock.set((used + beyond) as never)
    await assertRefused(await use(as, first), 400, 'invalid_grant')
    await assertRefused(await use(as, second), 400, 'invalid_grant')
  }
})

test('[RT-04] a retry does not begin the window anew', async (t) => {
  const as = await serverOf(t)
  const first = await as.rt()
  await rotate(as, first)
  as.clock.advance(seconds(9))
  await rotate(as, first)
  as.clock.advance(seconds(1))

  await assertRefused(await use(as, first), 400, 'invalid_grant')
})

test('[RT-06] what was used stays used for a second server over the same store, and after the first has stopped', async (t) => {
  // req: O21-4.3.1-05
  const secret = 'c2VjcmV0LW9mLXRoZS1zZXJ2ZXItMzItb2N0ZXRzLWxvbmc'
  const one = await serverOf(t, { secret })
  const first = await one.rt()
  const second = await rotate(one, first)
  await one.server.close()
  const other = await serverOf(t, { secret, store: one.store })
  other.clock.set(one.clock.now())

  assert.equal(await rotate(other, first), second, 'the same successor from the other')
  other.clock.advance(seconds(10))
  await assertRefused(await use(other, first), 400, 'invalid_grant')
  await assertRefused(await use(other, second), 400, 'invalid_grant')
})

test('[O21-4.3-02] a refresh token works for the client it was issued to, proved as it is registered, and nobody else', async (t) => {
  // req: RT-07, O21-4.3.1-02
  const as = await serverOf(t)
  const ofC1 = await as.rt()
  const ofP1 = await as.rt({}, cast.p1)
  as.writes.length = 0

  await assertRefused(await use(as, ofC1, cast.c2), 400, 'invalid_grant')
  await assertRefused(await use(as, ofC1, cast.p1), 400, 'invalid_grant')
  await assertRefused(await use(as, ofP1, cast.c1), 400, 'invalid_grant')
  await assertRefused(await use(as, ofC1, { client_id: 'c1' }), 401, 'invalid_client')
  await assertRefused(await use(as, ofC1, { ...cast.c1, client_secret: 'wrong' }), 401, 'invalid_client')
  await assertRefused(await use(as, ofP1, { client_id: '' }), 400, 'invalid_request')

  assert.deepEqual(as.writes, [])
  await rotate(as, ofC1)
  await rotate(as, ofP1, cast.p1)
})

test('[O21-4.3-04] a refresh token that is changed in any place, cut, lengthened or of another kind is unknown and ends nothing', async (t) => {
  // req: O21-4.3.1-06, CD-07, CD-11
  const as = await serverOf(t)
  const { refresh_token: token = '', access_token } = await as.tokens()
  const code = await as.code()
  as.writes.length = 0
  const cuts = Array.from({ length: token.length - 1 }, (_, at) => token.slice(0, at + 1))
  const others = [
    `${token}A`,
    `${token}=`,
    `${token} `,
    token.toUpperCase(),
    token.replace('hrt_', 'hat_'),
    access_token,
    code.code,
  ]

  for (const each of [...cuts, ...others]) await assertRefused(await use(as, each), 400, 'invalid_grant', each)
  for (let at = 0; at < token.length; at++) await assertRefused(await use(as, changed(token, at)), 400, 'invalid_grant')

  assert.deepEqual(as.writes, [])
  await rotate(as, token)
})

test('[O21-4.3-04] a refresh token with the right id, generation and checksum, yet another secret, is unknown and ends nothing', async (t) => {
  // req: O21-4.3.1-06, RT-06
  const as = await serverOf(t)
  const first = await as.rt()
  const newest = await rotate(as, first)
  as.clock.advance(seconds(60))
  as.writes.length = 0

  for (const forged of [withOtherSecret(newest), withOtherSecret(first)]) {
    await assertRefused(await use(as, forged), 400, 'invalid_grant')
    assert.deepEqual(await as.introspect(forged, cast.c1), { active: false })
    const { headers } = proofOf(cast.c1)
    await as.send('/revoke', { method: 'POST', body: new URLSearchParams({ token: forged }), headers })
  }
  assert.deepEqual(as.writes, [])
  await rotate(as, newest)
})

test('[O21-4.3.1-01] scope narrows one access token only; wider than granted is invalid_scope and uses nothing up', async (t) => {
  // req: RT-08, O21-4.3.3-01, O21-3.2.3-05
  const as = await serverOf(t)
  const granted = await as.rt({ scope: 'orders.read orders.write' })
  as.writes.length = 0

  for (const scope of ['orders.read bills.read', 'jobs.run', 'openid', 'nonsense'])
    await assertRefused(await use(as, granted, cast.c1, { scope }), 400, 'invalid_scope', scope)
  for (const scope of ['orders.read  orders.write', ' orders.read', 'orders.read ', '"', '\\'])
    await assertRefused(await use(as, granted, cast.c1, { scope }), 400, 'invalid_scope', scope)
  assert.deepEqual(as.writes, [])
  const narrow = await assertTokens(await use(as, granted, cast.c1, { scope: 'orders.read' }))
  assert.equal(narrow.scope, 'orders.read')
  assert.equal(claimsOf(narrow.access_token)['scope'], 'orders.read')
  const wider = await assertTokens(await use(as, narrow.refresh_token, cast.c1, { scope: 'orders.write orders.read' }))
  assert.equal(wider.scope, 'orders.write orders.read')
  const all = await assertTokens(await use(as, wider.refresh_token))
  assert.equal(all.scope, 'orders.read orders.write')
  const less = await assertTokens(await use(as, await as.rt({ scope: 'orders.read' }), cast.c1))
  assert.equal(less.scope, 'orders.read')
})

test('[O21-4.3.1-01] without refresh_token the request is invalid_request', async (t) => {
  const as = await serverOf(t)

  await assertRefused(await use(as, undefined), 400, 'invalid_request')
})

test('[O21-4.3.1-03] when the account is disabled or gets another password, every token of it ends', async (t) => {
  // req: RT-13, O21-4.3.3-02, BCP-4.14.2-03
  const as = await serverOf(t)
  const browser = as.browser()
  const { refresh_token, access_token } = await as.tokens({}, cast.c1, browser)
  const account = (await as.store.findAccountByUsername('alice' as never))!
  await as.store.saveAccount({ ...account, disabledAt: as.clock.now() }, 'alice', anEvent())

  await assertRefused(await use(as, refresh_token), 400, 'invalid_grant')
  assert.deepEqual(await as.introspect(access_token), { active: false })
  assert.deepEqual(await as.introspect(refresh_token ?? '', cast.c1), { active: false })
  const page = await browser.open(as.authorize().url)
  assert.ok(
    page.forms.some((each) => each.action.endsWith('/sign-in')),
    'signed in no longer',
  )

  await as.store.saveAccount(account, 'alice', anEvent())
  const before = await as.tokens()
  as.clock.advance(seconds(1))
  assert.ok((await as.server.saveAccount({ ...cast.alice, password: 'hufucanary_another_password' })).ok)
  await assertRefused(await use(as, before.refresh_token), 400, 'invalid_grant')
  assert.deepEqual(await as.introspect(before.access_token), { active: false })
})

test('[O21-3.2.3-04] who gets a refresh token is decided by the registration; without the grant there is none', async (t) => {
  // req: BCP-4.14.2-01, RT-14
  const as = await serverOf(t)
  const metadata = { ...cast.c1, grant_types: ['authorization_code'] }
  assert.ok((await as.server.saveClient(metadata)).ok)

  const tokens = await as.tokens()

  assert.equal('refresh_token' in tokens, false)
  await assertRefused(await use(as, 'x'), 400, 'unauthorized_client')
})

test('[RT-10] a client that loses the grant cannot refresh any more', async (t) => {
  const as = await serverOf(t)
  const granted = await as.rt()
  assert.ok((await as.server.saveClient({ ...cast.c1, grant_types: ['authorization_code'] })).ok)

  await assertRefused(await use(as, granted), 400, 'unauthorized_client')
})

test('[JAT-2.2.1-01] refreshing does not move the time at which the person signed in', async (t) => {
  const as = await serverOf(t)
  const first = await as.tokens()
  as.clock.advance(seconds(3600))
  const later = await assertTokens(await use(as, first.refresh_token))

  assert.equal(claimsOf(later.access_token)['auth_time'], claimsOf(first.access_token)['auth_time'])
  assert.equal(claimsOf(later.access_token)['iat'], Number(claimsOf(first.access_token)['iat']) + 3600)
  assert.notEqual(claimsOf(later.access_token)['jti'], claimsOf(first.access_token)['jti'])
})

test('[R6] a client whose tokens are bound to its key may keep its refresh token, if it is registered so', async (t) => {
  const as = await serverOf(t)
  const kept = { ...cast.c1, dpop_bound_access_tokens: true, hufu_refresh_rotation: false }
  assert.ok((await as.server.saveClient(kept)).ok)
  const key = aProofKey()
  const code = await as.code()
  const redeem = { grant_type: 'authorization_code', code: code.code, code_verifier: code.verifier }
  const first = await assertTokens(await as.token(redeem, cast.c1, showing(as, key)), 'DPoP')
  const again = (headers = {}) =>
    as.token({ grant_type: 'refresh_token', refresh_token: first.refresh_token }, cast.c1, headers)

  as.later(60)
  const second = await assertTokens(await again(showing(as, key)), 'DPoP')
  as.later(60)
  const third = await assertTokens(await again(showing(as, key)), 'DPoP')

  assert.deepEqual([second.refresh_token, third.refresh_token], [first.refresh_token, first.refresh_token])
  await assertRefused(await again(), 400, 'invalid_dpop_proof')
})
