import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alice, mallory } from '../../support/fixtures.ts'
import { addClient, identityServer, o1, readSigned, userInfo } from '../../support/openid.ts'
import type { TokensWithId } from '../../support/openid.ts'
import { has, responseOf } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { toForm } from '../../support/user-agent.ts'
import type { Fields, UserAgent } from '../../support/user-agent.ts'

const openid = { scope: 'openid' }
type Client = Parameters<TestServer['tokens']>[1]

/** What comes of a request in this browser: `code`, an error code, or the step that is shown. */
async function outcome(as: TestServer, by: UserAgent, changes: Fields, client: Client = o1): Promise<string> {
  const page = await by.open(as.authorize({ ...openid, ...changes }, client).url)
  if (has(page, '/consent')) return 'asks'
  if (has(page, '/sign-in')) return 'sign-in'
  const answer = responseOf(page)

  return answer.has('code') ? 'code' : (answer.get('error') ?? `page ${page.status}`)
}

/** A browser in which Alice has signed in and has allowed what is asked. */
async function allowed(as: TestServer, changes: Fields = {}, client: Client = o1): Promise<UserAgent> {
  const browser = await as.signedIn()
  await as.code({ ...openid, ...changes }, client, browser)

  return browser
}

const idTokenOf = async (as: TestServer, changes: Fields, by: UserAgent) =>
  ((await as.tokens({ ...openid, ...changes }, o1, by)) as TokensWithId).id_token

test('[OIDC-3.1.2.1-01] the request comes by GET or by POST alike', async (t) => {
  const as = await identityServer(t)
  const browser = await allowed(as)
  const { url } = as.authorize({ ...openid, nonce: 'n' }, o1)
  const posted = await browser.post(`${as.issuer}/authorize`, Object.fromEntries(new URL(url).searchParams))

  assert.ok(responseOf(posted).has('code'))
  assert.ok(responseOf(await browser.open(url)).has('code'))
})

test('[OIDC-3.1.2.1-02] redirect_uri is named in every request with openid, though only one is registered', async (t) => {
  const as = await identityServer(t)
  const browser = await allowed(as)
  const page = await browser.open(as.authorize({ ...openid, redirect_uri: undefined }, o1).url)

  assert.equal(page.status, 400)
  assert.equal(page.leavesFor, undefined)
  assert.match(page.html, /HF-AUTHZ-0105/)
  assert.equal(await outcome(as, browser, { redirect_uri: `${o1.redirect_uris[0]}/` }), 'page 400')
  assert.equal(await outcome(as, browser, { scope: 'orders.read', redirect_uri: undefined }), 'asks')
})

test('[OIDC-3.1.2.1-03] prompt=none shows no page: a code, or what is missing', async (t) => {
  // req: AZ-12
  const as = await identityServer(t)
  const none = { prompt: 'none' }
  const browser = await allowed(as)

  assert.equal(await outcome(as, as.browser(), none), 'login_required')
  assert.equal(await outcome(as, await as.signedIn(mallory), none), 'consent_required')
  assert.equal(await outcome(as, browser, none), 'code')
  assert.equal(await outcome(as, browser, { prompt: 'none login' }), 'invalid_request')
  as.later(60)
  assert.equal(await outcome(as, browser, { ...none, max_age: '60' }), 'login_required')
  assert.equal(await outcome(as, browser, { ...none, max_age: '61' }), 'code')
})

test('[OIDC-3.1.2.1-04] login and select_account ask to sign in, consent asks again, and what is not known is left out', async (t) => {
  const as = await identityServer(t)
  const browser = await allowed(as)
  as.later(1)

  for (const prompt of ['login', 'select_account']) assert.equal(await outcome(as, browser, { prompt }), 'sign-in')
  assert.equal(await outcome(as, browser, { prompt: 'consent' }), 'asks')
  for (const prompt of ['create', 'xyz', 'NONE']) assert.equal(await outcome(as, browser, { prompt }), 'code', prompt)
  assert.equal(await outcome(as, browser, { prompt: 'xyz consent' }), 'asks')
})

