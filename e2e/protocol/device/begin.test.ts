import assert from 'node:assert/strict'
import { test } from 'node:test'
import { begin, begun, d1, d2, decide, deviceGrantType, poll, serverWithDevices } from '../../support/device.ts'
import * as cast from '../../support/fixtures.ts'
import { proofOf } from '../../support/server.ts'
import { assertRefused, assertTokens, auditOf, claimsOf, serverOf } from '../../support/token-oracles.ts'
import { toForm } from '../../support/user-agent.ts'

test('[DEV-3.2-01] a device that begins is told its codes, where the person goes, how long, and how often to ask', async (t) => {
  // req: DEV-3.2-02, DEV-5.2-01, DEV-6.1-01, O21-7.7-01
  const as = await serverWithDevices(t)

  const all = await Promise.all(Array.from({ length: 20 }, () => begun(as)))

  for (const each of all) {
    assert.deepEqual(Object.keys(each), [
      'device_code',
      'user_code',
      'verification_uri',
      'verification_uri_complete',
      'expires_in',
      'interval',
    ])
    assert.match(each.user_code, /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    assert.equal(each.verification_uri, `${as.issuer}/device`)
    assert.equal(each.verification_uri_complete, `${as.issuer}/device?user_code=${each.user_code}`)
    assert.deepEqual([each.expires_in, each.interval], [600, 5])
    // An id of 16 octets, 32 random ones, and a checksum.
    assert.match(each.device_code, /^hdc_[A-Za-z0-9_-]{70}$/)
  }
  assert.equal(new Set(all.map((each) => each.device_code)).size, all.length)
  assert.equal(new Set(all.map((each) => each.user_code)).size, all.length)
})

test('[DEV-4-01] discovery names the endpoint and the grant where they are on, and without them there is nothing', async (t) => {
  // req: DEV-XD-01
  const [on, off] = [
    await serverWithDevices(t, { paths: { deviceAuthorization: '/oauth/begin', device: '/connect' } }),
    await serverOf(t),
  ]
  const document = async ({ get }: typeof on) =>
    (await (await get('/.well-known/oauth-authorization-server')).json()) as Record<string, unknown>
  const answer = await on.send('/oauth/begin', { method: 'POST', body: toForm({ client_id: 'd1' }) })
  const refused = await off.server.saveClient(d1)

  assert.equal((await document(on))['device_authorization_endpoint'], `${on.issuer}/oauth/begin`)
  assert.ok(((await document(on))['grant_types_supported'] as string[]).includes(deviceGrantType))
  assert.equal(((await answer.json()) as Record<string, unknown>)['verification_uri'], `${on.issuer}/connect`)
  assert.equal((await on.get('/connect')).status, 200)
  assert.equal((await document(off))['device_authorization_endpoint'], undefined)
  assert.ok(!((await document(off))['grant_types_supported'] as string[]).includes(deviceGrantType))
  assert.equal((await begin(off, {}, cast.c1)).status, 404)
  assert.equal((await off.get('/device')).status, 404)
  assert.equal(refused.ok, false)
  await assertRefused(await poll(off, { device_code: 'hdc_x' }, cast.c1), 400, 'unsupported_grant_type')
})

test('[DEV-XD-01] a client that registers itself is not for devices, whatever it says', async (t) => {
  // req: DV-06
  const as = await serverWithDevices(t, { features: { registration: 'open' } })
  const register = async (grant_types: readonly string[]) => {
    const answer = await as.send('/register', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: 'Stranger',
        redirect_uris: ['https://stranger.example/cb'],
        grant_types,
        token_endpoint_auth_method: 'none',
      }),
    })

    return (await answer.json()) as { client_id: string; grant_types: readonly string[] }
  }
  const { client_id, grant_types } = await register(['authorization_code', deviceGrantType])

  assert.deepEqual(grant_types, ['authorization_code'])
  await assertRefused(await begin(as, {}, { client_id }), 400, 'unauthorized_client')
})

test('[DV-06] a client that is not registered for devices cannot begin and cannot ask', async (t) => {
  // req: DEV-XD-01
  const as = await serverWithDevices(t)

  for (const client of [cast.c1, cast.p1, cast.m1]) {
    await assertRefused(await begin(as, {}, client), 400, 'unauthorized_client')
    await assertRefused(await poll(as, await begun(as), client), 400, 'unauthorized_client')
  }
  const events = (await auditOf(as)).filter((each) => each.type === 'device_refused')
  assert.deepEqual(
    events.map(({ reason, clientId }) => `${clientId} ${reason}`),
    ['c1 grant_not_allowed', 'p1 grant_not_allowed', 'm1 grant_not_allowed'],
  )
})

