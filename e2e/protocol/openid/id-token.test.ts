import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anEvent } from 'hufu/testing'
import { c1, m1, mallory } from '../../support/fixtures.ts'
import { begun, d1, decide, poll, serverWithDevices } from '../../support/device.ts'
import { addClient, halfHash, identityServer, o1, readSigned, userInfo } from '../../support/openid.ts'
import type { TokensWithId } from '../../support/openid.ts'
import type { TestServer } from '../../support/server.ts'
import type { Fields } from '../../support/user-agent.ts'

const request = { scope: 'openid profile orders.read', nonce: 'n-0S6_WzA2Mj' }

const idToken = async (as: TestServer, changes: Fields = {}, client = o1 as Parameters<TestServer['tokens']>[1]) =>
  readSigned(as, ((await as.tokens({ ...request, ...changes }, client)) as TokensWithId).id_token)

test('[OIDC-2-01] an ID token says who signed in, when and how, for whom and for which access token, and no more', async (t) => {
  // req: OIDC-3.1.3.3-01, OIDC-3.1.3.6-01, OIDC-15.1-01, ISS-2.4-03, BBA-8-01
  const as = await identityServer(t)
  const tokens = (await as.tokens(request, o1)) as TokensWithId
  const { alg, typ, claims } = await readSigned(as, tokens.id_token)
  const now = Math.floor(as.clock.now() / 1000)
  const { sub, sid, ...rest } = claims

  assert.equal(tokens.token_type, 'Bearer')
  assert.deepEqual([alg, typ], ['RS256', 'JWT'])
  assert.equal(sub, (await as.store.findAccountByUsername('alice' as never))!.subject)
  assert.match(String(sid), /^[0-9a-f]{32}$/)
  assert.deepEqual(rest, {
    iss: as.issuer,
    aud: 'o1',
    iat: now,
    exp: now + 600,
    auth_time: now,
    nonce: 'n-0S6_WzA2Mj',
    acr: 'urn:hufu:acr:pwd',
    amr: ['pwd'],
    at_hash: halfHash(tokens.access_token),
  })
})

test('[OIDC-2-01] nonce is echoed as it came, and not there where none was sent', async (t) => {
  const as = await identityServer(t)
  const odd = `a b%20"\\'<>&+=/?#${'x'.repeat(500)}`

  assert.equal((await idToken(as, { nonce: odd })).claims['nonce'], odd)
  assert.equal('nonce' in (await idToken(as, { nonce: undefined })).claims, false)
})

test('[OIDC-12.2-01] a refreshed ID token is of the same person and the same sign-in, and has no nonce', async (t) => {
  // req: STEP-4-02, STEP-6-01
  const as = await identityServer(t)
  const tokens = (await as.tokens(request, o1)) as TokensWithId
  const first = (await readSigned(as, tokens.id_token)).claims
  as.later(3600)
  const answer = await as.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }, o1)
  const again = (await answer.json()) as TokensWithId
  const second = (await readSigned(as, again.id_token)).claims
  const { nonce, iat, exp, at_hash: _, ...same } = first
  const { iat: newIat, exp: newExp, at_hash: newHash, ...still } = second

  assert.equal(nonce, 'n-0S6_WzA2Mj')
  assert.deepEqual(still, same)
  assert.deepEqual([newIat, newExp], [Number(iat) + 3600, Number(exp) + 3600])
  assert.equal(newHash, halfHash(again.access_token))
  const { auth_time, acr } = await as.introspect(again.access_token)
  assert.deepEqual([auth_time, acr], [first['auth_time'], 'urn:hufu:acr:pwd'])
})

test('[OIDC-3.1.2.1-01] without openid there is no ID token, whatever else of OpenID Connect the request has', async (t) => {
  // req: GR-03
  const as = await identityServer(t)
  const without = await as.tokens({ scope: 'profile orders.read', nonce: 'n', claims: '{' }, o1)
  const plain = await as.tokens({ scope: 'orders.read' }, o1)
  const job = await as.token({ grant_type: 'client_credentials', scope: 'openid' }, m1)

  assert.equal('id_token' in without || 'id_token' in plain, false)
  assert.equal((await as.introspect(plain.access_token))['acr'], undefined)
  assert.equal(((await job.json()) as { error: string }).error, 'invalid_scope')
})

test('[OIDC-3.1.2.1-01] beside openid a scope that nobody knows is left out, and the answer says so', async (t) => {
  // req: R12
  const as = await identityServer(t)

  const tokens = await as.tokens({ scope: 'openid telepathy orders.read' }, o1)
  const refused = await as.walk(as.browser(), as.authorize({ scope: 'telepathy orders.read' }, o1).url)
  const notMine = await as.walk(as.browser(), as.authorize({ scope: 'openid bills.read' }, o1).url)

  assert.equal(tokens.scope, 'openid orders.read')
  for (const page of [refused, notMine])
    assert.equal(new URL(page.leavesFor!).searchParams.get('error'), 'invalid_scope')
})