test('[OIDC-3.1.2.1-05] max_age holds the sign-in to an age, 0 wants a new one, and auth_time says when it was', async (t) => {
  // req: STEP-5-01, AZ-14
  const as = await identityServer(t)
  const browser = await allowed(as)
  const signedInAt = Math.floor(as.clock.now() / 1000)
  as.later(100)

  assert.equal(await outcome(as, browser, { max_age: '101' }), 'code')
  assert.equal(await outcome(as, browser, { max_age: '100' }), 'sign-in')
  const young = await readSigned(as, await idTokenOf(as, { max_age: '101' }, browser))
  const again = await readSigned(as, await idTokenOf(as, { max_age: '0' }, browser))
  assert.equal(young.claims['auth_time'], signedInAt)
  assert.equal(again.claims['auth_time'], signedInAt + 100)
  for (const max_age of ['-1', '1e9', 'NaN', '9'.repeat(40)])
    assert.equal(await outcome(as, browser, { max_age }), 'invalid_request', max_age)
})

test('[OIDC-3.1.2.1-05] a client may register the age that its requests mean when they name none', async (t) => {
  const as = await identityServer(t)
  await addClient(as, { ...o1, default_max_age: 50 })
  const browser = await allowed(as)
  as.later(50)

  assert.equal(await outcome(as, browser, {}), 'sign-in')
  assert.equal(await outcome(as, browser, { max_age: '51' }), 'code')
  assert.equal(await outcome(as, browser, { scope: 'orders.read' }), 'asks')
})

test('[OIDC-3.1.2.1-06] an ID token as a hint lets its own person in, and nobody else', async (t) => {
  // req: AZ-13, OIDC-3.1.2.2-01
  const as = await identityServer(t)
  const browser = await allowed(as)
  const hint = { id_token_hint: await idTokenOf(as, {}, browser) }
  const stranger = await as.signedIn(mallory)
  await as.code(openid, o1, stranger)

  as.later(86_400 - 60)
  const later = await as.signedIn()
  assert.equal(await outcome(as, later, { ...hint, prompt: 'none' }), 'code')
  assert.equal(await outcome(as, stranger, { ...hint, prompt: 'none' }), 'login_required')
  assert.equal(await outcome(as, stranger, hint), 'sign-in')

  const request = as.authorize({ ...openid, ...hint }, o1)
  const [first, second] = [await as.signedIn(mallory), await as.signedIn(mallory)]
  as.later(1)
  const asMallory = await as.walk(first, request.url, { person: mallory })
  assert.equal(responseOf(asMallory).get('error'), 'login_required')
  assert.match(asMallory.leavesFor ?? '', /HF-AUTHZ-0163/)
  const asAlice = await as.walk(second, request.url, { person: alice })
  assert.ok(responseOf(asAlice).has('code'))
})