test('[DEV-3.1-01] a device proves itself as at the token endpoint; what is unknown is ignored, what comes twice refused', async (t) => {
  // req: O21-2.4.1-02, R11
  const as = await serverWithDevices(t)
  const send = (form: string, headers = {}) =>
    as.send('/device_authorization', {
      method: 'POST',
      body: form,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })

  await begun(as, { colour: ['red', 'blue'], user_code: 'BBBB-BBBB' })
  await begun(as, {}, d2)
  await assertRefused(await begin(as, {}, { ...d2, client_secret: 'wrong' }), 401, 'invalid_client')
  await assertRefused(await begin(as, { client_id: 'd2' }, { client_id: 'd2' }), 401, 'invalid_client')
  await assertRefused(await begin(as, {}, { client_id: 'nobody' }), 401, 'invalid_client')
  await assertRefused(await send(''), 400, 'invalid_request')
  await assertRefused(await send('client_id=d1&client_id=d1'), 400, 'invalid_request')
  await assertRefused(await send('client_id=d1&scope=orders.read&scope=orders.read'), 400, 'invalid_request')
  const inQuery = await as.send('/device_authorization?client_id=d1', { method: 'POST', body: toForm({}) })
  await assertRefused(inQuery, 400, 'invalid_request')
  const asJson = await send('{"client_id":"d1"}', { 'content-type': 'application/json' })
  await assertRefused(asJson, 400, 'invalid_request')
})

test('[R10] a device begins by POST alone', async (t) => {
  const as = await serverWithDevices(t)
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const answer = await as.send('/device_authorization?client_id=d1', { method })

    assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'POST'], method)
  }
})

test('[DEV-3.1-01] scope and resource are decided as at the authorization endpoint', async (t) => {
  // req: RI-2-01
  const as = await serverWithDevices(t)
  const granted = async (form: Record<string, string | string[]>, client: typeof d1 | typeof d2 = d2) => {
    const device = await begun(as, form, client)
    await decide(as, device)

    return assertTokens(await poll(as, device, client))
  }

  assert.equal((await granted({ scope: 'orders.read' })).scope, 'orders.read')
  assert.equal(claimsOf((await granted({ scope: 'orders.read' })).access_token)['aud'], cast.r1)
  assert.equal((await granted({ scope: 'bills.read' })).scope, 'bills.read')
  // Without a scope the client's default, for its default resource.
  assert.equal((await granted({})).scope, 'bills.read')
  assert.equal((await granted({ resource: cast.r1 })).scope, 'orders.read')
  await assertRefused(await begin(as, { scope: 'jobs.run' }), 400, 'invalid_scope')
  await assertRefused(await begin(as, { scope: 'unheard.of' }), 400, 'invalid_scope')
  await assertRefused(await begin(as, { scope: 'a"b' }), 400, 'invalid_scope')
  await assertRefused(await begin(as, { resource: 'https://elsewhere.example' }), 400, 'invalid_target')
  await assertRefused(await begin(as, { resource: '/relative' }), 400, 'invalid_target')
  await assertRefused(await begin(as, { resource: `${cast.r1}#part` }), 400, 'invalid_target')
})

test('[DEV-5.1-01] only so many devices begin from one place, and so many of one client; later they may again', async (t) => {
  // req: DV-02
  const as = await serverWithDevices(t)
  for (let count = 0; count < 60; count++) await begun(as)

  const tooMany = await begin(as)

  await assertRefused(tooMany, 429, 'temporarily_unavailable')
  assert.equal(tooMany.headers.get('retry-after'), '600')
  await begun(as, {}, d2)
  // Somebody else's television begins from elsewhere.
  const elsewhere = await as.server.fetch(
    new Request(`${as.issuer}/device_authorization`, { method: 'POST', body: toForm(proofOf(d1).form) }),
    '198.51.100.4',
  )
  assert.equal(elsewhere.status, 200)
  // Places that nobody can name are not one place.
  for (let count = 0; count < 61; count++) {
    const request = new Request(`${as.issuer}/device_authorization`, { method: 'POST', body: toForm(proofOf(d1).form) })
    assert.equal((await as.server.fetch(request)).status, 200)
  }
  as.later(599)
  assert.equal((await begin(as)).status, 429)
  as.later(1)
  await begun(as)
  const events = (await auditOf(as)).filter((each) => each.reason === 'devices_too_many')
  assert.equal(events.length, 2)
})
