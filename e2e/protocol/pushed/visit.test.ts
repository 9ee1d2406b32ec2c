import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { PushedRequestId } from '../../../src/protocol/authorization.ts'
import * as cast from '../../support/fixtures.ts'
import { assertExplained, assertNoEffect, assertReturned, auditOf } from '../../support/oracles.ts'
import { browserUrl, push, pushed } from '../../support/push.ts'
import { has, responseOf, startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertTokens, serverOf } from '../../support/token-oracles.ts'

let as: TestServer
before(async () => void (as = await startServer()))
after(() => as.close())

const idOf = (reference: string) => createHash('sha256').update(reference).digest('hex') as PushedRequestId
const refusedTwice = 'HF-AUTHZ-0106'

test('[PAR-4-01] a browser that brings client and reference gets the answer that was pushed for', async () => {
  // req: PAR-4-04
  const request = await pushed(as, { scope: 'orders.read' })
  const answer = responseOf(await as.walk(as.browser(), request.url))
  const tokens = await assertTokens(await as.redeem({ ...request, code: answer.get('code') ?? '' }))

  assert.deepEqual([...answer.keys()], ['code', 'state', 'iss'])
  assert.equal(answer.get('state'), request.state)
  assert.equal(tokens.scope, 'orders.read')
  assert.deepEqual(as.faults, [])
})

test('[RQ-01] of a reference nothing else in the address counts', async () => {
  const request = await pushed(as, { scope: 'orders.read' }, cast.c2)
  const url = browserUrl(as, cast.c2.client_id, request.requestUri, {
    redirect_uri: 'https://mallory.example/cb',
    scope: 'orders.read bills.read',
    state: ['mallory', 'mallory'],
    response_type: 'token',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    prompt: 'none',
    resource: 'https://billing.example',
    request: 'eyJ',
  })

  const page = await as.walk(as.browser(), url)
  const answer = responseOf(page)
  const tokens = await assertTokens(await as.redeem({ ...request, code: answer.get('code') ?? '' }))

  assert.ok(page.leavesFor?.startsWith('https://other.example/cb?'))
  assert.equal(answer.get('state'), request.state)
  assert.equal(tokens.scope, 'orders.read')
})

test('[RQ-01] a reference of another client, one that is guessed, cut or changed, and one too old stay on a page', async () => {
  // req: PAR-2.2-02, PAR-4-01, R15
  const { requestUri } = await pushed(as)
  as.writes.length = 0
  const reasons = [
    'request_uri_of_another_client',
    ...Array<string>(5).fill('request_uri_unknown'),
    'request_uri_expired',
  ]
  const from = (await auditOf(as, 'authorize_refused')).length

  await assertExplained(await as.get(browserUrl(as, 'c2', requestUri)), refusedTwice)
  const prefix = 'urn:ietf:params:oauth:request_uri:'
  for (const wrong of [
    prefix,
    `${prefix}${'A'.repeat(43)}`,
    requestUri.slice(0, -1),
    `${requestUri}x`,
    `${requestUri} `,
  ])
    await assertExplained(await as.get(browserUrl(as, 'c1', wrong)), refusedTwice)
  as.later(119)
  assert.equal((await as.get(browserUrl(as, 'c1', requestUri))).status, 303)
  as.writes.length = 0
  as.later(1)
  await assertExplained(await as.get(browserUrl(as, 'c1', requestUri)), refusedTwice)

  assertNoEffect(as)
  assert.deepEqual(
    (await auditOf(as, 'authorize_refused')).slice(from).map((each) => each.reason),
    reasons,
  )
})

test('[PAR-2.2-01] how long a reference is good is a setting, and the answer says so', async (t) => {
  const own = await serverOf(t, { pushedRequestLifetime: 30 })
  const { url } = await pushed(own)
  own.later(29)
  const before = await own.get(url)
  own.later(1)

  assert.equal(((await (await push(own)).json()) as { expires_in: number }).expires_in, 30)
  assert.equal(before.status, 303)
  await assertExplained(await own.get(url), refusedTwice)
})

test('[PAR-4-02] a look uses nothing up, an answer does: previews and reloads first, then one code and no second', async () => {
  // req: RQ-01
  const request = await pushed(as, { scope: 'orders.read' })
  for (let previews = 0; previews < 5; previews++) assert.equal((await as.get(request.url)).status, 303)
  const [first, second] = [as.browser(), as.browser()]
  const early = await second.open(request.url)

  const answered = await as.walk(first, request.url)
  const again = await first.open(request.url)
  const late = await second.submit(early, '/sign-in', { username: cast.alice.username, password: cast.alice.password })
  const tooLate = has(late, '/consent') ? await second.submit(late, '/consent', { decision: 'allow' }) : late

  assert.ok(responseOf(answered).get('code'))
  assert.equal(again.status, 400)
  assert.match(again.html, /HF-AUTHZ-0106/)
  assert.equal(tooLate.leavesFor, undefined)
  assert.match(tooLate.html, /already answered/)
  assert.equal(await as.store.findPushedRequest(idOf(request.requestUri)), undefined)
})

test('[PAR-4-02] a person who refuses has answered, too', async () => {
  const request = await pushed(as)
  const refused = await as.walk(as.browser(), request.url, { decision: 'deny' })

  assert.equal(responseOf(refused).get('error'), 'access_denied')
  await assertExplained(await as.get(request.url), refusedTwice)
})

