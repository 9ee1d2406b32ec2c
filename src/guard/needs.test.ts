import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  aJwt,
  aSigningKey,
  accessTokenClaims,
  createTestIssuer,
  requestWith,
  testResource,
} from '../testing/test-issuer.ts'
import type { Decision } from './decision.ts'
import { createGuard } from './guard.ts'
import type { Needs } from './needs.ts'

const start = 1_800_000_000
const key = aSigningKey('key-1')
const decisions: Decision[] = []
const issuer = createTestIssuer()
issuer.keys = [key.jwk]
const guard = createGuard({
  resource: testResource,
  issuer: issuer.issuer,
  fetch: issuer.fetch,
  now: () => start * 1000,
  onDecision: (decision) => decisions.push(decision),
})

const token = (claims: Readonly<Record<string, unknown>>) => aJwt(key.signing, accessTokenClaims(start, claims))
const admit = (claims: Readonly<Record<string, unknown>>, needs: Needs) =>
  guard.admit(requestWith(`Bearer ${token(claims)}`), needs)

async function outcome(claims: Readonly<Record<string, unknown>>, needs: Needs): Promise<string> {
  const admission = await admit(claims, needs)

  return admission.ok ? 'admitted' : `${admission.response.status} ${decisions.at(-1)!.refusal!.reason}`
}

const again = '401 authentication_insufficient'

test('[STEP-3-01] a sign-in older than a route allows is told to be made anew, in the words of RFC 9470', async () => {
  // req: RS-09
  const needs = { maxAge: 300, scope: ['orders.read'] }
  const admission = await admit({ auth_time: start - 3600 }, needs)
  const { status, headers, body } = admission.ok ? assert.fail() : admission.response

  // The clocks may differ by five seconds.
  assert.equal(await outcome({ auth_time: start - 305 }, needs), 'admitted')
  assert.equal(await outcome({ auth_time: start - 306 }, needs), again)
  assert.equal(await outcome({ auth_time: start }, { maxAge: 0 }), 'admitted')
  assert.equal(status, 401)
  assert.match(headers['www-authenticate']!, /scope="orders\.read", error="insufficient_user_authentication", /)
  assert.match(headers['www-authenticate']!, /, max_age="300"$/)
  assert.equal(JSON.parse(body).error, 'insufficient_user_authentication')
})

test('[STEP-3-01] a route takes one of several means of signing in, and names them all', async () => {
  // req: RS-09
  const needs = { acr: ['urn:hufu:passkey', 'urn:hufu:otp'], maxAge: 60 }
  const signedIn = { auth_time: start }
  const admission = await admit({ ...signedIn, acr: 'urn:hufu:password' }, needs)

  for (const acr of needs.acr) assert.equal(await outcome({ ...signedIn, acr }, needs), 'admitted')
  assert.match(
    admission.ok ? '' : admission.response.headers['www-authenticate']!,
    /acr_values="urn:hufu:passkey urn:hufu:otp", max_age="60"$/,
  )
  for (const acr of [
    'urn:hufu',
    'urn:hufu:passkey urn:hufu:otp',
    'URN:HUFU:OTP',
    ['urn:hufu:otp'],
    { 'urn:hufu:otp': 1 },
  ])
    assert.equal(await outcome({ ...signedIn, acr }, needs), again, JSON.stringify(acr))
})

test('[STEP-6.1-01] a token that says nothing of the sign-in, or nothing readable, does not meet the need', async () => {
  for (const auth_time of [undefined, null, '', String(start), -1, 1e308, [start], true, start + 3600])
    assert.equal(await outcome({ auth_time }, { maxAge: 86_400 }), again, String(auth_time))
  for (const acr of [undefined, null, '', 7, []])
    assert.equal(await outcome({ acr }, { acr: ['a'] }), again, String(acr))
})

test('[RAR-9-01] a route about one thing admits who was allowed that very thing', async () => {
  // req: O21-7.1.4-03
  const payment = { type: 'payment', amount: '129.00', order: '4711' }
  const need = (order: string): Needs => ({
    authorizationDetails: { type: 'payment', match: (detail) => detail['order'] === order },
  })
  const allowed = (authorization_details: unknown) => ({ authorization_details })

  assert.equal(await outcome(allowed([payment]), need('4711')), 'admitted')
  assert.equal(await outcome(allowed([{ type: 'account' }, payment]), need('4711')), 'admitted')
  assert.equal(await outcome(allowed([payment]), need('4712')), '403 details_missing')
  assert.equal(await outcome(allowed([{ ...payment, type: 'payments' }]), need('4711')), '403 details_missing')
  assert.equal(await outcome(allowed([payment]), { authorizationDetails: { type: 'payment' } }), 'admitted')
  const admission = await admit(allowed([payment]), {})
  assert.deepEqual(admission.ok && admission.caller.authorizationDetails, [payment])
})

