import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aProofKey } from 'hufu/testing'
import {
  begin,
  begun,
  d1,
  d2,
  decide,
  deviceGrantType,
  enter,
  poll,
  serverWithDevices,
  signIn,
} from '../../support/device.ts'
import { account, asking, authorizationDetailTypes, payment } from '../../support/details.ts'
import * as cast from '../../support/fixtures.ts'
import { readSigned } from '../../support/openid.ts'
import { showing } from '../../support/proofs.ts'
import { has, proofOf } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertRefused, assertTokens, claimsOf } from '../../support/token-oracles.ts'
import { toForm } from '../../support/user-agent.ts'

const key = aProofKey()
const other = aProofKey()

/** Asks with a proof of possession. */
const show = (as: TestServer, { device_code }: { device_code: string }, client: typeof d1 | typeof d2, by = key) =>
  as.token({ grant_type: deviceGrantType, device_code }, client, showing(as, by))

test('[DPOP-5-01] a device that shows a key gets tokens that are bound to it, and asks with or without it before', async (t) => {
  const as = await serverWithDevices(t)
  const device = await begun(as)
  await assertRefused(await poll(as, device), 400, 'authorization_pending')
  as.later(5)
  await assertRefused(await show(as, device, d1), 400, 'authorization_pending')
  await decide(as, device)

  const tokens = await assertTokens(await show(as, device, d1), 'DPoP')

  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
  await assertRefused(await as.token(refresh, d1), 400, 'invalid_grant')
  await assertRefused(await as.token(refresh, d1, showing(as, other)), 400, 'invalid_grant')
  await assertTokens(await as.token(refresh, d1, showing(as, key)), 'DPoP')
  assert.deepEqual(Object.keys((claimsOf(tokens.access_token)['cnf'] ?? {}) as object), ['jkt'])
})

test('[DPOP-5-01] a device whose tokens must be bound to a key gets none without it, and keeps its code', async (t) => {
  const as = await serverWithDevices(t)
  assert.ok((await as.server.saveClient({ ...d1, dpop_bound_access_tokens: true })).ok)
  const device = await begun(as)
  await decide(as, device)

  await assertRefused(await poll(as, device), 400, 'invalid_dpop_proof')
  await assertTokens(await show(as, device, d1), 'DPoP')
})

test('[OIDC-3.1.3.3-01] a device that asks for openid is told who the person is, by the same ID token as by a code', async (t) => {
  const as = await serverWithDevices(t)
  assert.ok((await as.server.saveClient({ ...d2, scope: 'openid email bills.read' })).ok)
  const device = await begun(as, { scope: 'openid email bills.read' }, d2)
  as.later(30)
  const signedInAt = Math.floor(as.clock.now() / 1000)
  await decide(as, device)
  as.later(60)

  const answer = await poll(as, device, d2)
  const tokens = (await answer.json()) as { id_token: string; access_token: string }

  const { claims } = await readSigned(as, tokens.id_token)
  const alice = (await as.store.findAccountByUsername('alice'))!
  assert.deepEqual(
    [claims['iss'], claims['aud'], claims['sub'], claims['auth_time'], claims['nonce']],
    [as.issuer, 'd2', alice.subject, signedInAt, undefined],
  )
  const info = await as.get('/userinfo', { authorization: `Bearer ${tokens.access_token}` })
  assert.equal(((await info.json()) as Record<string, unknown>)['email'], 'alice@example.com')
})

test('[OIDC-3.1.2.1-05] the greatest age of a sign-in that is registered holds for a device too', async (t) => {
  const as = await serverWithDevices(t)
  assert.ok((await as.server.saveClient({ ...d2, scope: 'openid bills.read', default_max_age: 60 })).ok)
  const by = await as.signedIn()
  as.later(60)
  const [asked, plain] = [
    await begun(as, { scope: 'openid bills.read' }, d2),
    await begun(as, { scope: 'bills.read' }, d2),
  ]

  assert.ok(has(await enter(as, by, asked.user_code), '/sign-in'))
  assert.ok(has(await enter(as, by, plain.user_code), '/consent'))
})

test('[RAR-3.1-01] a device may ask in detail: the person reads it, and the token holds it', async (t) => {
  // req: RAR-7-01
  const as = await serverWithDevices(t, { authorizationDetailTypes })
  const device = await begun(as, asking(payment, account), d2)
  const by = as.browser()
  const question = await signIn(await enter(as, by, device.user_code), by)
  assert.match(question.html.replaceAll(/<[^>]*>/g, ' '), /49\.90 EUR/)
  await by.submit(question, '/consent', { decision: 'allow' })

  const tokens = (await assertTokens(await poll(as, device, d2, { resource: cast.r2 }))) as unknown as {
    authorization_details: readonly { type: string }[]
  }

  assert.deepEqual(tokens.authorization_details, [payment])
  await assertRefused(await begin(as, asking({ type: 'unheard' }), d2), 400, 'invalid_authorization_details')
  await assertRefused(await begin(as, { authorization_details: '{' }, d2), 400, 'invalid_authorization_details')
  const more = await begun(as, asking(account))
  await decide(as, more)
  const wide = await poll(as, more, d1, asking({ ...account, days: 31 }))
  await assertRefused(wide, 400, 'invalid_authorization_details')
  await assertTokens(await poll(as, more, d1, asking({ ...account, days: 7 })))
})

test('[DEV-3.4-01] revoking what one device has leaves the others of the same person alone', async (t) => {
  const as = await serverWithDevices(t)
  const [first, second] = [await begun(as), await begun(as)]
  for (const device of [first, second]) await decide(as, device)
  const [one, other_] = [await assertTokens(await poll(as, first)), await assertTokens(await poll(as, second))]

  await as.send('/revoke', { method: 'POST', body: toForm({ ...proofOf(d1).form, token: one.refresh_token }) })

  assert.equal((await as.introspect(one.access_token))['active'], false)
  assert.equal((await as.introspect(other_.access_token))['active'], true)
})
