import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  aJwt,
  aSigningKey,
  accessTokenClaims,
  createTestIssuer,
  requestWith,
  testIssuerUrl,
  testResource,
} from '../testing/test-issuer.ts'
import type { Decision } from './decision.ts'
import { createGuard } from './guard.ts'
import type { GuardOptions } from './options.ts'

const start = 1_800_000_000
const key = aSigningKey('key-1')

/** What the issuer says of a good opaque token. */
const active = (changed: Readonly<Record<string, unknown>> = {}) => ({
  ...accessTokenClaims(start, changed),
  active: true,
  token_type: 'Bearer',
  ...changed,
})

/** A guard that asks its issuer, whose answer is `says`, and a clock in seconds. */
function arrange(says: () => Response | Record<string, unknown>, options: Partial<GuardOptions> = {}) {
  const issuer = createTestIssuer()
  issuer.keys = [key.jwk]
  issuer.introspect = says
  const clock = { now: start }
  const decisions: Decision[] = []
  const guard = createGuard({
    resource: testResource,
    issuer: issuer.issuer,
    introspection: { clientId: 'order-api', clientSecret: 'hcs_secret' },
    fetch: issuer.fetch,
    now: () => clock.now * 1000,
    onDecision: (decision) => decisions.push(decision),
    ...options,
  })
  const admit = async (token = 'hat_opaque') => {
    const admission = await guard.admit(requestWith(`Bearer ${token}`))
    return admission.ok ? 'admitted' : `${admission.response.status} ${decisions.at(-1)!.refusal!.reason}`
  }
  const questions = () => issuer.asked.filter((each) => each.endsWith('/introspect')).length

  return { issuer, clock, decisions, guard, admit, questions }
}

test('an opaque token its issuer calls active is admitted, with what the issuer says of it', async () => {
  const { guard, decisions } = arrange(() => active({ name: 'Li Wei' }))

  const admission = await guard.admit(requestWith('Bearer hat_opaque'), { scope: ['orders.read'] })

  assert.deepEqual(admission.ok && [admission.caller.subject, admission.caller.claims['name']], ['li.wei', 'Li Wei'])
  assert.deepEqual(
    decisions[0]!.checks.map(({ name, passed }) => `${name} ${passed}`),
    ['active true', 'type true', 'issuer true', 'audience true', 'time true', 'scope true'],
  )
})

test('[INT-2.1-01] the question is a form, sent by POST, with id and secret form-encoded in the header', async () => {
  const introspection = { clientId: 'order api', clientSecret: 'a:b%c+d é' }
  const { issuer, admit } = arrange(() => active(), { introspection })

  await admit('hat_a+b/c=')

  const { headers, body } = issuer.lastAsked()!
  assert.equal(issuer.asked.at(-1), `POST ${testIssuerUrl}/introspect`)
  assert.equal(headers.get('content-type'), 'application/x-www-form-urlencoded')
  assert.equal(body, 'token=hat_a%2Bb%2Fc%3D&token_type_hint=access_token')
  assert.equal(
    Buffer.from(headers.get('authorization')!.replace('Basic ', ''), 'base64').toString(),
    'order+api:a%3Ab%25c%2Bd+%C3%A9',
  )
})

test('[O21-5.3.2-01] a token that is not active is refused', async () => {
  const { admit } = arrange(() => ({ active: false, ...accessTokenClaims(start) }))

  assert.equal(await admit(), '401 token_inactive')
})

test('[RS-06] an answer that is none is never a yes', async () => {
  const answers: readonly (() => Response | Record<string, unknown>)[] = [
    () => new Response('{"active":true}', { status: 500 }),
    () => Response.json(active(), { status: 201 }),
    () => Response.json({ error: 'invalid_client' }, { status: 401 }),
    () => new Response('<html>', { status: 200 }),
    () => new Response('', { status: 200 }),
    () => ({}),
    () => active({ active: 'true' }),
    () => active({ active: 1 }),
    () => new Response(`{"active":false,${JSON.stringify(active()).slice(1)}`),
  ]

  for (const says of answers) {
    const { guard } = arrange(says)
    const admission = await guard.admit(requestWith('Bearer hat_opaque'))
    assert.equal(admission.ok === false && admission.response.status, 503)
    assert.equal(admission.ok === false && admission.response.headers['retry-after'], '5')
  }
})