test('[RAR-9-01] details that are malformed, even one of them, allow nothing', async () => {
  const good = { type: 'payment' }
  for (const details of [
    undefined,
    null,
    good,
    'payment',
    [],
    [good, null],
    [good, 'x'],
    [good, {}],
    [good, { type: 7 }],
    [[good]],
  ])
    assert.equal(
      await outcome({ authorization_details: details }, { authorizationDetails: { type: 'payment' } }),
      '403 details_missing',
      JSON.stringify(details),
    )
})

test('[RAR-9-01] what a match throws fails the request, and what is not true is no yes', async () => {
  const claims = { authorization_details: [{ type: 'payment' }] }
  const throwing: Needs = {
    authorizationDetails: {
      type: 'payment',
      match: () => {
        throw new Error('no such order')
      },
    },
  }

  await assert.rejects(admit(claims, throwing), /no such order/)
  const odd: Needs = { authorizationDetails: { type: 'payment', match: () => 'yes' as never } }
  assert.equal(await outcome(claims, odd), '403 details_missing')
})

test('[STEP-3-01] the sign-in is asked for before the scope, whose need its challenge names as well', async () => {
  const needs: Needs = {
    maxAge: 60,
    scope: ['orders.write'],
    subjectType: 'person',
    authorizationDetails: { type: 'a' },
  }
  const checks = async (claims: Readonly<Record<string, unknown>>) => {
    await admit(claims, needs)
    return decisions
      .at(-1)!
      .checks.slice(5)
      .map(({ name, passed }) => (passed ? name : `not ${name}`))
  }

  assert.deepEqual(await checks({}), ['not authentication'])
  assert.deepEqual(await checks({ auth_time: start }), ['authentication', 'not scope'])
  assert.deepEqual(await checks({ auth_time: start, scope: 'orders.write', authorization_details: [{ type: 'a' }] }), [
    'authentication',
    'scope',
    'subject',
    'details',
  ])
})

test('a route whose needs nothing can meet is a fault of the program and lets nobody in', async () => {
  const wrong: Needs[] = [
    { maxAge: -1 },
    { maxAge: 1.5 },
    { maxAge: Number.NaN },
    { acr: [] },
    { acr: ['a b'] },
    { acr: ['"'] },
    { authorizationDetails: { type: '' } },
  ]

  for (const needs of wrong) await assert.rejects(admit({}, needs), TypeError)
})

test('[TX-4.1-01] the API learns who acts for the subject, the one who acts now first, and no more than is readable', async () => {
  const actorsOf = async (act: unknown) => {
    const admission = await admit({ act }, {})
    return admission.ok && admission.caller.actors.map(({ subject }) => subject)
  }
  const chain = { sub: 'gateway', client_id: 'gw', act: { sub: 'shop', iss: 'https://auth.example.com' } }

  assert.deepEqual(await actorsOf(chain), ['gateway', 'shop'])
  assert.deepEqual(await actorsOf({ sub: 'gateway', act: { act: { sub: 'x' } } }), ['gateway'])
  for (const act of [undefined, null, 'gateway', [], {}, { sub: 7 }]) assert.deepEqual(await actorsOf(act), [])
})

test('[RS-07] whatever the claims hold, no need is met by accident and nothing throws', async () => {
  const claims = fc.record({
    auth_time: fc.jsonValue(),
    acr: fc.jsonValue(),
    act: fc.jsonValue(),
    authorization_details: fc.jsonValue(),
  })
  const needs: Needs[] = [{ maxAge: 60 }, { acr: ['urn:hufu:passkey'] }, { authorizationDetails: { type: 'payment' } }]

  await fc.assert(
    fc.asyncProperty(claims, fc.constantFrom(...needs), async (given, need) => {
      fc.pre(!(typeof given.auth_time === 'number' && Math.abs(given.auth_time - start) < 100))
      assert.match(await outcome(given, need), /^40[13] /)
    }),
    { numRuns: 100 },
  )
})
