import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { c1, c2, m1, p1, r1 } from '../../support/fixtures.ts'
import type { TestClient } from '../../support/fixtures.ts'
import { assertNoEffect, assertReturned, auditOf } from '../../support/oracles.ts'
import { responseOf, startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import type { Fields } from '../../support/user-agent.ts'

let as: TestServer
before(async () => {
  as = await startServer()
})
after(() => as.close())

/** Sends a changed request without a browser session and asserts the error, with the state if it could be read. */
async function refused(changes: Fields, error: string, client: TestClient = c1) {
  const request = as.authorize(changes, client)
  const state = 'state' in changes ? undefined : request.state
  const answer = assertReturned(await as.get(request.url), as, error, request, state)
  assertNoEffect(as)

  return answer.get('error_description') ?? ''
}

const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

test('[PK-01] a request without a challenge is refused, of a confidential client and of a public one', async () => {
  // req: O21-4.1.1-07, O21-4.1.2.1-03, O21-7.5.1-02, BCP-2.1.1-01, NAT-8.1-01, BBA-6.3-01, O21-3.1-06, R1
  for (const client of [c1, p1]) {
    await refused({ code_challenge: undefined }, 'invalid_request', client)
    await refused({ code_challenge: '' }, 'invalid_request', client)
    await refused({ code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request', client)
  }
})

test('[PK-04] a method that is absent or not S256 is refused, and the answer says so', async () => {
  // req: O21-4.1.1-05, O21-4.1.2.1-04, O21-7.5.2-01, O21-1.9-01, D6, L20-7636-4.4.1-01, L20-7636-7.2-01
  for (const code_challenge_method of [undefined, '', 'plain', 'PLAIN', 's256', 'S512', 'S256 ', 'none']) {
    assert.match(await refused({ code_challenge_method }, 'invalid_request'), /S256/)
  }
  for (const code_challenge_method of ['plain', 'S512', 's256'])
    assert.match(await refused({ code_challenge_method }, 'invalid_request'), /transform/)
  await refused({ 'code_challenge_method[]': 'S256', code_challenge_method: undefined }, 'invalid_request')
})

test('[PK-07] a challenge that is not 43 characters of base64url is refused', async () => {
  // req: O21-4.1.1-04
  const bad = [
    challenge.slice(1),
    `${challenge}a`,
    `${challenge}=`,
    challenge.replace('-', '+'),
    challenge.replace('-', '/'),
    'a'.repeat(128),
  ]

  for (const code_challenge of bad) await refused({ code_challenge }, 'invalid_request')
})

test('[AZ-02] no response type but code: a token never comes in an address', async () => {
  // req: O21-4.1.1-01, O21-4.1.1-02, BCP-2.1.2-01, BBA-7.2-01, O21-1.9-01
  for (const response_type of [
    'token',
    'id_token token',
    'code token',
    'token code',
    'id_token',
    'none',
    'code code',
    'CODE',
    'code id_token',
  ]) {
    await refused({ response_type }, 'unsupported_response_type')
  }
  await refused({ response_type: undefined }, 'invalid_request')
  await refused({ response_type: '' }, 'invalid_request')
})

test('[AZ-03] no response mode but query and form_post', async () => {
  // req: BCP-4.17-01
  for (const response_mode of ['fragment', 'web_message', 'query.jwt', 'jwt', 'QUERY'])
    await refused({ response_mode }, 'invalid_request')
  const page = await as.walk(await as.signedIn(), as.authorize({ response_mode: 'query' }).url)
  assert.ok(page.leavesFor?.includes('?code='))
  as.writes.length = 0
})

test('[AZ-01] each parameter that is defined may come once, even with equal values', async () => {
  // req: O21-3.1-05, D5
  const once = [
    'response_type',
    'scope',
    'code_challenge',
    'code_challenge_method',
    'response_mode',
    'nonce',
    'prompt',
    'max_age',
    'ui_locales',
    'display',
    'login_hint',
    'id_token_hint',
    'acr_values',
    'claims',
    'request',
    'request_uri',
    'dpop_jkt',
    'authorization_details',
  ]
  const good: Record<string, string> = {
    response_type: 'code',
    scope: 'orders.read',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }

  for (const name of once) {
    const value = good[name] ?? '1'
    assert.match(await refused({ [name]: [value, value] }, 'invalid_request'), /more than once/)
    await refused({ [name]: [value, ''] }, 'invalid_request')
  }
  await refused({ state: ['a', 'a'] }, 'invalid_request')
  await refused({ state: ['a', 'b'] }, 'invalid_request')
})

test('[O21-3.1-04] parameters nobody knows are ignored, however often they come', async () => {
  // req: HT-04, HT-12
  const unknown = {
    foo: ['bar', 'bar'],
    'a[b]': '1',
    'redirect_uri[]': 'https://evil.example/cb',
    'client_id[__proto__]': 'x',
    'scope[$ne]': '',
    _method: 'DELETE',
    CLIENT_ID: 'x',
    STATE: 'other',
  }
  const request = as.authorize(unknown)

  const answer = responseOf(await as.walk(await as.signedIn(), request.url))

  assert.equal(answer.get('state'), request.state)
  assert.ok(answer.has('code'))
  as.writes.length = 0
})

test('[O21-A-01] a value with characters outside the grammar is refused, and a bad state is not given back', async () => {
  // req: HT-13, O21-7.12-01, LG-03
  for (const bad of ['a\0b', 'a\r\nx: y', 'a\tb', '\u007f', '\u00e9', '\u8ba2\u5355', '\u2028']) {
    await refused({ state: bad }, 'invalid_request')
    await refused({ nonce: bad }, 'invalid_request')
    await refused({ scope: bad }, 'invalid_request')
    await refused({ resource: bad }, 'invalid_target')
  }
})

test('[AZ-09] a scope that is malformed, unknown or not this client’s is refused', async () => {
  // req: O21-1.4.1-01, R12, O21-7.9-01
  const bad = [
    'orders.read  orders.write',
    ' orders.read',
    'orders.read ',
    'orders.read,orders.write',
    '"orders.read"',
    'orders\\read',
    'Orders.read',
    'unknown',
    'bills.read',
    'openid',
    `orders.read ${'s '.repeat(2000)}s`,
    Array.from({ length: 2000 }, (_, index) => `s${index}`)
      .join(' ')
      .slice(0, 8000),
  ]

  for (const scope of bad) await refused({ scope }, 'invalid_scope')
  await refused({ scope: `a${'b'.repeat(8192)}` }, 'invalid_request')
})

test('[O21-1.4.1-03] a request without scope asks for the default scope of the client', async () => {
  // req: O21-3.1-06, R12
  for (const scope of [undefined, '']) {
    const code = await as.code({ scope }, p1)
    const tokens = (await (await as.redeem(code)).json()) as { scope: string }
    assert.equal(tokens.scope, 'orders.read')
  }
  as.writes.length = 0
})

test('[AZ-10] a resource that is unknown, relative, with a fragment, or one of very many, is refused', async () => {
  // req: RI-2-01, RI-2-04, RI-2.1-01
  const bad = [
    'https://unknown.example',
    'orders.example',
    '/orders',
    `${r1}#`,
    `${r1}#f`,
    `${r1}//`,
    'HTTPS://orders.example',
    ['https://unknown.example', r1],
    Array.from({ length: 150 }, () => r1),
  ]

  for (const resource of bad) await refused({ resource }, 'invalid_target')
  const both = { ...c2, client_id: 'both', hufu_default_resource: undefined }
  await as.server.saveClient(both)
  await refused({ scope: 'orders.read bills.read' }, 'invalid_scope', both)
})

test('[RI-2-01] a resource may come several times', async () => {
  const code = await as.code({ scope: 'orders.read bills.read', resource: [r1, 'https://billing.example', r1] }, c2)

  assert.match(code.code, /^hac_/)
  as.writes.length = 0
})

test('[O21-4.1.2.1-05] every other fault goes to the client, under its registered code', async () => {
  // req: O21-3.2.4-04, AZ-05, ISS-2-01, O21-4.1.2-06
  await refused({ request: 'eyJ' }, 'request_not_supported')
  await refused({ request_uri: 'https://evil.example/object' }, 'request_uri_not_supported')
  for (const max_age of ['-1', 'NaN', '1e9', '1.5', '0x10', '9'.repeat(400), ' 1'])
    await refused({ max_age }, 'invalid_request')
  for (const prompt of ['xyz', 'none login', 'login none', 'NONE', 'login  consent', ' login'])
    await refused({ prompt }, 'invalid_request')
  const machine = { ...m1, client_id: 'm2', redirect_uris: ['https://machine.example/cb'] }
  await as.server.saveClient(machine)
  await refused({ scope: 'jobs.run' }, 'unauthorized_client', machine)
})

test('[LG-04] every refusal is one event of the audit, with client and reason and nothing of the request', async () => {
  as.later(60)
  const from = as.clock.now()

  await refused({ scope: 'hufucanary_scope' }, 'invalid_scope')
  await refused({ prompt: 'none' }, 'login_required')

  const events = (await auditOf(as, 'authorize_refused')).filter((each) => each.at === from)
  assert.deepEqual(events.map((each) => `${each.clientId} ${each.outcome} ${each.reason}`).toSorted(), [
    'c1 refused scope_unknown',
    'c1 refused sign_in_required',
  ])
  assert.ok(!JSON.stringify(events).includes('hufucanary'))
})

test('[O21-1.7.1-01] a state of 4 kB comes back whole, and a request line of 7900 octets is read', async () => {
  // req: O21-1.7.1-02, O21-4.1.2-03
  const state = 's'.repeat(4096)
  const response = await as.get(as.authorize({ state, scope: 'unknown' }).url)
  assert.equal(new URL(response.headers.get('location') ?? '').searchParams.get('state'), state)

  const { url } = as.authorize({})
  const page = await as.browser().open(`${url}&padding=${'a'.repeat(7900 - url.length)}`)
  assert.equal(page.status, 200)
  as.writes.length = 0
})

test('[HT-03] a query of very many parameters is refused before it is read', async () => {
  const response = await as.get(`${as.authorize().url}&${'a=1&'.repeat(10_000)}`)

  assert.equal(response.status, 400)
  assert.equal(response.headers.get('location'), null)
  assertNoEffect(as)
})

test('[O21-3.1-03] a form post is answered as a GET is, but with a page for an answer', async () => {
  const post = (body: URLSearchParams | string, headers = {}) =>
    as.send('/authorize', { method: 'POST', body, headers })
  const query = new URL(as.authorize().url).searchParams

  const good = await post(query)
  assert.equal(good.status, 303)
  assert.match(good.headers.get('location') ?? '', /\/i\/[0-9a-f]{32}$/)
  as.writes.length = 0

  query.set('scope', 'unknown')
  const bad = await post(query)
  assert.equal(bad.status, 200)
  assert.match(await bad.text(), /id="continue" href="https:\/\/client\.example\/cb\?error=invalid_scope&amp;/)

  query.set('redirect_uri', 'https://evil.example/cb')
  assert.equal((await post(query)).status, 400)
  assert.equal((await post(JSON.stringify({}), { 'content-type': 'application/json' })).status, 400)
  assert.equal(
    (await post(query.toString(), { 'content-type': 'application/x-www-form-urlencoded; charset=utf-16' })).status,
    400,
  )
  assertNoEffect(as)
})

test('[O21-3.1-03] a form post of another site, which comes without cookies, goes on by GET and leaves the browser as it is', async (t) => {
  // req: UI-01, AZ-12
  const own = await startServer()
  t.after(own.close)
  const browser = await own.signedIn()
  await own.code({}, c1, browser)
  const waiting = await browser.open(own.authorize({ prompt: 'consent' }).url)
  const request = own.authorize({ prompt: 'none' })
  const post = (body: URLSearchParams | string) =>
    own.send('/authorize', {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: 'https://evil.example',
        'sec-fetch-site': 'cross-site',
      },
    })
  const query = new URL(request.url).searchParams

  own.writes.length = 0
  const answer = await post(query)
  assert.equal(answer.status, 303)
  assert.equal(answer.headers.get('location'), `${own.issuer}/authorize?${query}`)
  assert.equal(answer.headers.get('set-cookie'), null)
  assert.deepEqual(own.writes, [])
  assert.ok(responseOf(await browser.open(answer.headers.get('location') ?? '')).has('code'))
  const after = await browser.submit(waiting, '/consent', { decision: 'allow' })
  assert.ok(responseOf(after).has('code'))

  const broken = await post('client_id=c1&state=a\r\nx-y: z&redirect_uri=%ff')
  assert.match(broken.headers.get('location') ?? '', /^https:\/\/as\.example\/authorize\?[\x21-\x7e]+$/)
  const long = await post(new URLSearchParams([...query, ['unknown', 'x'.repeat(8000)]]))
  assert.equal(long.status, 200)
  assert.match(await long.text(), /id="continue" href="https:\/\/client\.example\/cb\?error=login_required&amp;/)
})