test('[RS-06] a server that is down at the start is 503, and admits as soon as it is there', async () => {
  const { issuer, clock, admit } = arrange(() => active())
  issuer.down = true
  assert.equal(await admit(), '503 issuer_unavailable')

  issuer.down = false
  clock.now += 1
  assert.equal(await admit(), 'admitted')
})

test('[RS-06] metadata without an introspection endpoint, or with one without TLS, is 503 and no secret leaves', async () => {
  for (const endpoint of [undefined, 'http://auth.example.com/introspect', 'http://127.0.0.1:9110/introspect']) {
    const { issuer, admit, questions } = arrange(() => active())
    issuer.metadata = { introspection_endpoint: endpoint }

    assert.equal(await admit(), '503 issuer_unavailable')
    assert.equal(questions(), 0)
  }
})

test('[RS-01] the audience of the answer holds this API, and the issuer, if told, is the issuer', async () => {
  // req: RS-02, JAT-4-02
  const outcome = (changed: Record<string, unknown>) => arrange(() => active(changed)).admit()

  assert.equal(await outcome({ aud: [testResource, 'https://other.example'] }), 'admitted')
  assert.equal(await outcome({ iss: undefined }), 'admitted')
  assert.equal(await outcome({ aud: undefined }), '401 audience_wrong')
  assert.equal(await outcome({ aud: `${testResource}/` }), '401 audience_wrong')
  assert.equal(await outcome({ iss: `${testIssuerUrl}/` }), '401 issuer_wrong')
  assert.equal(await outcome({ iss: null }), '401 claims_incomplete')
})

test('[RS-02] the answer is about a bearer access token with an end, a subject and a client', async () => {
  // req: DPOP-7.2-01
  const outcome = (changed: Record<string, unknown>) => arrange(() => active(changed)).admit()

  for (const type of ['Bearer', 'bearer', undefined]) assert.equal(await outcome({ token_type: type }), 'admitted')
  for (const type of ['DPoP', 'refresh_token', '', null, ['Bearer']]) {
    assert.equal(await outcome({ token_type: type }), '401 token_type_wrong')
  }
  assert.equal(await outcome({ cnf: { jkt: 'x'.repeat(43) }, token_type: 'DPoP' }), '401 token_bound')
  assert.equal(await outcome({ cnf: { jkt: 'x' } }), '401 confirmation_unknown')
  for (const name of ['exp', 'sub', 'client_id']) {
    assert.equal(await outcome({ [name]: undefined }), '401 claims_incomplete')
  }
})

test('[INT-4-03] a yes is kept for 30 seconds', async () => {
  const { clock, admit, questions } = arrange(() => active())
  await admit()

  clock.now = start + 29
  assert.equal(await admit(), 'admitted')
  assert.equal(questions(), 1)

  clock.now = start + 30
  assert.equal(await admit(), 'admitted')
  assert.equal(questions(), 2)
})

test('[INT-4-03] a yes is not kept past exp, not even by the skew', async () => {
  let said = active({ exp: start + 10 })
  const { clock, admit, questions } = arrange(() => said)
  await admit()

  clock.now = start + 9
  assert.equal(await admit(), 'admitted')
  assert.equal(questions(), 1)

  clock.now = start + 10
  said = { active: false } as never
  assert.equal(await admit(), '401 token_inactive')
  assert.equal(questions(), 2)
})

test('[INT-4-03] a no is kept for 5 seconds, or for as long as a yes if that is less', async () => {
  for (const { most, options } of [
    { most: 5, options: {} },
    { most: 2, options: { introspectionMaxAgeSeconds: 2 } },
  ]) {
    const { clock, admit, questions } = arrange(() => ({ active: false }), options)
    await admit()

    clock.now = start + most - 1
    await admit()
    assert.equal(questions(), 1)

    clock.now = start + most
    await admit()
    assert.equal(questions(), 2)
  }
})