test('[OIDC-3.1.2.1-01] an app that only signs people in gets a token for the issuer, never for an API', async (t) => {
  const as = await identityServer(t)
  const { access_token } = await as.tokens({ scope: 'openid email' }, o1)
  const payload = JSON.parse(Buffer.from(access_token.split('.')[1]!, 'base64url').toString()) as Record<
    string,
    unknown
  >

  assert.equal(payload['aud'], as.issuer)
  assert.equal(payload['scope'], 'openid email')
  assert.deepEqual(await as.introspect(access_token), { active: false })
})

test('[OIDC-3.1.2.1-01] identity scopes are never part of a default, and only for who is registered with them', async (t) => {
  const as = await identityServer(t)
  const byDefault = await as.tokens({ scope: undefined }, o1)
  const page = await as.walk(as.browser(), as.authorize({ scope: 'openid' }, c1).url)

  assert.equal(byDefault.scope, 'orders.read offline_access')
  assert.equal(new URL(page.leavesFor!).searchParams.get('error'), 'invalid_scope')
})

test('[OIDC-2-01] the algorithm is the one the client registered with, and one that the server has', async (t) => {
  const as = await identityServer(t)
  await addClient(as, { ...o1, id_token_signed_response_alg: 'ES256' })

  assert.equal((await idToken(as)).alg, 'ES256')
  for (const alg of ['none', 'HS256', 'ES384', 'PS256']) {
    const saved = await as.server.saveClient({ ...o1, id_token_signed_response_alg: alg })
    assert.match(saved.ok ? '' : saved.error, /^id_token_signed_response_alg: /, alg)
  }
})

test('[OIDC-2-01] every algorithm that discovery lists signs an ID token, and the own one for who had another before', async (t) => {
  // req: IN-10
  const as = await identityServer(t)
  const listed = async (by: TestServer) =>
    ((await (await by.get('/.well-known/openid-configuration')).json()) as Record<string, string[]>)[
      'id_token_signing_alg_values_supported'
    ]!

  assert.deepEqual(await listed(as), ['ES256', 'RS256'])
  for (const alg of await listed(as)) {
    await addClient(as, { ...o1, id_token_signed_response_alg: alg })
    assert.equal((await idToken(as)).alg, alg)
  }
  const stored = (await as.store.findClient('o1' as never))!
  await as.store.saveClient({ ...stored, identity: { ...stored.identity, idTokenAlg: 'PS256' } }, anEvent())
  assert.equal((await idToken(as)).alg, 'ES256')
})

test('[OIDC-2-01] sid names one session of one browser, towards one app', async (t) => {
  const as = await identityServer(t)
  await addClient(as, { ...o1, client_id: 'o2' })
  const browser = await as.signedIn()
  const sid = async (client: object, by = browser) => {
    const tokens = (await as.tokens(request, client as typeof o1, by)) as TokensWithId

    return (await readSigned(as, tokens.id_token)).claims['sid']
  }
  const first = await sid(o1)

  assert.equal(await sid(o1), first)
  assert.notEqual(await sid({ ...o1, client_id: 'o2' }), first)
  assert.notEqual(await sid(o1, await as.signedIn()), first)
  assert.notEqual(await sid(o1, await as.signedIn(mallory)), first)
})

test('[JW-07] an ID token is no access token, no refresh token and no code, wherever it is shown', async (t) => {
  // req: RS-02, GR-04
  const as = await identityServer(t)
  const { id_token: idToken } = (await as.tokens(request, o1)) as TokensWithId
  const asBearer = await as.send('/userinfo', { headers: { authorization: `Bearer ${idToken}` } })
  const asRefresh = await as.token({ grant_type: 'refresh_token', refresh_token: idToken }, o1)

  assert.equal(asBearer.status, 401)
  assert.deepEqual(await as.introspect(idToken), { active: false })
  assert.equal(((await asRefresh.json()) as { error: string }).error, 'invalid_grant')
})

test('[OIDC-3.1.3.3-01] who connects a device with openid is known to it by an ID token, which has no nonce', async (t) => {
  const as = await serverWithDevices(t)
  await addClient(as, { ...d1, scope: 'openid profile orders.read' })
  const device = await begun(as, { scope: 'openid orders.read' })
  await decide(as, device)
  const tokens = (await (await poll(as, device)).json()) as TokensWithId
  const { claims } = await readSigned(as, tokens.id_token)

  assert.equal(claims['aud'], 'd1')
  assert.equal(claims['sub'], (await as.store.findAccountByUsername('alice' as never))!.subject)
  assert.deepEqual([claims['acr'], claims['nonce']], ['urn:hufu:acr:pwd', undefined])
  assert.match(String(claims['sid']), /^[0-9a-f]{32}$/)
  assert.equal((await userInfo(as, tokens.access_token)).status, 200)
})
