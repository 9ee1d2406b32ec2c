import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { api, createBrowser, createFakeShop, issuer } from './fake-shop.ts'
import type { Browser } from './fake-shop.ts'
import { createShopAnalytics } from './shop-analytics.ts'

const callback = 'http://127.0.0.1:9130/callback'

test('[O21-4.1.1-06] a login asks for code with a fresh S256 challenge, state, resource and the least scope', async (t) => {
  // req: BCP-2.1.1-06
  // req: BCP-2.1.2-01
  // req: BCP-4.10.2-02
  // req: RI-2-03
  // req: O21-7.3.2-01
  // req: O21-4.1.1-08
  const { browser } = await start(t)

  const first = await begin(browser)
  const second = await begin(browser)

  assert.equal(first.origin + first.pathname, `${issuer}/authorize`)
  assert.deepEqual([...first.searchParams.keys()].toSorted(), [
    'client_id',
    'code_challenge',
    'code_challenge_method',
    'redirect_uri',
    'resource',
    'response_type',
    'scope',
    'state',
    'ui_locales',
  ])
  assert.equal(first.searchParams.get('response_type'), 'code')
  assert.equal(first.searchParams.get('code_challenge_method'), 'S256')
  assert.match(first.searchParams.get('code_challenge')!, /^[\w-]{43}$/)
  assert.equal(first.searchParams.get('redirect_uri'), callback)
  assert.equal(first.searchParams.get('resource'), api)
  assert.equal(first.searchParams.get('scope'), 'orders.read refunds.read')
  // Chance and nothing else: what the app knows about the person stays with the app.
  assert.match(first.searchParams.get('state')!, /^[\w-]{43}$/)
  for (const name of ['state', 'code_challenge'])
    assert.notEqual(first.searchParams.get(name), second.searchParams.get(name))
})

test('[O21-3.2-02] the code is redeemed by POST, with its own verifier and one client authentication', async (t) => {
  // req: O21-2.4-05
  // req: O21-7.5.1-01
  // req: O21-4.1.2-05
  const { browser, shop } = await start(t)
  const login = await begin(browser)

  await browser.get(`${answerTo(login)}&surprise=1`)

  const [exchange] = shop.to('/token')
  const verifier = exchange!.form.get('code_verifier')!
  assert.equal(shop.to('/token').length, 1)
  assert.equal(exchange!.url, `${issuer}/token`)
  assert.equal(exchange!.form.get('grant_type'), 'authorization_code')
  assert.equal(exchange!.form.get('code'), 'the-code')
  assert.equal(exchange!.form.get('client_secret'), 'the-secret')
  assert.equal(exchange!.headers.get('authorization'), null)
  assert.match(verifier, /^[\w-]{43}$/)
  assert.equal(createHash('sha256').update(verifier).digest('base64url'), login.searchParams.get('code_challenge'))
})

