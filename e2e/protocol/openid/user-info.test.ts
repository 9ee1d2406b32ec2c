import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alice, m1 } from '../../support/fixtures.ts'
import { addClient, aliceProfile, identityServer, o1, readSigned, userInfo } from '../../support/openid.ts'
import type { TokensWithId } from '../../support/openid.ts'
import { proofFor, showing } from '../../support/proofs.ts'
import { push, pushed } from '../../support/push.ts'
import { proofOf, responseOf } from '../../support/server.ts'
import { anEvent, aProofKey, tokenHashOf } from 'hufu/testing'

const everything = { scope: 'openid profile email address phone' }

test('[OIDC-5.3-01] UserInfo tells by GET and POST what the scopes stand for, leaves out what is not known, and always says sub', async (t) => {
  const as = await identityServer(t)
  const tokens = (await as.tokens(everything, o1)) as TokensWithId
  const { sub } = (await readSigned(as, tokens.id_token)).claims
  const got = await userInfo(as, tokens.access_token)
  const posted = await userInfo(as, tokens.access_token, { method: 'POST' })
  const { updated_at, ...told } = (await got.json()) as Record<string, unknown>

  assert.equal(got.headers.get('content-type'), 'application/json')
  assert.equal(got.headers.get('cache-control'), 'no-store')
  assert.equal(got.headers.get('access-control-allow-origin'), '*')
  assert.equal(typeof updated_at, 'number')
  assert.deepEqual(told, {
    sub,
    name: 'Alice',
    given_name: 'Alice',
    preferred_username: 'alice',
    locale: 'en',
    email: alice.email,
    email_verified: true,
    address: aliceProfile.address,
    phone_number: aliceProfile.phone_number,
    phone_number_verified: false,
  })
  assert.deepEqual(await posted.json(), { updated_at, ...told })
})

test('[OIDC-5.3-01] a scope that was not asked for tells nothing, whichever API the token is for', async (t) => {
  const as = await identityServer(t)
  const told = async (scope: string) => (await userInfo(as, await as.at({ scope }, o1))).json()
  const onlySub = await told('openid')

  assert.deepEqual(Object.keys(onlySub as object), ['sub'])
  assert.deepEqual(Object.keys((await told('openid email orders.read')) as object).toSorted(), [
    'email',
    'email_verified',
    'sub',
  ])
})

test('[IN-07] UserInfo refuses a token without openid, one that is over, one for no person, and any that is not in the header', async (t) => {
  const as = await identityServer(t)
  const challenge = async (answer: Response) => {
    const error = /error="([a-z_]+)"/.exec(answer.headers.get('www-authenticate') ?? '')?.[1]

    return `${answer.status} ${error ?? 'no error'}`
  }
  const good = await as.at(everything, o1)
  const job = (await (await as.token({ grant_type: 'client_credentials' }, m1)).json()) as { access_token: string }
  const refresh = await as.rt(everything, o1)

  assert.equal(await challenge(await userInfo(as, await as.at({ scope: 'orders.read' }, o1))), '403 insufficient_scope')
  assert.equal(await challenge(await userInfo(as, job.access_token)), '403 insufficient_scope')
  assert.equal(await challenge(await userInfo(as, 'nonsense')), '401 invalid_token')
  assert.equal(await challenge(await userInfo(as, refresh)), '401 invalid_token')
  assert.equal(await challenge(await as.get(`/userinfo?access_token=${good}`)), '401 no error')
  const inBody = new URLSearchParams({ access_token: good })
  assert.equal(await challenge(await as.send('/userinfo', { method: 'POST', body: inBody })), '401 no error')
  assert.equal(await challenge(await as.get('/userinfo', { authorization: good })), '400 invalid_request')
  assert.equal(await challenge(await userInfo(as, `${good}, Bearer ${good}`)), '400 invalid_request')
  assert.equal((await as.send('/userinfo', { method: 'PUT' })).status, 405)
  assert.equal((await userInfo(as, good)).status, 200)

  const account = (await as.store.findAccountByUsername('alice' as never))!
  await as.store.saveAccount({ ...account, disabledAt: as.clock.now() }, 'alice', anEvent())
  assert.equal(await challenge(await userInfo(as, good)), '401 invalid_token')
  assert.deepEqual(as.faults, [])
})

