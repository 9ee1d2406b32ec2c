import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anEvent } from 'hufu/testing'
import * as cast from '../../support/fixtures.ts'
import type { TestServer } from '../../support/server.ts'
import { assertRefused, assertTokens, claimsOf, serverOf } from '../../support/token-oracles.ts'
import type { Fields } from '../../support/user-agent.ts'

const both = { resource: [cast.r1, cast.r2], scope: 'orders.read bills.read' }
const job = { grant_type: 'client_credentials' }

const refresh = (as: TestServer, refresh_token: string | undefined, more: Fields = {}) =>
  as.token({ grant_type: 'refresh_token', refresh_token, ...more }, cast.c2)

test('[RI-2-01] a resource that is relative, has a fragment or is not registered is invalid_target, at every grant', async (t) => {
  // req: RI-2.2-03, RT-09, CD-04, GR-03
  const as = await serverOf(t)
  const code = await as.code()
  const refresh_token = await as.rt()
  as.writes.length = 0

  for (const resource of [
    'orders',
    '/orders',
    `${cast.r1}#f`,
    `${cast.r1}//`,
    'https://other.example',
    ['x', cast.r1],
    'https://orders.example:443',
    as.issuer,
    '%',
  ]) {
    await assertRefused(await as.redeem(code, { resource }), 400, 'invalid_target', String(resource))
    await assertRefused(await as.token({ grant_type: 'refresh_token', refresh_token, resource }), 400, 'invalid_target')
    await assertRefused(await as.token({ ...job, resource }, cast.m1), 400, 'invalid_target')
  }
  const eleven = Array.from({ length: 11 }, () => cast.r1)
  await assertRefused(await as.token({ ...job, resource: eleven }, cast.m1), 400, 'invalid_target')

  assert.deepEqual(as.writes, [])
  await assertTokens(await as.redeem(code))
  await assertTokens(await as.token({ grant_type: 'refresh_token', refresh_token }))
})

test('[MCP-AS-6-01] a resource without a path may come with the slash that URL parsers add, at every grant, and the token has the registered form', async (t) => {
  // req: RI-2-04, RI-2-02
  const as = await serverOf(t)
  const resource = new URL(cast.r1).href
  assert.equal(resource, `${cast.r1}/`)

  const code = await as.code({ resource })
  const tokens = await assertTokens(await as.redeem(code, { resource }))
  const refreshed = await assertTokens(
    await as.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token, resource }),
  )
  const forJob = await assertTokens(await as.token({ ...job, resource }, cast.m1))

  for (const { access_token } of [tokens, refreshed, forJob]) assert.equal(claimsOf(access_token)['aud'], cast.r1)
})

test('[RI-2.2-01] a resource outside of the grant is invalid_target and uses nothing up', async (t) => {
  // req: RT-09, O21-3.2.3-05, JAT-3-01
  const as = await serverOf(t)
  const code = await as.code()
  const refresh_token = await as.rt()
  as.writes.length = 0

  await assertRefused(await as.redeem(code, { resource: cast.r2 }), 400, 'invalid_target')
  await assertRefused(
    await as.token({ grant_type: 'refresh_token', refresh_token, resource: cast.r2 }),
    400,
    'invalid_target',
  )
  await assertRefused(await as.token({ ...job, resource: cast.r2 }, cast.m1), 400, 'invalid_scope')
  assert.deepEqual(as.writes, [])
})

test('[RI-2.2-02] of a grant for two APIs each token is for one, with the scopes that mean something there', async (t) => {
  // req: JAT-2.2.3-01, JAT-3-02, RI-2-02, O21-7.1.4-01, BCP-2.3-01, BCP-4.10.2-01, O21-1.4.1-02
  const as = await serverOf(t)
  const code = await as.code(both, cast.c2)

  const first = await assertTokens(await as.redeem(code, { resource: cast.r2 }))
  assert.equal(first.scope, 'bills.read')
  assert.equal((await as.introspect(first.access_token, cast.api2))['aud'], cast.r2)
  const second = await assertTokens(await refresh(as, first.refresh_token, { resource: cast.r1 }))
  assert.equal(second.scope, 'orders.read')
  assert.equal(claimsOf(second.access_token)['aud'], cast.r1)
  const third = await assertTokens(await refresh(as, second.refresh_token, { resource: cast.r2 }))
  assert.equal(third.scope, 'bills.read', 'the refresh token kept the whole grant')
  await assertRefused(await refresh(as, third.refresh_token, both), 400, 'invalid_target', 'one token, one resource')
})

test('[JAT-3-01] without resource the token is for the one the scopes belong to, or the first of the grant', async (t) => {
  // req: RI-2.1-01
  const as = await serverOf(t)
  const { access_token: orders } = await as.tokens()
  assert.equal(claimsOf(orders)['aud'], cast.r1)
  const bills = await as.tokens({ scope: 'bills.read' }, cast.c2)
  assert.equal((await as.introspect(bills.access_token, cast.api2))['aud'], cast.r2)
  const first = await assertTokens(await as.redeem(await as.code(both, cast.c2)))
  assert.equal(claimsOf(first.access_token)['aud'], cast.r1)
})