test('[O21-2.3.6-01] after the answer the browser is on a clean address, with a new session, and sees the orders', async (t) => {
  // req: BCP-4.2.4-01
  // req: BCP-2.1.2-01
  const { browser } = await start(t)
  const login = await begin(browser)
  const before = browser.jar.get('analytics')

  const answered = await browser.get(answerTo(login))
  const page = await browser.get('/')

  assert.equal(answered.status, 303)
  assert.equal(answered.headers.get('location'), '/')
  assert.notEqual(browser.jar.get('analytics'), before)
  assert.match(page.body, /20261120-0001/)
  assert.match(page.body, /<svg/)
  assert.deepEqual(page.body.match(/(?:src|href|action)="(?!\/|#)[^"]*"/g), null)
})

test('[CL-01] an answer that this browser did not ask for is refused: missing, foreign and repeated state', async (t) => {
  // req: O21-2.3.3-01
  // req: BCP-2.1-03
  // req: BCU-2.3-01
  // req: NAT-8.9-01
  // req: AZ-15
  const { browser, shop, base } = await start(t)
  const attacker = createBrowser(base)
  const theirs = await begin(attacker)
  const own = await begin(browser)
  const state = own.searchParams.get('state')

  for (const search of [
    `?code=stolen&iss=${issuer}`,
    `?code=stolen&state=&iss=${issuer}`,
    `?code=stolen&state=wrong&iss=${issuer}`,
    `?code=stolen&state=${state}&state=${state}&iss=${issuer}`,
    answerTo(theirs).slice('/callback'.length),
  ]) {
    const answered = await browser.get(`/callback${search}`)
    assert.equal(answered.headers.get('location'), '/?notice=not-begun', search)
  }

  assert.equal(shop.to('/token').length, 0)
  assert.doesNotMatch((await browser.get('/')).body, /20261120-0001/)
})

test('[BCP-4.2.4-04] a state is good once, whatever came of it, and for less than ten minutes', async (t) => {
  const { browser, shop, clock } = await start(t)
  const good = await begin(browser)
  await browser.get(answerTo(good))
  const repeated = await browser.get(answerTo(good))

  shop.refusal = 'invalid_grant'
  const failed = await begin(browser)
  const refused = await browser.get(answerTo(failed))
  shop.refusal = undefined
  const afterFailure = await browser.get(answerTo(failed))

  const inTime = await begin(browser)
  clock.now += 599_999
  const before = await browser.get(answerTo(inTime))
  const late = await begin(browser)
  clock.now += 600_000
  const at = await browser.get(answerTo(late))

  assert.equal(repeated.headers.get('location'), '/?notice=not-begun')
  assert.equal(refused.headers.get('location'), '/?notice=refused')
  assert.equal(afterFailure.headers.get('location'), '/?notice=not-begun')
  assert.equal(before.headers.get('location'), '/')
  assert.equal(at.headers.get('location'), '/?notice=not-begun')
})

test('[O21-7.15-01] an answer of another issuer, or of none, never gets its code sent anywhere', async (t) => {
  // req: O21-7.15.1-01
  // req: O21-2.3.4-01
  // req: ISS-2.4-01
  // req: BCP-2.1-04
  // req: BCP-4.4.2-01
  const { browser, shop } = await start(t)

  for (const iss of [undefined, 'https://evil.example', `${issuer}/`, issuer.toUpperCase()]) {
    const answered = await browser.get(answerTo(await begin(browser), { iss }))
    assert.equal(answered.headers.get('location'), '/?notice=wrong-server', String(iss))
  }
  const forged = await begin(browser)
  const error = await browser.get(
    answerTo(forged, { code: undefined, error: 'access_denied', iss: 'https://evil.example' }),
  )

  assert.equal(error.headers.get('location'), '/?notice=wrong-server')
  assert.equal(shop.to('/token').length, 0)
})

test('[ISS-2.4-02] a server that does not announce iss is held to it all the same, since this shop always sends it', async (t) => {
  const { browser, shop } = await start(t)
  shop.metadata = { ...shop.metadata, authorization_response_iss_parameter_supported: undefined }

  const foreign = await browser.get(answerTo(await begin(browser), { iss: 'https://evil.example' }))
  const own = await browser.get(answerTo(await begin(browser)))

  assert.equal(foreign.headers.get('location'), '/?notice=wrong-server')
  assert.equal(own.headers.get('location'), '/')
  assert.equal(shop.to('/token').length, 1)
})

test('[BCP-4.6.1-01] a token in the address is nobody’s: tokens come from the token endpoint alone', async (t) => {
  const { browser, shop } = await start(t)
  const stolen = { access_token: 'stolen', token_type: 'Bearer', expires_in: '600' }

  const withoutCode = await browser.get(answerTo(await begin(browser), { ...stolen, code: undefined }))
  const withCode = await browser.get(answerTo(await begin(browser), stolen))
  await browser.get('/')

  assert.notEqual(withoutCode.headers.get('location'), '/')
  assert.equal(withCode.headers.get('location'), '/')
  assert.equal(shop.to('/token').length, 1)
  const shown = shop.to('/orders').map(({ headers }) => headers.get('authorization'))
  assert.ok(shown.length > 0)
  assert.ok(!shown.includes('Bearer stolen'))
})

test('[CL-02] metadata of another issuer, without PKCE or with endpoints on another host is not used', async (t) => {
  // req: MD-3.3-01
  // req: O21-7.10-01
  const { browser, shop } = await start(t)
  const right = shop.metadata

  for (const change of [
    { issuer: 'https://evil.example' },
    { token_endpoint: 'http://localhost:4999/token' },
    { authorization_endpoint: 'https://evil.example/authorize' },
    { revocation_endpoint: undefined },
    { code_challenge_methods_supported: undefined },
    { code_challenge_methods_supported: ['plain'] },
  ]) {
    shop.metadata = { ...right, ...change }
    const answered = await browser.submit('/connect')
    assert.equal(answered.headers.get('location'), '/?notice=wrong-server', JSON.stringify(change))
  }
  shop.metadata = right

  assert.match((await browser.submit('/connect')).headers.get('location')!, /^http:\/\/localhost:4000\/authorize/)
})

test('[UX-3.2c] a person who cancels reads that nothing was shared', async (t) => {
  const { browser } = await start(t)

  const answered = await browser.get(answerTo(await begin(browser), { code: undefined, error: 'access_denied' }))
  const page = await browser.get(answered.headers.get('location')!)

  assert.equal(answered.headers.get('location'), '/?notice=cancelled')
  assert.match(page.body, /You cancelled\. Nothing was shared\./)
})

test('[CL-04] a hundred requests at the end of a token make one refresh, and all are served', async (t) => {
  // req: O21-3.2.3-03
  const { browser, shop } = await start(t)
  await connect(browser)
  shop.good.clear()

  const pages = await Promise.all(Array.from({ length: 100 }, () => browser.get('/')))

  assert.equal(pages.filter((each) => each.body.includes('20261120-0001')).length, 100)
  assert.equal(shop.to('/token').filter((each) => each.form.get('grant_type') === 'refresh_token').length, 1)
})

test('[O21-4.3.2-01] each refresh sends the newest refresh token; the one before is gone', async (t) => {
  const { browser, shop, clock } = await start(t)
  await connect(browser)

  clock.now += 290_000
  await browser.get('/')
  clock.now += 290_000
  await browser.get('/')
  shop.more = { refresh_token: undefined }
  clock.now += 290_000
  await browser.get('/')
  clock.now += 290_000
  await browser.get('/')

  const sent = shop
    .to('/token')
    .slice(1)
    .map((each) => each.form.get('refresh_token'))
  assert.deepEqual(sent, ['refresh-1', 'refresh-2', 'refresh-3', 'refresh-3'])
})

test('[O21-3.2.3-07] unknown members of a token answer are ignored, and a missing lifetime is no lifetime', async (t) => {
  const { browser, shop, clock } = await start(t)
  shop.more = { expires_in: undefined, surprise: { nested: true } }
  await connect(browser)

  clock.now += 3_600_000
  const page = await browser.get('/')

  assert.match(page.body, /20261120-0001/)
  assert.equal(shop.to('/token').length, 1)
})

test('[O21-1.4-01] the app looks into no token: any text will do', async (t) => {
  // req: JAT-6-01
  const { browser, shop } = await start(t)
  shop.more = { access_token: 'not.a-jwt~at+all/==' }
  shop.good.add('not.a-jwt~at+all/==')
  await connect(browser)

  assert.match((await browser.get('/')).body, /20261120-0001/)
})

test('[O21-5.1-01] the token goes to the API it is for, in the header alone, and never along a redirect', async (t) => {
  // req: BCP-4.3.1-01
  // req: O21-5.1.2-01
  // req: BBA-6.1-03
  const { browser, shop } = await start(t)
  await connect(browser)
  await browser.get('/')

  const calls = shop.log.filter((each) => each.headers.has('authorization'))
  assert.deepEqual(new Set(calls.map((each) => new URL(each.url).origin)), new Set([api]))
  for (const each of calls) assert.equal(each.headers.get('authorization'), 'Bearer access-1')
  assert.equal(shop.log.filter((each) => /access-1|refresh-1/.test(each.url)).length, 0)
})

test('[CL-03] no token, code or secret reaches the browser: not in a page, a cookie, an address or the log', async (t) => {
  // req: O21-1.4-02
  // req: O21-2.1-01
  // req: O21-7.1.3-01
  // req: O21-7.1.3-05
  const { browser, shop, lines } = await start(t)
  const answers = [await browser.get(answerTo(await begin(browser))), await browser.get('/')]
  shop.refusal = 'invalid_grant'
  shop.good.clear()
  answers.push(await browser.get('/'), await browser.get(answerTo(await begin(browser))), await browser.get('/none'))

  const seen = answers.map((each) => JSON.stringify([...each.headers]) + each.body).join() + lines.join()
  assert.doesNotMatch(seen, /access-\d|refresh-\d|the-code|the-secret/)
  assert.ok(lines.length > 0)
})

test('[BBA-6.1-01] the session cookie is out of reach of scripts and of other sites, and behind https bound to its host', async (t) => {
  const plain = await start(t)
  const secure = await start(t, 'https://analytics.example')

  const [onLoopback] = (await plain.browser.get('/')).headers.getSetCookie()
  const [onHttps] = (await secure.browser.get('/')).headers.getSetCookie()

  assert.match(onLoopback!, /^analytics=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
  assert.match(onHttps!, /^__Host-analytics=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
})

test('[BBA-6.1-02] a form that is not from this app, or not for this browser, does nothing', async (t) => {
  const { browser, shop, base } = await start(t)
  const other = await createBrowser(base).get('/')
  const foreign = /name="csrf" value="([^"]+)"/.exec(other.body)![1]!
  await connect(browser)

  const answers = [
    await browser.post('/disconnect', {}),
    await browser.post('/disconnect', { csrf: 'x'.repeat(43) }),
    await browser.post('/disconnect', { csrf: foreign }),
    await browser.post('/connect', { csrf: foreign }),
  ]

  assert.deepEqual(
    answers.map((each) => each.status),
    [403, 403, 403, 403],
  )
  assert.equal(shop.to('/revoke').length, 0)
  assert.match((await browser.get('/')).body, /20261120-0001/)
})

test('[REV-2-03] disconnecting revokes the refresh token, and no token is used again', async (t) => {
  const { browser, shop } = await start(t)
  await connect(browser)

  const answered = await browser.submit('/disconnect')
  const calls = shop.log.length
  const page = await browser.get('/')

  assert.equal(answered.headers.get('location'), '/?notice=disconnected')
  assert.equal(shop.to('/revoke')[0]!.form.get('token'), 'refresh-1')
  assert.equal(shop.log.length, calls)
  assert.match(page.body, /id="connect"/)
})

test('[REV-2-03] a shop that cannot be told of the disconnection is named, and the app forgets all the same', async (t) => {
  const { browser, shop } = await start(t)
  await connect(browser)
  const { body } = await browser.get('/')
  const csrf = /name="csrf" value="([^"]+)"/.exec(body)![1]!
  shop.isDown = true

  const answered = await browser.post('/disconnect', { csrf })

  assert.equal(answered.headers.get('location'), '/?notice=forgotten')
  assert.match((await browser.get('/?notice=forgotten')).body, /id="connect"/)
})

