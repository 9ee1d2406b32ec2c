import assert from 'node:assert/strict'
import { test } from 'node:test'
import { c1, c2, p1, x } from '../../support/fixtures.ts'
import { assertExplained, assertNoEffect, auditOf } from '../../support/oracles.ts'
import { responseOf, startServer } from '../../support/server.ts'

const evil = 'https://evil.example/cb'
const good = c1.redirect_uris[0]

test('[RU-01] a redirect URI of somebody else gets nothing, though alice is signed in and has allowed the app', async (t) => {
  // req: O21-2.3.5-01, O21-2.3.5-02, O21-4.1.2.1-01, BCP-4.1.3-02
  const as = await startServer()
  t.after(as.close)
  const browser = await as.signedIn()
  await as.code({}, c1, browser)
  as.writes.length = 0

  const page = await browser.open(as.authorize({ redirect_uri: evil }).url)

  assert.equal(page.status, 400)
  assert.equal(page.leavesFor, undefined)
  assert.ok(!page.html.includes('evil.example'))
  assertNoEffect(as)
})

test('[UX-3.3] forty malformed requests end on a page of ours that leads nowhere', async (t) => {
  // req: RU-02, RU-03, RU-04, RU-05, RU-06, RU-14, O21-2.3.1-02, O21-4.1.1-09, BCP-2.1-02, HT-13, O21-7.12-01
  const as = await startServer()
  t.after(as.close)
  const redirects = [
    evil,
    '//evil.example/cb',
    '/cb',
    'cb',
    `${good}/`,
    `${good}/x`,
    `${good}2`,
    `${good}?x=1`,
    `${good}#f`,
    `${good}%2f`,
    `${good};x`,
    `${good}%00`,
    `${good}\0`,
    `${good}\r\nSet-Cookie: x=y`,
    `${good}%0d%0aSet-Cookie:x=y`,
    'https://client.example/CB',
    'https://CLIENT.example/cb',
    'https://client.example./cb',
    'https://client.example:443/cb',
    'http://client.example/cb',
    'https://client.example/a/../cb',
    'https://client.example/./cb',
    'https://client.example//cb',
    'https://client.example/%2e%2e/cb',
    'https://client.example@evil.example/cb',
    'https://client.example\\@evil.example/cb',
    'https://evil.example#@client.example/cb',
    'https://client.example:443@evil.example',
    'https://c\u0131ient.example/cb',
    'https://\uff43lient.example/cb',
    'https://xn--clent-3ra.example/cb',
    'javascript:alert(1)//client.example/cb',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox',
    'blob:https://client.example/1',
    'file:///etc/passwd',
    '"><script>alert(1)</script>',
    p1.redirect_uris[0],
    x.redirect_uris[0],
    `https://evil.example/${'a'.repeat(7000)}`,
  ]
  assert.equal(redirects.length, 40)

  for (const [index, redirect] of redirects.entries()) {
    // Two minutes: of more than thirty in one minute the audit tells only how many they were.
    if (index === 20) as.later(60)
    const response = await as.get(as.authorize({ redirect_uri: redirect }).url)
    await assertExplained(response, 'HF-AUTHZ-0104', redirect)
  }

  assertNoEffect(as)
  const refusals = await auditOf(as, 'authorize_refused')
  assert.equal(refusals.length, redirects.length)
  assert.ok(refusals.every((each) => each.clientId === 'c1' && each.reason === 'redirect_uri_unregistered'))
})

test('[O21-4.1.2.1-01] an unknown, missing, repeated, malformed or disabled client is a page, never a redirect', async (t) => {
  // req: UX-3.3, O21-3.1-05, D4, O21-A-01
  const as = await startServer()
  t.after(as.close)
  await as.disable(c2)
  const wrong = [
    undefined,
    '',
    'nobody',
    'C1',
    'c1 ',
    'c1\0',
    'c1\r\n',
    '\u5ba2',
    '__proto__',
    'a'.repeat(9000),
    ['c1', 'c1'],
    ['c1', 'x'],
    'c2',
    "' or 1=1 --",
    '"><script>',
  ]

  for (const client_id of wrong) {
    await assertExplained(await as.get(as.authorize({ client_id }).url), 'HF-AUTHZ-0101', String(client_id))
  }

  // Only a client that is known has an owner who could be told.
  const refused = await auditOf(as, 'authorize_refused')
  assert.deepEqual(
    refused.map((each) => [each.clientId, each.reason]),
    [['c2', 'client_disabled']],
  )
  assertNoEffect(as)
})

