import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alice, c1, p1, x } from '../../support/fixtures.ts'
import { assertNoEffect, assertPage, assertReturned } from '../../support/oracles.ts'
import { has, responseOf, startServer } from '../../support/server.ts'
import type { TestServer, TestServerOptions } from '../../support/server.ts'

const state = (characters: number) => '%2B+&=#"<>\'`;\\ ~'.repeat(Math.ceil(characters / 16)).slice(0, characters)

test('[O21-4.1.2-03] the state comes back as it was sent, and none is made up', async (t) => {
  // req: AZ-04, O21-7.12-01, O21-4.1.2-06, ISS-2-01, ISS-2-02, MD-2-01, O21-4.1.2-04
  const as = await startServer()
  t.after(as.close)
  const browser = await as.signedIn()

  for (const sent of [state(16), state(2048), 'a'.repeat(8000), '"><script>alert(1)</script>']) {
    const answer = responseOf(await as.walk(browser, as.authorize({ state: sent }).url))
    assert.equal(answer.get('state'), sent)
    assert.deepEqual([...answer.keys()], ['code', 'state', 'iss'])
    assert.equal(answer.get('iss'), as.issuer)
  }
  for (const sent of [undefined, '']) {
    const answer = responseOf(await as.walk(browser, as.authorize({ state: sent }).url))
    assert.deepEqual([...answer.keys()], ['code', 'iss'])
  }
})

test('[UI-20] cookies are for this host and this server alone, and hold nothing about the person', async (t) => {
  // req: UI-03, O21-7.1.3-01
  const as = await startServer()
  t.after(as.close)
  const browser = await as.signedIn()
  await browser.open(`${as.issuer}/?lang=zh-CN`)
  await as.code({}, c1, browser)
  const page = await browser.open(`${as.issuer}/sign-out`)
  await browser.submit(page, '/sign-out')

  assert.deepEqual(
    [...new Set(browser.setCookies.map((each) => each.split('=', 1)[0]))],
    ['__Host-hufu_browser', '__Host-hufu_session', '__Host-hufu_lang'],
  )
  for (const cookie of browser.setCookies) {
    assert.match(cookie, /; Path=\/; HttpOnly; SameSite=Lax(?:; Max-Age=\d+)?; Secure$/)
    assert.doesNotMatch(cookie, /alice|Domain/i)
    assert.match(cookie, /^__Host-hufu_(?:lang=zh-CN|browser=[\w-]{43}|session=(?:[\w-]{43})?);/)
  }
})

test('[O21-7.5.4-01] what is answered to a form is a page, and every redirect is 303', async (t) => {
  // req: O21-1.6-01, O21-3.1-07, BCP-2.1-05, BCP-4.12-01, AZ-06, UX-3.0
  const as = await startServer()
  t.after(as.close)
  const browser = as.browser()

  const signIn = await browser.open(as.authorize().url)
  const consent = await browser.submit(signIn, '/sign-in', alice)
  const end = await browser.submit(consent, '/consent', { decision: 'allow' })
  const again = await as.send(as.authorize().url, { headers: { cookie: cookieOf(browser) } })

  assert.equal(end.status, 200)
  await assertPage(new Response(end.html, { headers: end.headers }), 'none')
  assert.ok(end.leavesFor?.startsWith(`${c1.redirect_uris[0]}?code=`))
  assert.match(end.html, /<a [^>]*id="continue" href="https:\/\/client\.example\/cb\?code=[^"]*"/)
  assert.equal(again.status, 303)
  assert.equal(again.headers.get('cache-control'), 'no-store')
  const redirects = as.exchanges.map(({ response }) => response.status).filter((status) => status >= 300)
  assert.deepEqual([...new Set(redirects)], [303])
  assert.ok(!JSON.stringify(as.exchanges.map(({ response }) => response.headers)).includes(alice.password))
})