test('[UX-3.2b] refunds can be shared later, and the permission before is not left behind at the shop', async (t) => {
  const { browser, shop } = await start(t)
  shop.scope = 'orders.read'
  await connect(browser)
  const before = await browser.get('/')
  shop.scope = 'orders.read refunds.read'
  await connect(browser)
  const after = await browser.get('/')

  assert.match(before.body, /id="share"/)
  assert.doesNotMatch(after.body, /id="share"/)
  assert.deepEqual(
    shop.to('/revoke').map((each) => each.form.get('token')),
    ['refresh-1'],
  )
  assert.equal(shop.to('/refunds').length, 1)
})

test('[O21-4.1.2-05] an access that the person ended leads back to the start, in words', async (t) => {
  const { browser, shop } = await start(t)
  await connect(browser)
  shop.good.clear()
  shop.refusal = 'invalid_grant'

  const answered = await browser.get('/')
  const page = await browser.get(answered.headers.get('location')!)

  assert.equal(answered.headers.get('location'), '/?notice=ended')
  assert.match(page.body, /The access has ended/)
  assert.match(page.body, /id="connect"/)
})

test('[CL-04] a shop that is away for a moment costs nobody the connection', async (t) => {
  const { browser, shop, clock } = await start(t)
  await connect(browser)
  shop.isDown = true
  clock.now += 290_000
  const away = await browser.get('/')
  shop.isDown = false
  const back = await browser.get('/')

  assert.equal(away.status, 502)
  assert.match(away.body, /The shop does not answer right now/)
  assert.match(back.body, /20261120-0001/)
})

