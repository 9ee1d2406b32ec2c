import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anEvent } from 'hufu/testing'
import type { TestServer } from '../../support/server.ts'
import { begun, d1, d2, decide, deviceGrantType, poll, serverWithDevices } from '../../support/device.ts'
import type { Begun } from '../../support/device.ts'
import * as cast from '../../support/fixtures.ts'
import {
  assertRefused,
  assertTokens,
  auditOf,
  claimsOf,
  serverOf,
  withOtherSecret,
} from '../../support/token-oracles.ts'

/** What a device hears: the error, or `tokens`. */
async function hears(as: TestServer, device: Begun, client: typeof d1 | typeof d2 = d1): Promise<string> {
  const answer = await poll(as, device, client)
  const body = (await answer.json()) as { error?: string }

  return body.error ?? 'tokens'
}

test('[DEV-3.5-01] a device waits while nobody has decided, gets its tokens once somebody allowed, and nothing ever after', async (t) => {
  // req: DEV-3.4-01, DEV-3.5-02, DV-04
  const as = await serverWithDevices(t)
  const device = await begun(as)
  await assertRefused(await poll(as, device), 400, 'authorization_pending')
  await decide(as, device)

  const tokens = await assertTokens(await poll(as, device))

  const { aud, client_id, scope } = claimsOf(tokens.access_token)
  assert.deepEqual([aud, client_id, scope], [cast.r1, 'd1', 'orders.read'])
  assert.equal((await as.introspect(tokens.access_token))['active'], true)
  assert.ok(tokens.refresh_token)
  await assertRefused(await poll(as, device), 400, 'invalid_grant')
  as.later(5)
  await assertRefused(await poll(as, device), 400, 'invalid_grant')
  // The second question may be an honest one, after an answer that was lost: it ends nothing.
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
  await assertTokens(await as.token(refresh, d1))
})

test('[DEV-3.5-01] who asks before the interval is over is slowed down by 5 seconds, from then on', async (t) => {
  // req: DV-04
  const as = await serverWithDevices(t)
  const device = await begun(as)
  const after = async (seconds: number) => {
    as.later(seconds)

    return hears(as, device)
  }

  assert.equal(await after(0), 'authorization_pending')
  assert.equal(await after(5), 'authorization_pending')
  assert.equal(await after(4.999), 'slow_down')
  assert.equal(await after(9.999), 'slow_down')
  assert.equal(await after(15), 'authorization_pending')
  assert.equal(await after(14.999), 'slow_down')
  assert.equal(await after(20), 'authorization_pending')
  // Each device has an interval of its own.
  const other = await begun(as)
  assert.deepEqual([await hears(as, other), await hears(as, device)], ['authorization_pending', 'slow_down'])
})

test('[DEV-3.5-01] an answer is not kept from a device that asks too soon', async (t) => {
  const as = await serverWithDevices(t)
  const [allowed, refused] = [await begun(as), await begun(as)]
  for (const device of [allowed, refused]) assert.equal(await hears(as, device), 'authorization_pending')
  await decide(as, allowed)
  await decide(as, refused, 'deny')

  assert.deepEqual([await hears(as, allowed), await hears(as, refused)], ['tokens', 'access_denied'])
})

test('[DEV-3.5-01] a code is good until the second it expires, and an allowed one too', async (t) => {
  // req: DV-04
  const as = await serverWithDevices(t)
  const [waiting, early, late] = [await begun(as), await begun(as), await begun(as)]
  await decide(as, early)
  await decide(as, late)

  as.later(599.999)
  assert.deepEqual([await hears(as, waiting), await hears(as, early)], ['authorization_pending', 'tokens'])
  as.later(0.001)
  assert.deepEqual([await hears(as, waiting), await hears(as, late)], ['expired_token', 'expired_token'])
  await assert.rejects(decide(as, waiting), /nobody was asked: 400/)
  // An hour later it is forgotten.
  as.later(3600)
  await as.store.prune(as.clock.now(), 100)
  assert.equal(await hears(as, waiting), 'invalid_grant')
})

test('[DV-04] after a no the device hears of it, however often it asks, and nothing was given', async (t) => {
  const as = await serverWithDevices(t)
  const device = await begun(as)
  await decide(as, device, 'deny')

  assert.deepEqual([await hears(as, device), await hears(as, device)], ['access_denied', 'access_denied'])
  as.later(700)
  assert.equal(await hears(as, device), 'access_denied')
  assert.equal(
    (await auditOf(as)).some((each) => each.type === 'token_issued'),
    false,
  )
})

test('[DV-04] of a hundred questions at once after a yes exactly one gets tokens', async (t) => {
  const as = await serverWithDevices(t)
  const device = await begun(as, {}, d2)
  await decide(as, device)

  const heard = await Promise.all(Array.from({ length: 100 }, () => hears(as, device, d2)))

  assert.deepEqual([...new Set(heard)].sort(), ['invalid_grant', 'tokens'])
  assert.equal(heard.filter((each) => each === 'tokens').length, 1)
  assert.equal((await auditOf(as)).filter((each) => each.type === 'token_issued').length, 1)
})