test('[OIDC-3.1.2.1-06] a hint is one of our ID tokens for this client; whatever else it is, nobody gets in by it', async (t) => {
  // req: JW-07, JW-01
  const as = await identityServer(t)
  await addClient(as, { ...o1, client_id: 'o2', userinfo_signed_response_alg: 'RS256' })
  const browser = await allowed(as)
  const o2 = { ...o1, client_id: 'o2' } as unknown as Client
  const tokens = (await as.tokens(openid, o1, browser)) as TokensWithId
  const ofOther = (await as.tokens(openid, o2, browser)) as TokensWithId
  const signedInfo = await (await userInfo(as, ofOther.access_token)).text()
  const [head, body] = tokens.id_token.split('.')
  const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${body}.`

  const hints = [tokens.access_token, ofOther.id_token, `${head}.${body}.AAAA`, unsigned, 'nonsense', 'a.b.c']
  for (const id_token_hint of hints)
    assert.equal(await outcome(as, browser, { id_token_hint }), 'invalid_request', id_token_hint)
  assert.equal(await outcome(as, browser, { id_token_hint: signedInfo }, o2), 'invalid_request')
  assert.equal(await outcome(as, browser, { id_token_hint: ofOther.id_token }, o2), 'code')
})

test('[OIDC-3.1.2.1-06] login_hint fills in the name, as text and nothing else; other hints change nothing and are never wrong', async (t) => {
  const as = await identityServer(t)
  const hint = '"><script>alert(1)</script>'
  const page = await as.browser().open(as.authorize({ ...openid, login_hint: hint }, o1).url)
  const browser = await allowed(as)

  assert.match(page.html, /value="&quot;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;"/)
  assert.equal(page.html.includes('<script>alert'), false)
  const harmless = { display: 'popup', ui_locales: 'xx yy', claims_locales: 'zz', acr_values: 'gold urn:x' }
  for (const [name, value] of Object.entries(harmless))
    assert.equal(await outcome(as, browser, { [name]: value }), 'code', name)
})

test('[AZ-13] login_hint of somebody else never makes their account the answer', async (t) => {
  const as = await identityServer(t)
  const browser = await allowed(as)
  const { claims } = await readSigned(as, await idTokenOf(as, { login_hint: 'mallory' }, browser))

  assert.equal(claims['sub'], (await as.store.findAccountByUsername('alice' as never))!.subject)
})

test('[STEP-5-01] acr_values are a wish; the token of any request that had them says what was reached', async (t) => {
  // req: STEP-6-01
  const as = await identityServer(t)
  const step = { scope: 'orders.read', acr_values: 'urn:example:gold', max_age: '3600' }
  const tokens = await as.tokens(step, o1)
  const now = Math.floor(as.clock.now() / 1000)
  const refreshed = await as.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }, o1)
  const again = (await refreshed.json()) as { access_token: string }
  await addClient(as, { ...o1, default_acr_values: ['urn:example:gold'] })
  const byDefault = await as.at({ scope: 'openid orders.read' }, o1)

  for (const token of [tokens.access_token, again.access_token, byDefault]) {
    const { acr, auth_time } = await as.introspect(token)
    assert.deepEqual([acr, auth_time], ['urn:hufu:acr:pwd', now])
  }
})

test('[STEP-5-01] an essential acr is reached or refused before anybody signs in', async (t) => {
  // req: OIDC-5.5-01
  const as = await identityServer(t)
  const browser = await allowed(as)
  const demand = (wish: object) => ({ claims: JSON.stringify({ id_token: { acr: wish } }) })
  const unmet = 'unmet_authentication_requirements'

  assert.equal(await outcome(as, as.browser(), demand({ essential: true, values: ['gold'] })), unmet)
  assert.equal(await outcome(as, browser, demand({ essential: true, value: 'gold' })), unmet)
  assert.equal(await outcome(as, browser, demand({ essential: true, values: ['gold', 'urn:hufu:acr:pwd'] })), 'code')
  assert.equal(await outcome(as, browser, demand({ essential: true })), 'code')
  assert.equal(await outcome(as, browser, demand({ values: ['gold'] })), 'code')
})

test('[OIDC-5.5-01] claims that are wished for one by one come where they were wished for, after the person was asked', async (t) => {
  // req: OIDC-3.1.2.4-01
  const as = await identityServer(t)
  const claims = JSON.stringify({
    id_token: { email: { essential: true }, nickname: null, unheard_of: { essential: true } },
    userinfo: { phone_number: null, given_name: { value: 'Bob' } },
  })
  const browser = await allowed(as)
  const page = await browser.open(as.authorize({ ...openid, claims }, o1).url)
  const tokens = (await as.tokens({ ...openid, claims }, o1, browser)) as TokensWithId
  const { email, email_verified, nickname, phone_number } = (await readSigned(as, tokens.id_token)).claims
  const { sub: _, ...info } = (await (await userInfo(as, tokens.access_token)).json()) as Record<string, unknown>

  assert.match(page.html, /See your email address/)
  assert.match(page.html, /See your phone number/)
  assert.equal(tokens.scope, 'openid')
  assert.deepEqual([email, email_verified, nickname, phone_number], [alice.email, undefined, undefined, undefined])
  assert.deepEqual(info, { given_name: 'Alice', phone_number: '+1 555 0100' })
  assert.equal(await outcome(as, browser, { claims }), 'code')
})

test('[OIDC-5.5-01] a client learns nothing by claims that it is not registered for', async (t) => {
  const as = await identityServer(t)
  await addClient(as, { ...o1, client_id: 'o3', scope: 'openid' })
  const o3 = { ...o1, client_id: 'o3', scope: 'openid' } as unknown as Client
  const claims = JSON.stringify({ id_token: { email: { essential: true } }, userinfo: { email: null, name: null } })
  const tokens = (await as.tokens({ ...openid, claims }, o3)) as TokensWithId

  assert.equal('email' in (await readSigned(as, tokens.id_token)).claims, false)
  assert.deepEqual(Object.keys((await (await userInfo(as, tokens.access_token)).json()) as object), ['sub'])
})

test('[OIDC-3.1.2.2-01] a sub in claims is the one who gets in; two of them, or another than the hint, are refused', async (t) => {
  // req: OIDC-5.5-01
  const as = await identityServer(t)
  const browser = await allowed(as)
  const hint = await idTokenOf(as, {}, browser)
  const { sub } = (await readSigned(as, hint)).claims
  as.later(1)
  const by = (value: unknown, more = {}) => ({ claims: JSON.stringify({ id_token: { sub: { value } } }), ...more })

  assert.equal(await outcome(as, browser, by(sub)), 'code')
  assert.equal(await outcome(as, browser, by('somebody-else')), 'sign-in')
  assert.equal(await outcome(as, browser, by('somebody-else', { prompt: 'none' })), 'login_required')
  assert.equal(await outcome(as, browser, by(sub, { id_token_hint: hint })), 'code')
  assert.equal(await outcome(as, browser, by('somebody-else', { id_token_hint: hint })), 'invalid_request')
  const two = JSON.stringify({ id_token: { sub: { value: 'a' } }, userinfo: { sub: { value: 'b' } } })
  assert.equal(await outcome(as, browser, { claims: two }), 'invalid_request')
  for (const claims of ['{', '[]', 'null', '{"id_token":[]}', '{"userinfo":{"sub":"x"}}'])
    assert.equal(await outcome(as, browser, { claims }), 'invalid_request', claims)
})

test('[OIDC-3.1.2.6-01] request objects by value and by address, and registrations in a request, have errors of their own', async (t) => {
  // req: RQ-03, OIDC-3.3-01
  const as = await identityServer(t)
  const browser = await allowed(as)

  assert.equal(await outcome(as, browser, { request: 'e30.e30.' }), 'request_not_supported')
  assert.equal(await outcome(as, browser, { request_uri: 'https://client.example/r' }), 'request_uri_not_supported')
  assert.equal(await outcome(as, browser, { registration: '{}' }), 'registration_not_supported')
  for (const response_type of ['code id_token', 'id_token', 'id_token token', 'code token', 'code id_token token'])
    assert.equal(await outcome(as, browser, { response_type }), 'unsupported_response_type', response_type)
})

test('[OIDC-11-01] offline_access counts where the person is asked; else it is ignored, and there is no refresh token', async (t) => {
  const as = await identityServer(t)
  const browser = as.browser()
  const offline = { scope: 'openid offline_access' }
  const given = async (changes: Fields, client: Client = o1) => {
    const tokens = await as.tokens(changes, client, browser)

    return [tokens.scope, tokens.refresh_token !== undefined]
  }

  assert.deepEqual(await given(offline), ['openid offline_access', true])
  assert.deepEqual(await given(offline), ['openid', false])
  assert.deepEqual(await given({ ...offline, prompt: 'consent' }), ['openid offline_access', true])
  assert.deepEqual(await given({ scope: 'openid' }), ['openid', true])
  const plain = { scope: 'orders.read offline_access' }
  await given(plain)
  assert.deepEqual(await given(plain), ['orders.read offline_access', true])

  await addClient(as, { ...o1, client_id: 'ours', hufu_first_party: true })
  assert.deepEqual(await given(offline, { ...o1, client_id: 'ours' } as unknown as Client), [
    'openid offline_access',
    true,
  ])
  await addClient(as, { ...o1, client_id: 'once', grant_types: ['authorization_code'] })
  assert.deepEqual(await given({ ...offline, prompt: 'consent' }, { ...o1, client_id: 'once' } as unknown as Client), [
    'openid',
    false,
  ])
})

test('[OIDC-3.1.2.4-01] the person is asked about each part of their identity, in words, and may say no', async (t) => {
  const as = await identityServer(t)
  const browser = await as.signedIn()
  const request = as.authorize({ scope: 'openid profile email address phone' }, o1)
  const page = await browser.open(request.url)
  const refused = await browser.submit(page, '/consent', { decision: 'deny' })

  for (const words of ['Sign you in', 'See who you are', 'See your email address', 'See your postal address'])
    assert.ok(page.html.includes(words), words)
  assert.equal(responseOf(refused).get('error'), 'access_denied')
})

test('[OIDC-3.1.2.3-01] a forged post to sign-in or consent of a request with openid does nothing', async (t) => {
  const as = await identityServer(t)
  const browser = await as.signedIn()
  const page = await browser.open(as.authorize(openid, o1).url)
  as.writes.length = 0
  const consent = page.forms.find((each) => each.action.endsWith('/consent'))!.action
  const forged = { method: 'POST', body: toForm({ decision: 'allow', csrf: 'forged' }) }
  const cookie = Array.from(browser.cookies, ([name, value]) => `${name}=${value}`).join('; ')
  const type = 'application/x-www-form-urlencoded'

  for (const site of ['cross-site', 'same-origin']) {
    const headers = { cookie, 'sec-fetch-site': site, 'content-type': type }
    const answer = await as.send(new URL(consent, as.issuer).href, { ...forged, headers })
    assert.equal((answer.headers.get('location') ?? '').includes('code='), false)
  }
  assert.deepEqual(as.writes, [])
  assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
})
