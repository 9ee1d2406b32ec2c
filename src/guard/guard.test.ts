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

function arrange(onDecision: (decision: Decision) => void = () => {}) {
  const issuer = createTestIssuer()
  issuer.keys = [key.jwk]
  const { fetch } = issuer
  const guard = createGuard({
    resource: testResource,
    issuer: issuer.issuer,
    fetch,
    now: () => start * 1000,
    onDecision,
  })

  return { issuer, guard }
}

const token = (changed: Readonly<Record<string, unknown>> = {}) => aJwt(key.signing, accessTokenClaims(start, changed))

async function statusOf(request: Request | ReturnType<typeof requestWith>, needs?: Needs) {
  const admission = await arrange().guard.admit(request, needs)
  return admission.ok ? 200 : admission.response.status
}

test('[O21-5.1-02] a token in the query or in a form is not seen: that is a request without credentials', async () => {
  // req: RS-03, L20-6750-2.3-01, O21-5.1.2-02, O21-5.3.2-02
  const { guard } = arrange()
  const url = `https://api.example.com/orders?access_token=${token()}`
  const form = new Request('https://api.example.com/orders', {
    method: 'POST',
    body: new URLSearchParams({ access_token: token() }),
  })

  for (const request of [{ ...requestWith(), url }, new Request(url), form]) {
    const admission = await guard.admit(request)
    assert.equal(admission.ok === false && admission.response.status, 401)
    assert.equal(admission.ok === false && /error/.test(admission.response.headers['www-authenticate']!), false)
    assert.equal(admission.ok === false && admission.response.body, '{}')
  }
})

test('[O21-5.3.2-01] malformed is 400, a bad token 401, too little scope 403, a good one passes', async () => {
  // req: RS-03, O21-5.2-01, MCP-RS-3-01
  const needs = { scope: ['orders.write'] }

  assert.equal(await statusOf(requestWith('Bearer')), 400)
  assert.equal(await statusOf(requestWith(`Bearer ${token()}`, `Bearer ${token()}`)), 400)
  assert.equal(await statusOf(requestWith(`Bearer ${token()}, Bearer ${token()}`)), 400)
  assert.equal(await statusOf(requestWith('Bearer abc')), 401)
  assert.equal(await statusOf(requestWith(`Bearer ${token()}`), needs), 403)
  assert.equal(await statusOf(requestWith(`bEaReR  ${token()}`)), 200)
})

test('[RS-03] a Fetch request with two Authorization headers is malformed, with one it is read', async () => {
  const twice = new Headers([
    ['authorization', `Bearer ${token()}`],
    ['authorization', `Bearer ${token()}`],
  ])

  assert.equal(await statusOf(new Request('https://api.example.com/', { headers: twice })), 400)
  assert.equal(
    await statusOf(new Request('https://api.example.com/', { headers: { authorization: `Bearer ${token()}` } })),
    200,
  )
})

test('[O21-1.7.1-03] a token of 8 kB is read', async () => {
  // A payload of 6 kB is 8 kB in base64url.
  const long = token({ roles: ['x'.repeat(5800)] })

  assert.ok(long.length > 8000)
  assert.equal(await statusOf(requestWith(`Bearer ${long}`)), 200)
})

test('[RS-04] all scopes a route needs are there, word for word', async () => {
  // req: O21-7.1.4-03, JAT-4-04, O21-5-01
  const with_ = (scope: unknown) =>
    statusOf(requestWith(`Bearer ${token({ scope })}`), { scope: ['orders.read', 'orders.write'] })

  assert.equal(await with_('orders.read orders.write'), 200)
  assert.equal(await with_('orders.write other orders.read'), 200)
  for (const scope of [
    undefined,
    '',
    'orders.read',
    'orders.readX orders.write',
    'orders.rea orders.write',
    'Orders.Read orders.write',
    'orders orders.write',
    'orders.read  orders.write',
    'orders.read,orders.write',
    'orders.read\torders.write',
    ['orders.read', 'orders.write'],
    { 'orders.read': true, 'orders.write': true },
    null,
    '*',
  ]) {
    assert.equal(await with_(scope), 403, JSON.stringify(scope))
  }
})

test('[RS-04] the challenge of a 403 names every scope the route needs', async () => {
  const { guard } = arrange()

  const admission = await guard.admit(requestWith(`Bearer ${token()}`), { scope: ['orders.read', 'orders.write'] })

  assert.match(
    admission.ok ? '' : admission.response.headers['www-authenticate']!,
    / scope="orders\.read orders\.write", /,
  )
})

test('a route whose scope is none at all is a fault of the program and lets nobody in', async () => {
  const { guard } = arrange()

  for (const scope of [['orders read'], ['"'], [''], ['a', 'é']]) {
    await assert.rejects(guard.admit(requestWith(`Bearer ${token()}`), { scope }), TypeError)
  }
})

test('[O21-7.4-02] a client that acts for itself is told from a person: its subject is its own id', async () => {
  // req: BCP-4.15.1-01
  const { guard } = arrange()
  const typeOf = async (sub: string) => {
    const admission = await guard.admit(requestWith(`Bearer ${token({ sub, client_id: 'nightly-report' })}`))
    return admission.ok && admission.caller.subjectType
  }

  assert.equal(await typeOf('nightly-report'), 'client')
  assert.equal(await typeOf('li.wei'), 'person')
})