test('[INT-4-03] with an age of 0 every request asks, so that a revoked token is refused at once', async () => {
  let said: Record<string, unknown> = active()
  const { admit } = arrange(() => said, { introspectionMaxAgeSeconds: 0 })
  assert.equal(await admit(), 'admitted')

  said = { active: false }

  assert.equal(await admit(), '401 token_inactive')
})

test('[INT-4-03] what failed is not kept', async () => {
  let said: Response | Record<string, unknown> = new Response('', { status: 500 })
  const { admit } = arrange(() => said)
  assert.equal(await admit(), '503 issuer_unavailable')

  said = active()

  assert.equal(await admit(), 'admitted')
})

test('[RS-10] a clock that is set back makes the issuer be asked again', async () => {
  const { clock, admit, questions } = arrange(() => active())
  await admit()

  clock.now = start - 1
  await admit()

  assert.equal(questions(), 2)
})

test('one question per token is under way, and each token gets its own answer', async () => {
  const { issuer, guard, questions } = arrange(() => active())
  issuer.introspect = (token) => (token === 'hat_a' ? active() : { active: false })

  const admissions = await Promise.all(
    Array.from({ length: 100 }, (_, index) => guard.admit(requestWith(`Bearer hat_${'ab'[index % 2]}`))),
  )

  assert.deepEqual(
    admissions.map(({ ok }) => ok),
    admissions.map((_, index) => index % 2 === 0),
  )
  assert.equal(questions(), 2)
})

test('of very many tokens at once, some are told to come back, and all are answered', async () => {
  const { issuer, guard, admit, questions } = arrange(() => active())
  await admit()
  let letGo = () => {}
  const held = new Promise<void>((resolve) => (letGo = resolve))
  issuer.before = () => held

  const asked = Array.from({ length: 501 }, (_, index) => guard.admit(requestWith(`Bearer hat_${index}`)))
  await new Promise(setImmediate)
  letGo()
  const admissions = await Promise.all(asked)

  assert.equal(admissions.filter(({ ok }) => ok).length, 500)
  assert.equal(questions(), 501)
  issuer.before = async () => {}
  assert.equal(await admit('hat_500'), 'admitted')
})

test('with introspection a JWT is asked about too, so that a revoked one is refused', async () => {
  const jwt = aJwt(key.signing, accessTokenClaims(start))
  const { admit, questions } = arrange(() => ({ active: false }))

  assert.equal(await admit(jwt), '401 token_inactive')
  assert.equal(questions(), 1)
})

test("jwt: 'local' checks JWTs here and asks about opaque tokens only", async () => {
  const { admit, questions } = arrange(() => active(), { jwt: 'local' })

  assert.equal(await admit(aJwt(key.signing, accessTokenClaims(start))), 'admitted')
  assert.equal(questions(), 0)
  assert.equal(await admit('hat_opaque'), 'admitted')
  assert.equal(await admit('opaque.with.dots'), 'admitted')
  assert.equal(questions(), 2)
})

test("jwt: 'local' does not ask about a JWT that is no good", async () => {
  const { admit, questions } = arrange(() => active(), { jwt: 'local' })

  assert.equal(await admit(aJwt(aSigningKey('key-1').signing, accessTokenClaims(start))), '401 signature_wrong')
  assert.equal(await admit(aJwt(key.signing, accessTokenClaims(start), 'JWT')), '401 token_type_wrong')
  assert.equal(questions(), 0)
})

test('[BCP-4.9-01] a decision about an opaque token does not hold it', async () => {
  const { admit, decisions } = arrange(() => active())

  await admit('hat_the-secret-itself')

  assert.match(decisions[0]!.tokenFingerprint!, /^[\w-]{43}$/)
  assert.equal(JSON.stringify(decisions).includes('the-secret-itself'), false)
})