test('[O21-7.12-01] what the shop and the address say is shown as text, never as markup', async (t) => {
  const { browser } = await start(t)
  await connect(browser)

  const page = await browser.get('/?notice=<script>alert(1)</script>&lang=<b>')

  assert.match(page.body, /Headphones &lt;b&gt;/)
  assert.doesNotMatch(page.body, /<script|<b>/)
})

test('[O21-7.13.1-01] no address of this app forwards to one from a parameter', async (t) => {
  // req: O21-2.3.1-05
  // req: BCP-2.1-02
  // req: BCU-2.3-02
  const { browser } = await start(t)
  const evil = 'https://evil.example/'

  for (const path of ['/', '/callback', '/connect', '/disconnect', '//evil.example/']) {
    const query = ['return_to', 'redirect_uri', 'next', 'url', 'lang', 'notice', 'state', 'iss'].map(
      (each) => `${each}=${evil}`,
    )
    const { headers } = await browser.get(`${base(path)}?${query.join('&')}`)
    assert.doesNotMatch(headers.get('location') ?? '', /evil/, path)
  }
})

test('[UX-9.3] both languages say everything, chosen by the browser or by the person', async (t) => {
  const { browser, base: url } = await start(t)
  const chinese = await fetch(url, { headers: { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.5' } })
  const english = await fetch(url, { headers: { 'accept-language': 'fr,en;q=0.5' } })
  const choice = await browser.get('/?lang=zh-CN')
  const chosen = await browser.get('/')

  assert.match(await chinese.text(), /<html lang="zh-CN"[^]*连接我的购物订单/)
  assert.match(await english.text(), /<html lang="en"[^]*Connect my shop orders/)
  assert.equal(choice.headers.get('location'), '/')
  assert.match(chosen.body, /连接我的购物订单/)
})

test('[UX-9.2] pages load nothing from elsewhere and run no script', async (t) => {
  const { browser } = await start(t)
  const policy = (await browser.get('/')).headers.get('content-security-policy')!

  assert.match(policy, /^default-src 'none'; style-src 'self'; form-action 'self' http:\/\/localhost:4000; /)
  assert.match(policy, /frame-ancestors 'none'/)
  assert.doesNotMatch(policy, /\*|unsafe|script-src/)
})

/** An app of its own over a shop of its own, on a port the system gives. */
async function start(t: TestContext, baseUrl = 'http://127.0.0.1:9130') {
  const shop = createFakeShop()
  const clock = { now: Date.parse('2026-11-23T02:00:00Z') }
  const lines: string[] = []
  const app = createShopAnalytics({
    baseUrl,
    issuer,
    clientId: 'shop-analytics',
    clientSecret: 'the-secret',
    api,
    fetch: shop.fetch,
    now: () => clock.now,
    log: (line) => void lines.push(line),
  })
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return { shop, clock, lines, base: url, browser: createBrowser(url) }
}

async function begin(browser: Browser): Promise<URL> {
  const { headers } = await browser.submit('/connect')

  return new URL(headers.get('location')!)
}

const connect = async (browser: Browser) => browser.get(answerTo(await begin(browser)))

/** The answer of the shop to a login, as the browser brings it back. */
function answerTo(login: URL, change: Readonly<Record<string, string | undefined>> = {}): string {
  const parameters = { code: 'the-code', state: login.searchParams.get('state')!, iss: issuer, ...change }
  const present = Object.entries(parameters).filter((each): each is [string, string] => each[1] !== undefined)

  return `/callback?${new URLSearchParams(present)}`
}

/** A path that `new URL` does not take for another host. */
const base = (path: string) => (path.startsWith('//') ? `/.${path}` : path)