test('[O21-4.1.2.1-07] whoever says no sends the client away with access_denied, and nothing is stored', async (t) => {
  // req: AZ-05, O21-4.1.2.1-05, ISS-2-01
  const as = await startServer()
  t.after(as.close)
  const steps = [
    async (url: string) => as.walk(as.browser(), url, { decision: 'deny' }),
    async (url: string) => {
      const browser = as.browser()

      return browser.submit(await browser.open(url), '/cancel')
    },
  ]

  for (const step of steps) {
    const request = as.authorize()
    const page = await step(request.url)
    const asRedirect = new Response(null, {
      status: 303,
      headers: { location: page.leavesFor ?? '', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    })
    assert.equal(page.status, 200)
    assertReturned(asRedirect, as, 'access_denied', request, request.state)
  }
  assert.ok(!as.writes.includes('issueCode'))
})

test('[O21-4.1.2.1-06] a fault of ours goes to the client as server_error, an outage as temporarily_unavailable', async (t) => {
  // req: IN-11
  const broken = { kind: 'none' as 'none' | 'fault' | 'outage' }
  const as = await startServer({ wrapStore: (store) => breaking(store, broken) })
  t.after(as.close)
  const request = as.authorize()

  broken.kind = 'fault'
  assertReturned(await as.get(request.url), as, 'server_error', request, request.state)
  broken.kind = 'outage'
  assertReturned(await as.get(request.url), as, 'temporarily_unavailable', request, request.state)
  broken.kind = 'none'

  assert.equal(as.faults.length, 2)
  assert.equal((await as.get(request.url)).status, 303)
})

test('[O21-4.1.2.1-06] an outage in the middle of the steps is a page that says so, with a number to ask about', async (t) => {
  const broken = { kind: 'none' as 'none' | 'fault' | 'outage' }
  const as = await startServer({ wrapStore: (store) => breaking(store, broken) })
  t.after(as.close)
  const browser = as.browser()
  const signIn = await browser.open(as.authorize().url)

  broken.kind = 'outage'
  const page = await browser.open(signIn.url)
  broken.kind = 'none'

  assert.equal(page.status, 503)
  assert.match(page.html, /HF-LIMIT-0691/)
  assert.ok(has(await browser.open(signIn.url), '/sign-in'))
})

test('[AZ-07] nobody is sent to an app that nobody has reviewed without having seen where', async (t) => {
  // req: O21-7.13.2-01, O21-7.13.2-02, BCP-4.11.2-01, D4
  const as = await startServer()
  t.after(as.close)

  for (const changes of [{ prompt: 'none' }, { scope: 'unknown' }, { response_type: 'token' }]) {
    const response = await as.get(as.authorize(changes, x).url)
    assert.equal(response.status, 200)
    const html = await assertPage(response, 'none')
    assert.doesNotMatch(html, /http-equiv="refresh"/)
    assert.match(html, /mallory\.example/)
    assert.match(html, /id="continue" href="https:\/\/mallory\.example\/cb\?error=/)
  }
  assertNoEffect(as)
})

test('[AZ-12] prompt=none never shows a page: it sends a code, or what is missing', async (t) => {
  // req: OIDC-3.1.2.1-03
  const as = await startServer()
  t.after(as.close)
  const stranger = as.browser()
  const browser = await as.signedIn()
  const silent = (by = browser, changes = {}) => by.open(as.authorize({ prompt: 'none', ...changes }).url)

  assert.equal(responseOf(await silent(stranger)).get('error'), 'login_required')
  assert.equal(responseOf(await silent()).get('error'), 'consent_required')
  await as.code({}, c1, browser)
  assert.ok(responseOf(await silent()).has('code'))
  as.later(61)
  assert.equal(responseOf(await silent(browser, { max_age: '60' })).get('error'), 'login_required')
  assert.ok(responseOf(await silent(browser, { max_age: '62' })).has('code'))
})

test('[AZ-14] prompt=login and max_age=0 want a sign-in for this very request', async (t) => {
  // req: OIDC-3.1.2.1-04, OIDC-3.1.2.1-05
  const as = await startServer()
  t.after(as.close)
  const browser = await as.signedIn()
  await as.code({}, c1, browser)
  as.later(1)

  for (const changes of [{ prompt: 'login' }, { max_age: '0' }, { prompt: 'select_account' }]) {
    const page = await browser.open(as.authorize(changes).url)
    assert.ok(has(page, '/sign-in'), JSON.stringify(changes))
    const after = await browser.submit(page, '/sign-in', alice)
    assert.ok(responseOf(after).has('code'))
    as.later(1)
  }
  assert.ok(responseOf(await browser.open(as.authorize({ max_age: '2' }).url)).has('code'))
})

test('[O21-7.7-01] codes and handles are long, different, and hold nothing to read', async (t) => {
  // req: O21-1.4.2-01, CD-06, O21-4.1.2-04
  const as = await startServer()
  t.after(as.close)
  const browser = await as.signedIn()
  const codes = await Promise.all(Array.from({ length: 20 }, async () => as.code({}, c1, browser)))

  assert.equal(new Set(codes.map((each) => each.code)).size, codes.length)
  for (const { code, url } of codes) {
    const octets = Buffer.from(code.slice(4), 'base64url')
    assert.equal(octets.length, 16 + 32 + 4)
    const challenge = new URL(url).searchParams.get('code_challenge') ?? ''
    assert.ok(!octets.includes(Buffer.from(challenge)) && !octets.includes(Buffer.from(challenge, 'base64url')))
  }
  const secrets = codes.map(({ code }) => Buffer.from(code.slice(4), 'base64url').subarray(16, 48).toString('hex'))
  assert.equal(new Set(secrets).size, codes.length)
})

test('[O21-1.5-01] a server without https is refused, but for development on this machine', async () => {
  // req: HT-15, SC-04
  const start = (options: TestServerOptions) => startServer(options).then((as) => as.close())

  for (const issuer of ['http://as.example', 'http://127.0.0.1:8080', 'http://localhost'])
    await assert.rejects(start({ issuer }), /https is required/)
  await assert.rejects(start({ issuer: 'http://as.example', development: true }), /https is required/)
  await assert.rejects(start({ issuer: 'http://127.0.0.1.evil.example', development: true }), /https is required/)
  await assert.rejects(start({ issuer: 'https://as.example?x' }), /issuer/)
  await assert.rejects(start({ issuer: 'https://as.example#x' }), /issuer/)
  await start({ issuer: 'http://127.0.0.1:8080', development: true })
})

test('[UI-12] a public app on the device is asked about each time, one on its own https address only once', async (t) => {
  // req: O21-7.3-02, O21-7.3.1-01, NAT-8.6-01, BBA-6.3-04, D7
  const as = await startServer()
  t.after(as.close)
  const browser = await as.signedIn()
  const device = { redirect_uri: 'http://127.0.0.1:4000/cb' }
  await as.code({}, p1, browser)
  await as.code(device, p1, browser)

  assert.ok(responseOf(await browser.open(as.authorize({}, p1).url)).has('code'))
  assert.ok(has(await browser.open(as.authorize(device, p1).url), '/consent'))
  await as.code({}, x, browser)
  assert.ok(has(await browser.open(as.authorize({}, x).url), '/consent'))
})

function cookieOf({ cookies }: { cookies: ReadonlyMap<string, string> }): string {
  return Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ')
}

/** Fails at every look at sessions and every transaction, in one of two ways. */
function breaking(store: TestServer['store'], how: { kind: 'none' | 'fault' | 'outage' }): TestServer['store'] {
  const fail = () => {
    if (how.kind === 'none') return
    const error = new Error('hufucanary_detail of the store')
    if (how.kind === 'outage') error.name = 'StoreUnavailable'
    throw error
  }

  return {
    ...store,
    saveTransaction: async (given) => (fail(), store.saveTransaction(given)),
    findTransaction: async (given) => (fail(), store.findTransaction(given)),
  }
}