test('[OIDC-5.3-01] an access token that expired or was revoked tells nothing any more', async (t) => {
  const as = await identityServer(t)
  const tokens = await as.tokens(everything, o1)
  const short = await as.at(everything, o1)

  const { headers } = proofOf(o1)
  const body = new URLSearchParams({ token: tokens.access_token })
  assert.equal((await as.send('/revoke', { method: 'POST', headers, body })).status, 200)
  assert.equal((await userInfo(as, tokens.access_token)).status, 401)
  as.later(599)
  assert.equal((await userInfo(as, short)).status, 200)
  as.later(1)
  assert.equal((await userInfo(as, short)).status, 401)
})

test('[OIDC-5.3-01] a client that wants it signed gets a JWT with issuer and audience, which is no ID token', async (t) => {
  // req: JW-07
  const as = await identityServer(t)
  await addClient(as, { ...o1, userinfo_signed_response_alg: 'ES256' })
  const answer = await userInfo(as, await as.at({ scope: 'openid email' }, o1))
  const { alg, claims } = await readSigned(as, await answer.text())

  assert.equal(answer.headers.get('content-type'), 'application/jwt')
  assert.equal(alg, 'ES256')
  assert.deepEqual(Object.keys(claims).toSorted(), ['aud', 'email', 'email_verified', 'iss', 'sub'])
  assert.deepEqual([claims['iss'], claims['aud']], [as.issuer, 'o1'])
})

test('[DP-03] a token that is bound to a key opens UserInfo with a proof of that key alone, and never as Bearer', async (t) => {
  // req: OIDC-3.1.3.3-01
  const as = await identityServer(t)
  const [key, other] = [aProofKey(), aProofKey()]
  const redeemed = await as.code(everything, o1)
  const form = { grant_type: 'authorization_code', code: redeemed.code, code_verifier: redeemed.verifier }
  const tokens = (await (await as.token(form, o1, showing(as, key))).json()) as TokensWithId
  const call = (by: typeof key, changed = {}) =>
    as.get('/userinfo', {
      authorization: `DPoP ${tokens.access_token}`,
      dpop: proofFor(as, by, { htm: 'GET', ath: tokenHashOf(tokens.access_token), ...changed }, '/userinfo'),
    })
  const statusOf = async (answer: Promise<Response>) => (await answer).status

  assert.equal(tokens.token_type, 'DPoP')
  assert.equal(await statusOf(call(key)), 200)
  assert.equal(await statusOf(userInfo(as, tokens.access_token)), 401)
  assert.equal(await statusOf(as.get('/userinfo', { authorization: `DPoP ${tokens.access_token}` })), 401)
  assert.equal(await statusOf(call(other)), 401)
  assert.equal(await statusOf(call(key, { ath: tokenHashOf('another') })), 401)
  assert.equal(await statusOf(call(key, { htm: 'POST' })), 401)
  const bearer = await as.at(everything, o1)
  const proof = proofFor(as, key, { htm: 'GET', ath: tokenHashOf(bearer) }, '/userinfo')
  assert.equal(await statusOf(as.get('/userinfo', { authorization: `DPoP ${bearer}`, dpop: proof })), 401)
  const refused = await userInfo(as, tokens.access_token)
  assert.match(refused.headers.get('www-authenticate') ?? '', /^Bearer .*, DPoP realm="hufu", algs="[^"]*ES256/)
})

test('[OIDC-3.1.2.1-01] a request that was pushed carries its nonce, claims and hint like one in the address', async (t) => {
  // req: RQ-04
  const as = await identityServer(t)
  const claims = JSON.stringify({ id_token: { email: null } })
  const request = await pushed(as, { scope: 'openid', nonce: 'pushed', claims, login_hint: 'hufucanary_hint' }, o1)
  const browser = as.browser()
  const signIn = await browser.open(request.url)
  const page = await as.walk(browser, request.url)
  const answer = await as.redeem({ ...request, code: responseOf(page).get('code') ?? '' })
  const { nonce, email } = (await readSigned(as, ((await answer.json()) as TokensWithId).id_token)).claims
  const badHint = await push(as, { scope: 'openid', id_token_hint: 'nonsense' }, o1)

  assert.equal(signIn.html.split('hufucanary_hint').length, 2)
  assert.equal([...browser.setCookies, page.leavesFor, signIn.url].join().includes('hufucanary_hint'), false)
  assert.deepEqual([nonce, email], ['pushed', alice.email])
  assert.equal(badHint.status, 400)
})
