import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aJobToken, aWalk, thePassword, walkApi, walkIssuer } from '../testing/exchanges.ts'
import { cleanRequest, cleanResponse, errorCodeOf, landingOf, maxKeptBody } from './door.ts'
import { toHar, toJson } from './export.ts'
import { createRecorder } from './recorder.ts'
import { redactFlow } from './redact.ts'

const formHeaders = { 'Content-Type': 'application/x-www-form-urlencoded' }
const clean = (path: string, body: string, headers: Record<string, string> = formHeaders) =>
  cleanRequest({ path, query: '', headers, body })

test('[UX-2.5] of a sign-in form only the names of its fields are kept', () => {
  const { body } = clean('/i/1/sign-in', `username=li.wei&password=${thePassword}&csrf=abc`)

  assert.deepEqual(
    [...new URLSearchParams(body)],
    [
      ['username', '(not kept)'],
      ['password', '(not kept)'],
      ['csrf', '(not kept)'],
    ],
  )
})

test('[UX-2.5] a password is dropped wherever it is sent: other paths, spellings, the query, JSON', () => {
  const sent = [
    clean('/token', `grant_type=password&username=li&password=${thePassword}`),
    clean('/token', `p%61ssword=${thePassword}`),
    clean('/token', `PASSWORD=${thePassword}`),
    clean('/token', JSON.stringify({ a: [{ password: thePassword }] }), { 'content-type': 'application/json' }),
    clean('/token', `{"p\\u0061ssword":"${thePassword}"}`, { 'content-type': 'application/json' }),
    clean('/token', `{"password":"${thePassword}"`, { 'content-type': 'application/json' }),
    clean('/i/1/sign-in', `password=${thePassword}`, { 'content-type': 'text/plain' }),
    clean('/i/1/sign-in', `password=${thePassword}`, {}),
    cleanRequest({ path: '/authorize', query: `state=x&password=${thePassword}`, headers: {}, body: '' }),
  ]

  assert.deepEqual(
    sent.filter((each) => JSON.stringify(each).includes(thePassword)),
    [],
  )
})

test('[UX-2.5] the password, cookies and CSRF tokens of a walk are in no byte of what is kept or exported', () => {
  const recorder = createRecorder({ issuer: walkIssuer })
  const walk = aWalk()
  for (const each of [walk.authorize, walk.signIn, walk.consent, walk.token]) recorder.observe(each)
  recorder.recordClientExchange(walk.call)
  const [flow] = recorder.list()
  assert.ok(flow)

  const kept = [flow, toJson(flow), toHar(flow), toJson(redactFlow(flow)), toHar(redactFlow(flow))].map((each) =>
    JSON.stringify(each),
  )

  for (const secret of [thePassword, 'csrf-of-the-page', 'secret-cookie', 'cookie-of-the-person', 'li.wei@example.com'])
    assert.ok(
      kept.every((each) => !each.includes(secret)),
      secret,
    )
})

test('an export without secrets has none of them, in no header, address, body or encoding', () => {
  const recorder = createRecorder({ issuer: walkIssuer })
  const walk = aWalk()
  for (const each of [walk.authorize, walk.consent, walk.token, walk.refresh(walk.refreshToken, 'hrt_second-token')])
    recorder.observe(each)
  recorder.recordDecision(walk.decision, walkApi)
  recorder.recordClientExchange(walk.call)
  recorder.observe(aJobToken())
  const text = JSON.stringify(recorder.list().map((flow) => [toJson(redactFlow(flow)), toHar(redactFlow(flow))]))

  const secrets = [
    walk.code,
    walk.verifier,
    walk.accessToken,
    walk.refreshToken,
    'hrt_second-token',
    'hcs_secret-of-the-app',
    btoa('shop-analytics:hcs_secret-of-the-app'),
    'c2lnbmF0dXJlLW9mLXRoZS10ZXN0',
    '20260101-0001',
  ]

  assert.deepEqual(
    secrets.filter((each) => text.includes(each)),
    [],
  )
  assert.ok(text.includes(`hac_…(${walk.code.length})`))
  assert.ok(text.includes(walk.challenge))
})

test('what stays of a form stays octet for octet', () => {
  const body = 'grant_type=authorization_code&code=a%2Bb&redirect_uri=http%3A%2F%2F127.0.0.1&empty=&empty'

  assert.equal(clean('/token', body).body, body)
})

test('a JSON body without a password stays octet for octet', () => {
  const body = '{ "active" :true }'

  assert.equal(clean('/token', body, { 'content-type': 'application/json' }).body, body)
})

test('a page is not kept, but where it sends the browser is', () => {
  const walk = aWalk()
  const response = { status: 200, headers: { 'content-type': 'text/html' }, body: String(walk.consent.response.body) }

  assert.equal(cleanResponse(response).body, '')
  assert.equal(landingOf(response), walk.home)
})

test('a long body is cut, and says so', () => {
  const body = JSON.stringify('x'.repeat(maxKeptBody))
  const kept = cleanResponse({ status: 200, headers: { 'content-type': 'application/json' }, body }).body

  assert.ok(kept.length < maxKeptBody + 50)
  assert.match(kept, /… \(\d+ characters\)$/)
})

test('the public number of a refusal is read from body, challenge and way home, and not from a success', () => {
  const read = (status: number, headers: Record<string, string>, body = '') => errorCodeOf({ status, headers, body })

  assert.equal(read(400, {}, '{"error_description":"HF-TOKEN-0204 no"}'), 'HF-TOKEN-0204')
  assert.equal(read(401, { 'www-authenticate': 'Bearer error_description="HF-GUARD-0503 x"' }), 'HF-GUARD-0503')
  assert.equal(
    read(303, { location: 'https://a.example/?error=invalid_request&error_description=HF-AUTHZ-0110+x' }),
    'HF-AUTHZ-0110',
  )
  assert.equal(read(200, {}, '{"note":"HF-TOKEN-0204"}'), undefined)
})