test('[RS-08] a client’s token is refused where a person is needed, and the other way round', async () => {
  const own = requestWith(`Bearer ${token({ sub: 'nightly-report', client_id: 'nightly-report' })}`)
  const persons = requestWith(`Bearer ${token()}`)

  assert.equal(await statusOf(own, { subjectType: 'person' }), 403)
  assert.equal(await statusOf(persons, { subjectType: 'person' }), 200)
  assert.equal(await statusOf(own, { subjectType: 'client' }), 200)
  assert.equal(await statusOf(persons, { subjectType: 'client' }), 403)
})

test('[RS-08] a caller is known by issuer and subject', async () => {
  const { guard } = arrange()

  const admission = await guard.admit(requestWith(`Bearer ${token()}`))

  assert.deepEqual(admission.ok && admission.caller, {
    issuer: 'https://auth.example.com',
    subject: 'li.wei',
    subjectType: 'person',
    clientId: 'shop-analytics',
    scope: ['orders.read'],
    expiresAt: (start + 600) * 1000,
    authenticatedAt: undefined,
    acr: undefined,
    authorizationDetails: [],
    actors: [],
    keyThumbprint: undefined,
    claims: accessTokenClaims(start),
  })
})

test('[BCP-4.9-01] a decision tells every check in order, and never the token, the query or the header', async () => {
  const decisions: Decision[] = []
  const { guard } = arrange((decision) => decisions.push(decision))
  const good = token()
  const request = { ...requestWith(`Bearer ${good}`), url: `/orders?access_token=${good}` }

  await guard.admit(request, { scope: ['orders.write'] })

  const [{ caller, checks, refusal, path, method, tokenFingerprint, neededScope }] = decisions as [Decision]
  assert.deepEqual(
    checks.map(({ name, passed }) => (passed ? name : `not ${name}`)),
    ['signature', 'type', 'issuer', 'audience', 'time', 'not scope'],
  )
  assert.deepEqual([caller, path, method, neededScope], [undefined, '/orders', 'GET', ['orders.write']])
  assert.deepEqual([refusal?.reason, refusal?.id, refusal?.status], ['scope_missing', 'HF-GUARD-0510', 403])
  assert.match(tokenFingerprint!, /^[\w-]{43}$/)
  assert.equal(JSON.stringify(decisions).includes(good.slice(-40)), false)
})

test('what comes after the first failed check was not looked at and is not told', async () => {
  const decisions: Decision[] = []
  const { guard } = arrange((decision) => decisions.push(decision))
  const stranger = aSigningKey('key-1')
  const outcomes = {
    'not type': aJwt(key.signing, accessTokenClaims(start), 'JWT'),
    'not signature': aJwt(stranger.signing, accessTokenClaims(start)),
    'signature, not type': token({ sub: undefined }),
    'signature, type, not issuer': token({ iss: 'https://other.example' }),
    'signature, type, issuer, not audience': token({ aud: 'https://other.example' }),
    'signature, type, issuer, audience, not time': token({ exp: start - 600 }),
    'signature, type, issuer, audience, time, scope': token(),
  }

  for (const [expected, each] of Object.entries(outcomes)) {
    await guard.admit(requestWith(`Bearer ${each}`))
    assert.equal(
      decisions
        .at(-1)!
        .checks.map(({ name, passed }) => (passed ? name : `not ${name}`))
        .join(', '),
      expected,
    )
  }
})

test('what an onDecision throws fails the request: it is not admitted unseen', async () => {
  const { guard } = arrange(() => {
    throw new Error('the log is full')
  })

  await assert.rejects(guard.admit(requestWith(`Bearer ${token()}`)), /the log is full/)
})

test('[RS-07] whatever a request brings, the guard answers 400 or 401 and does not throw', async () => {
  const { guard } = arrange()
  const bytes = fc.uint8Array({ maxLength: 120 }).map((each) => Buffer.from(each).toString('latin1'))
  const honest = token()
  const [head, body, signature] = honest.split('.')
  const part = fc.oneof(
    bytes.map((each) => Buffer.from(each, 'latin1').toString('base64url')),
    fc.constantFrom(head, body, signature, ''),
  )
  const header = fc.oneof(
    bytes,
    fc.string({ unit: 'binary-ascii' }).map((each) => `Bearer ${each}`),
    fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => `Bearer ${parts.join('.')}`),
    fc.json().map((each) => `Bearer ${head}.${Buffer.from(each).toString('base64url')}.${signature}`),
    fc.json().map((each) => `Bearer ${Buffer.from(each).toString('base64url')}.${body}.${signature}`),
  )

  await fc.assert(
    fc.asyncProperty(header, fc.constantFrom('/orders', '', '//[', 'http://[::1', '\0', '*'), async (value, url) => {
      fc.pre(value !== `Bearer ${honest}`)
      const admission = await guard.admit({ ...requestWith(value), url })

      assert.ok(!admission.ok && [400, 401].includes(admission.response.status))
    }),
    { numRuns: 500 },
  )
})