test('[RU-07] a repeated redirect URI is a page, whichever comes first, even if both are the right one', async (t) => {
  // req: O21-3.1-05
  const as = await startServer()
  t.after(as.close)

  for (const redirect_uri of [
    [good, evil],
    [evil, good],
    [good, good],
    [good, ''],
  ]) {
    await assertExplained(await as.get(as.authorize({ redirect_uri }).url), 'HF-AUTHZ-0104')
  }
  assertNoEffect(as)
})

test('[O21-4.1.2.1-02] two faults, one of them the redirect URI, never redirect', async (t) => {
  const as = await startServer()
  t.after(as.close)
  const faults = [
    { scope: 'unknown' },
    { response_type: 'token' },
    { code_challenge: undefined },
    { prompt: 'none' },
    { state: 'a\0' },
    { resource: 'x' },
    { request: 'x' },
  ]

  for (const fault of faults) {
    await assertExplained(await as.get(as.authorize({ ...fault, redirect_uri: evil }).url), 'HF-AUTHZ-0104')
  }
  assertNoEffect(as)
})

test('[RU-10] the redirect URI may be left out where exactly one is registered', async (t) => {
  // req: O21-2.3.2-01, O21-2.3.1-03
  const as = await startServer()
  t.after(as.close)

  const two = await as.get(as.authorize({ redirect_uri: undefined }, p1).url)
  const one = await as.walk(as.browser(), as.authorize({ redirect_uri: undefined }).url)

  await assertExplained(two, 'HF-AUTHZ-0105')
  assert.ok(one.leavesFor?.startsWith(`${good}?code=`))
})

test('[RU-08] a program on the device may listen at any port', async (t) => {
  // req: O21-8.4.2-01, O21-1.5-01
  const as = await startServer()
  t.after(as.close)
  const redirect_uri = 'http://127.0.0.1:53123/cb'

  const page = await as.walk(as.browser(), as.authorize({ redirect_uri }, p1).url)

  assert.ok(page.leavesFor?.startsWith(`${redirect_uri}?code=hac_`))
})

test('[RU-09] what only looks like the loopback address of a client is a page', async (t) => {
  // req: R8, O21-8.4.2-02
  const as = await startServer()
  t.after(as.close)
  const others = [
    'http://localhost:53123/cb',
    'http://127.0.0.1.evil.example/cb',
    'http://127.1/cb',
    'http://[::ffff:127.0.0.1]/cb',
    'http://[::1]/cb',
    'http://0.0.0.0/cb',
    'http://127.0.0.1:1@evil.example/cb',
    'https://127.0.0.1/cb',
    'http://127.0.0.1:99999/cb',
  ]

  for (const redirect_uri of others) {
    await assertExplained(await as.get(as.authorize({ redirect_uri }, p1).url), 'HF-AUTHZ-0104', redirect_uri)
  }
})

test('[RU-13] the query of a registered redirect URI stays as it is, and the response comes after it, once', async (t) => {
  // req: O21-2.3-02
  const as = await startServer()
  t.after(as.close)
  const asking = { ...c1, client_id: 'asking', redirect_uris: ['https://client.example/cb?next=%2fa&x=+1'] }
  await as.server.saveClient(asking)
  const request = as.authorize({}, asking)

  const allowed = await as.walk(as.browser(), request.url)
  const refused = await as.get(as.authorize({ scope: 'unknown' }, asking).url)

  for (const location of [allowed.leavesFor ?? '', refused.headers.get('location') ?? '']) {
    assert.ok(location.startsWith(`${asking.redirect_uris[0]}&`), location)
    const names = [...new URL(location).searchParams.keys()]
    assert.equal(new Set(names).size, names.length)
  }
  assert.equal(responseOf(allowed).get('state'), request.state)
})

test('[R8] localhost has freedom of port where the operator allowed it, and the page warns', async (t) => {
  const as = await startServer()
  t.after(as.close)
  const local = { ...p1, client_id: 'local', redirect_uris: ['http://localhost/cb'] }
  await as.server.saveClient({ ...local, hufu_allow_localhost_any_port: true })
  const strict = { ...local, client_id: 'strict' }
  await as.server.saveClient(strict)
  const redirect_uri = 'http://localhost:4000/cb'

  const page = await (await as.signedIn()).open(as.authorize({ redirect_uri }, local).url)

  assert.equal(page.status, 200)
  assert.match(page.html, /class="warning"/)
  await assertExplained(await as.get(as.authorize({ redirect_uri }, strict).url), 'HF-AUTHZ-0104')
})