test('[O21-1.4.1-02] scope that is asked for never comes to nothing unsaid', async (t) => {
  // req: RI-2.2-02, JAT-2.2.3-01
  const as = await serverOf(t)
  const first = await assertTokens(await as.redeem(await as.code(both, cast.c2)))
  const ordersOnly = await as.code({ ...both, scope: 'orders.read' }, cast.c2)
  as.writes.length = 0

  const elsewhere = { scope: 'bills.read', resource: cast.r1 }
  await assertRefused(await refresh(as, first.refresh_token, elsewhere), 400, 'invalid_scope')
  await assertRefused(await as.redeem(ordersOnly, { resource: cast.r2 }), 400, 'invalid_scope')
  assert.deepEqual(as.writes, [])
  assert.equal((await assertTokens(await as.redeem(ordersOnly))).scope, 'orders.read')
})

test('[JAT-3-01] a narrower scope without a resource is for the granted one that understands it', async (t) => {
  const as = await serverOf(t)
  const first = await assertTokens(await as.redeem(await as.code(both, cast.c2)))

  const narrow = await assertTokens(await refresh(as, first.refresh_token, { scope: 'bills.read' }))

  assert.equal(narrow.scope, 'bills.read')
  assert.equal((await as.introspect(narrow.access_token, cast.api2))['aud'], cast.r2)
})

test('[JAT-5-01] two resources never share an identifier, nor an audience', async (t) => {
  await assert.rejects(serverOf(t, { resources: [...cast.resources, cast.resources[0]] }), /resources/)
})

test('[O21-4.2-01] client credentials are for confidential clients that are registered for them', async (t) => {
  // req: O21-7.4-02, JAT-2.2-02, GR-01, GR-02
  const as = await serverOf(t)
  const stored = (await as.store.findClient('p1' as never))!
  // No registration makes such a client; a row of an older version might be one.
  await as.store.saveClient({ ...stored, grantTypes: ['client_credentials'] }, anEvent())
  await assertRefused(await as.token(job, cast.p1), 400, 'unauthorized_client')
  await assertRefused(await as.token(job, cast.c1), 400, 'unauthorized_client')
  await assertRefused(await as.token(job, { client_id: 'm1' }), 401, 'invalid_client')
  await assertRefused(await as.token(job, { ...cast.m1, client_secret: 'wrong' }), 401, 'invalid_client')
  await assertRefused(await as.token(job, { client_id: '' }), 400, 'invalid_request')

  const claims = claimsOf((await assertTokens(await as.token(job, cast.m1))).access_token)

  assert.equal(claims['sub'], 'm1')
  assert.equal(claims['client_id'], 'm1')
  assert.equal('auth_time' in claims, false)
})

test('[O21-4.2-02] client credentials never give a refresh token, nor write anything but the audit for a JWT', async (t) => {
  // req: L20-6749-4.4.3-01, GR-03
  const as = await serverOf(t)
  assert.ok(
    (await as.server.saveClient({ ...cast.c1, grant_types: [...cast.c1.grant_types, 'client_credentials'] })).ok,
  )

  const tokens = await assertTokens(await as.token(job))

  assert.equal('refresh_token' in tokens, false)
})

test('[O21-4.2.1-01] scope of client credentials: without it all the client may, else what it asks, else invalid_scope', async (t) => {
  // req: GR-03, O21-1.4.1-02
  const as = await serverOf(t)
  const saved = await as.server.saveClient({
    ...cast.c1,
    grant_types: [...cast.c1.grant_types, 'client_credentials'],
    scope: 'orders.read orders.write offline_access',
  })
  assert.ok(saved.ok)

  assert.equal((await assertTokens(await as.token(job, cast.m1))).scope, 'jobs.run')
  assert.equal((await assertTokens(await as.token(job))).scope, 'orders.read orders.write')
  assert.equal((await assertTokens(await as.token({ ...job, scope: 'orders.write' }))).scope, 'orders.write')
  as.writes.length = 0
  for (const scope of [
    'jobs.run',
    'orders.read jobs.run',
    'openid',
    'nonsense',
    'ORDERS.READ',
    'offline_access',
    'orders.read offline_access',
  ])
    await assertRefused(await as.token({ ...job, scope }), 400, 'invalid_scope', scope)
  for (const scope of ['offline_access', 'openid', 'orders.read', '"', 'jobs.run  jobs.run'])
    await assertRefused(await as.token({ ...job, scope }, cast.m1), 400, 'invalid_scope', scope)
  const many = Array.from({ length: 101 }, () => 'jobs.run').join(' ')
  await assertRefused(await as.token({ ...job, scope: many }, cast.m1), 400, 'invalid_scope')
  assert.deepEqual(as.writes, [])
})

test('[INT-4-01] a job for an API with opaque tokens gets one that the API can ask about', async (t) => {
  const as = await serverOf(t)
  assert.ok((await as.server.saveClient({ ...cast.m1, scope: 'bills.read' })).ok)

  const { access_token } = await assertTokens(await as.token(job, cast.m1))

  assert.match(access_token, /^hat_/)
  const { jti, ...said } = await as.introspect(access_token, cast.api2)
  assert.match(String(jti), /^[0-9a-f]{32}$/)
  assert.deepEqual(said, {
    active: true,
    iss: as.issuer,
    sub: 'm1',
    aud: cast.r2,
    client_id: 'm1',
    scope: 'bills.read',
    token_type: 'Bearer',
    iat: as.clock.now() / 1000,
    exp: as.clock.now() / 1000 + 3600,
  })
})