test('[PAR-4-02] where no page is needed, of many visits at once one gets a code', async (t) => {
  const own = await serverOf(t)
  const browser = await own.signedIn()
  await own.walk(browser, own.authorize({ scope: 'orders.read' }).url)
  const request = await pushed(own, { scope: 'orders.read' })

  const cookie = Array.from(browser.cookies, ([name, value]) => `${name}=${value}`).join('; ')

  const answers = await Promise.all(Array.from({ length: 10 }, () => own.get(request.url, { cookie })))

  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((left, right) => left - right),
    [303, ...Array<number>(9).fill(400)],
  )
})

test('[PAR-4-02] a person who began in time may take longer than the reference is good', async () => {
  const request = await pushed(as)
  const browser = as.browser()
  const page = await browser.open(request.url)
  as.later(1000)
  while ((await as.store.prune(as.clock.now(), 500)) > 0);
  const next = await browser.submit(page, '/sign-in', {
    username: cast.alice.username,
    password: cast.alice.password,
  })
  const done = has(next, '/consent') ? await browser.submit(next, '/consent', { decision: 'allow' }) : next

  assert.ok(responseOf(done).get('code'))
})

test('[PAR-2.1-3-01] a registration that changed since the push is what counts when the browser comes', async (t) => {
  const own = await serverOf(t)
  const change = async (changes: object) => assert.ok((await own.server.saveClient({ ...cast.c1, ...changes })).ok)
  const moved = await pushed(own)
  await change({ redirect_uris: ['https://client.example/new'] })
  await assertExplained(await own.get(moved.url), 'HF-AUTHZ-0104')
  await change({})

  const narrowed = await pushed(own, { scope: 'orders.write' })
  await change({ scope: 'orders.read' })
  assertReturned(await own.get(narrowed.url), own, 'invalid_scope', narrowed, narrowed.state)

  const disabled = await pushed(own, { scope: 'orders.read' })
  await own.disable(cast.c1)
  await assertExplained(await own.get(disabled.url), 'HF-AUTHZ-0101')
})

test('[RQ-05] where requests must be pushed, one that is not goes back with an error, by registration and by setting', async (t) => {
  // req: PAR-4-03
  const required = await serverOf(t, { features: { pushedRequests: 'required' } })
  const own = await serverOf(t)
  assert.ok((await own.server.saveClient({ ...cast.c1, require_pushed_authorization_requests: true })).ok)

  for (const server of [required, own]) {
    const plain = server.authorize()
    const answer = assertReturned(await server.get(plain.url), server, 'invalid_request', plain, plain.state)
    assert.match(answer.get('error_description') ?? '', /^HF-AUTHZ-0107 /)
    const hosted = server.authorize({ request_uri: 'https://client.example/request.jwt' })
    assertReturned(await server.get(hosted.url), server, 'invalid_request', hosted, hosted.state)
    assertNoEffect(server)
    assert.equal((await server.get((await pushed(server)).url)).status, 303)
  }
  assert.equal((await own.get(own.authorize({}, cast.c2).url)).status, 303)
})

test('[RQ-03] a request_uri that is an address is refused, and nobody is asked for it', async (t) => {
  // req: R13
  const fetched: string[] = []
  const { fetch } = globalThis
  t.after(() => void (globalThis.fetch = fetch))
  globalThis.fetch = async (input) => {
    fetched.push(String(input instanceof Request ? input.url : input))
    throw new Error('nothing may be fetched')
  }

  for (const request_uri of [
    'http://169.254.169.254/latest/meta-data',
    'https://client.example/request.jwt',
    'file:///etc/passwd',
    'urn:example:request',
    'data:,x',
  ]) {
    const request = as.authorize({ request_uri })
    as.writes.length = 0
    assertReturned(await as.get(request.url), as, 'request_uri_not_supported', request, request.state)
    assertNoEffect(as)
  }
  assert.deepEqual(fetched, [])
})

test('[PAR-4-01] where pushing is off a reference is refused like any other request_uri', async (t) => {
  const off = await serverOf(t, { features: { pushedRequests: 'off' } })
  const request = off.authorize({ request_uri: `urn:ietf:params:oauth:request_uri:${'A'.repeat(43)}` })

  assertReturned(await off.get(request.url), off, 'request_uri_not_supported', request, request.state)
})

test('[RQ-04] nothing that was pushed is in a cookie, an address, the audit or a page, save what a page must show', async () => {
  const canary = 'hufucanary-pushed'
  const request = await pushed(as, {
    prompt: 'consent',
    login_hint: `${canary}-hint`,
    state: `${canary}-state`,
    nonce: `${canary}-nonce`,
    unheard_of: `${canary}-more`,
    ui_locales: `en ${canary}-locale`,
  })
  const browser = as.browser()
  const from = as.exchanges.length
  const signIn = await browser.open(request.url)
  const consent = await browser.submit(signIn, '/sign-in', {
    username: cast.alice.username,
    password: cast.alice.password,
  })
  const done = has(consent, '/consent') ? await browser.submit(consent, '/consent', { decision: 'allow' }) : consent

  const withoutName = (html: string) => html.replaceAll(/<input\b[^>]*\bname="username"[^>]*>/g, '')
  for (const page of [signIn, consent].filter((each) => each.leavesFor === undefined))
    assert.ok(!withoutName(page.html).includes(canary), page.url)
  for (const { request: asked, response } of as.exchanges.slice(from)) {
    assert.ok(!`${asked.path}?${asked.query}`.includes(canary))
    assert.ok(!JSON.stringify(response.headers).includes(canary))
  }
  assert.ok(!browser.setCookies.join().includes(canary))
  assert.ok(!JSON.stringify(await as.store.listAudit(undefined, 1000)).includes(canary))
  // To the app goes what is its own.
  assert.equal(responseOf(done).get('state'), `${canary}-state`)
  assert.equal(new URL(done.leavesFor ?? '').href.split(canary).length, 2)
})