test('[DV-05] a device code is good for its own client and for nothing else', async (t) => {
  // req: DEV-3.4-01, CD-07
  const as = await serverWithDevices(t)
  const [mine, other] = [await begun(as), await begun(as, {}, d2)]
  await decide(as, mine)
  const wrong = [
    await poll(as, mine, d2),
    await poll(as, other, d1),
    await poll(as, { device_code: mine.user_code }),
    await poll(as, { device_code: mine.user_code.replace('-', '') }),
    await poll(as, { device_code: withOtherSecret(mine.device_code) }),
    await poll(as, { device_code: (await as.code()).code }),
    await poll(as, { device_code: await as.rt() }),
    await poll(as, { device_code: `${mine.device_code}A` }),
    await as.token({ grant_type: 'authorization_code', code: mine.device_code, code_verifier: 'a'.repeat(43) }),
    await as.token({ grant_type: 'refresh_token', refresh_token: mine.device_code }),
  ]

  for (const answer of wrong) await assertRefused(answer, 400, 'invalid_grant')
  await assertRefused(await poll(as, mine, { ...d2, client_secret: 'wrong' }), 401, 'invalid_client')
  assert.deepEqual(await as.introspect(mine.device_code), { active: false })
  // None of it has spoiled the code.
  await assertTokens(await poll(as, mine))
})

test('[DEV-3.4-01] a question without a code, or with two, is a bad request', async (t) => {
  const as = await serverWithDevices(t)
  const { device_code } = await begun(as)

  await assertRefused(await as.token({ grant_type: deviceGrantType }, d1), 400, 'invalid_request')
  await assertRefused(await poll(as, { device_code: '' }), 400, 'invalid_request')
  const twice = { grant_type: deviceGrantType, device_code: [device_code, device_code] }
  await assertRefused(await as.token(twice, d1), 400, 'invalid_request')
  await assertRefused(await poll(as, { device_code }, d1, { resource: cast.r2 }), 400, 'authorization_pending')
})

test('[RT-13] a device gets nothing from a person who was disabled, or by a client that was, after the yes', async (t) => {
  const as = await serverWithDevices(t)
  const [first, second] = [await begun(as), await begun(as)]
  await decide(as, first)
  await decide(as, second, 'allow', { person: cast.mallory })
  const account = (await as.store.findAccountByUsername('alice'))!
  await as.store.saveAccount({ ...account, disabledAt: as.clock.now() }, 'alice', anEvent())

  await assertRefused(await poll(as, first), 400, 'invalid_grant')
  await as.disable(d1)
  await assertRefused(await poll(as, second), 401, 'invalid_client')
})

test('[DEV-3.4-01] what the device gets is an authorization like any other: refreshed, narrowed, revoked', async (t) => {
  const as = await serverWithDevices(t)
  const device = await begun(as, { scope: 'orders.read orders.write' })
  await decide(as, device, 'allow', { fields: { scope: 'orders.write' } })
  const tokens = await assertTokens(await poll(as, device))
  const refresh = (refresh_token: string | undefined, more = {}) =>
    as.token({ grant_type: 'refresh_token', refresh_token, ...more }, d1)

  assert.equal(tokens.scope, 'orders.read orders.write')
  const next = await assertTokens(await refresh(tokens.refresh_token, { scope: 'orders.read' }))
  assert.equal(next.scope, 'orders.read')
  const revoked = await as.send('/revoke', {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'd1', token: next.refresh_token! }),
  })
  assert.equal(revoked.status, 200)
  await assertRefused(await refresh(next.refresh_token), 400, 'invalid_grant')
  assert.deepEqual(await as.introspect(tokens.access_token), { active: false })
})

test('[UX-3.2b] what the person leaves out is not given to the device', async (t) => {
  const as = await serverWithDevices(t)
  const device = await begun(as, { scope: 'orders.read orders.write' })
  await decide(as, device)

  assert.equal((await assertTokens(await poll(as, device))).scope, 'orders.read')
})

test('[LG-02] neither code of a device is in the store, and what is there finds neither', async (t) => {
  // req: DEV-5.2-01
  const as = await serverWithDevices(t)
  const device = await begun(as)
  const found = JSON.stringify([
    ...(await auditOf(as)),
    await as.store.findDevice(
      Buffer.from(device.device_code.slice(4), 'base64url').toString('hex', 0, 16) as Parameters<
        typeof as.store.findDevice
      >[0],
    ),
  ])

  assert.ok(found.includes('"clientId":"d1"') && found.includes('userCodeHash'))
  for (const secret of [device.user_code, device.user_code.replace('-', ''), device.device_code.slice(26)])
    assert.ok(!found.includes(secret))
})

test('[DEV-3.5-01] polling leaves no audit event, a decision about a device exactly one', async (t) => {
  const as = await serverWithDevices(t)
  const device = await begun(as)
  for (let count = 0; count < 5; count++) await poll(as, device)
  await decide(as, device)
  await poll(as, device)
  await poll(as, device)

  const events = (await auditOf(as)).filter((each) => each.clientId === 'd1' && each.type !== 'client_saved')
  assert.deepEqual(
    events.map(({ type, outcome, reason }) => [type, outcome, reason].filter((each) => each).join(' ')),
    [
      'device_code_issued done',
      'user_code_entered done',
      'sign_in done',
      'consent done',
      'token_issued done',
      'token_refused refused device_code_spent',
    ],
  )
  assert.ok(events.every(({ address }) => address === '192.0.2.1'))
})

test('[DEV-3.4-01] a server without the grant knows no such grant type', async (t) => {
  const as = await serverOf(t)

  await assertRefused(await poll(as, { device_code: 'hdc_x' }, cast.c1), 400, 'unsupported_grant_type')
})
