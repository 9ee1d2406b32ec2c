import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as cast from '../../support/fixtures.ts'
import { proofOf } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { auditOf, serverOf } from '../../support/token-oracles.ts'
import { toForm } from '../../support/user-agent.ts'

const address = '203.0.113.9'

/** The events that one request leaves, by type, outcome and reason. */
async function eventsOf(as: TestServer, send: () => Promise<Response>) {
  // By their ids: in one millisecond of a clock that stands still those have no order.
  const before = new Set((await auditOf(as)).map((each) => each.id))
  const answer = await send()
  const events = (await auditOf(as)).filter((each) => !before.has(each.id))

  return { answer, events, kinds: events.map(({ type, outcome, reason }) => `${type} ${outcome} ${reason ?? '-'}`) }
}

function post(
  as: TestServer,
  path: string,
  form: Record<string, string | undefined>,
  client: typeof cast.c1 | typeof cast.p1 = cast.c1,
) {
  const proof = proofOf(client)
  const request = new Request(as.issuer + path, {
    method: 'POST',
    body: toForm({ ...proof.form, ...form }),
    headers: proof.headers,
  })

  return as.server.fetch(request, address)
}

test('[LG-04] each decision of the token endpoint leaves exactly one event, with who, what, whence and why', async (t) => {
  // req: O21-7.9-03
  const as = await serverOf(t)
  const { subject } = (await as.store.findAccountByUsername('alice' as never))!
  const code = await as.code()
  const redemption = { grant_type: 'authorization_code', code: code.code, code_verifier: code.verifier }
  const wrong = { ...cast.c1, client_secret: 'wrong' } as unknown as typeof cast.c1
  const steps: [string, () => Promise<Response>, string[]][] = []
  const step = (name: string, send: () => Promise<Response>, ...expected: string[]) =>
    steps.push([name, send, expected])
  let refresh_token = ''
  let older = ''

  step('redeemed', () => post(as, '/token', redemption), 'token_issued done -')
  step('refreshed', () => post(as, '/token', { grant_type: 'refresh_token', refresh_token }), 'token_issued done -')
  step(
    'tried again',
    () => post(as, '/token', { grant_type: 'refresh_token', refresh_token: older }),
    'refresh_retried done -',
  )
  step('wrong secret', () => post(as, '/token', redemption, wrong), 'client_refused refused client_secret_wrong')
  step('unknown grant', () => post(as, '/token', { grant_type: 'x' }), 'token_refused refused grant_unknown')
  step(
    'scope',
    () => post(as, '/token', { grant_type: 'refresh_token', refresh_token, scope: 'x' }),
    'token_refused refused scope_exceeds_grant',
  )
  step(
    'bad replay',
    () => post(as, '/token', { ...redemption, code_verifier: 'a'.repeat(43) }),
    'token_refused refused code_unknown',
  )
  step('replay', () => post(as, '/token', redemption), 'authorization_revoked done code_replayed')
  step('replay again', () => post(as, '/token', redemption), 'token_refused refused code_replayed')
  step(
    'dead',
    () => post(as, '/token', { grant_type: 'refresh_token', refresh_token }),
    'token_refused refused authorization_revoked',
  )

  for (const [name, send, expected] of steps) {
    const { answer, events, kinds } = await eventsOf(as, send)
    assert.deepEqual(kinds, expected, name)
    const [event] = events
    assert.equal(event?.address, address, name)
    assert.equal(event?.requestId, answer.headers.get('hufu-request-id'), name)
    assert.equal(event?.clientId, 'c1', name)
    assert.equal(event?.at, as.clock.now())
    if (answer.status === 200) {
      assert.equal(event?.subject, subject, name)
      older = refresh_token
      refresh_token = ((await answer.json()) as { refresh_token: string }).refresh_token
    }
  }
})

test('[LG-04] what ends an authorization is written with the person it was of', async (t) => {
  const as = await serverOf(t)
  const { subject } = (await as.store.findAccountByUsername('alice' as never))!
  const code = await as.code()
  await as.redeem(code)
  const reused = await as.rt()
  await as.token({ grant_type: 'refresh_token', refresh_token: reused })
  as.clock.advance(10 as never)

  for (const [reason, send] of [
    ['code_replayed', () => as.redeem(code)],
    ['refresh_token_reused', () => as.token({ grant_type: 'refresh_token', refresh_token: reused })],
    ['revoked_by_client', async () => post(as, '/revoke', { token: await as.rt() })],
  ] as const) {
    const { events } = await eventsOf(as, send)
    const ended = events.filter((each) => each.type === 'authorization_revoked')
    assert.equal(ended.length, 1, reason)
    assert.equal(ended[0]?.reason, reason)
    assert.equal(ended[0]?.subject, subject, reason)
    assert.match(ended[0]?.authorizationId ?? '', /^[0-9a-f]{32}$/)
  }
})

test('[LG-04] a code that another client brings, and one with a wrong verifier, are written with the person they were of', async (t) => {
  const as = await serverOf(t)
  const { subject } = (await as.store.findAccountByUsername('alice' as never))!
  const [one, other] = [await as.code(), await as.code()]

  const stolen = await eventsOf(as, () => as.redeem({ ...one, client: cast.c2 }))
  const guessed = await eventsOf(as, () => as.redeem(other, { code_verifier: 'a'.repeat(43) }))

  assert.deepEqual(stolen.kinds, ['token_refused refused code_of_another_client'])
  assert.deepEqual(guessed.kinds, ['token_refused refused verifier_mismatch'])
  assert.equal(stolen.events[0]?.subject, subject)
  assert.equal(stolen.events[0]?.clientId, 'c2')
  assert.equal(guessed.events[0]?.subject, subject)
})

test('[LG-04] each decision of revocation leaves one event, and asking leaves none', async (t) => {
  const as = await serverOf(t)
  const { access_token, refresh_token } = await as.tokens()
  const expect = async (kinds: string[], send: () => Promise<Response>) =>
    assert.deepEqual((await eventsOf(as, send)).kinds, kinds)

  await expect(['revocation_refused refused token_of_another_client'], () =>
    post(as, '/revoke', { token: access_token }, cast.p1),
  )
  await expect(['token_revoked done -'], () => post(as, '/revoke', { token: access_token }))
  await expect([], () => post(as, '/revoke', { token: access_token }))
  await expect(['authorization_revoked done revoked_by_client'], () => post(as, '/revoke', { token: refresh_token }))
  await expect([], () => post(as, '/revoke', { token: 'x' }))
  await expect(['client_refused refused client_authentication_missing'], () =>
    post(as, '/introspect', { token: 'x' }, cast.p1),
  )
  await expect([], () => post(as, '/introspect', { token: access_token }))
})

test('[LG-01] neither audit nor log nor any refusal holds a code, a token, a secret, a verifier, a password or a cookie', async (t) => {
  // req: O21-1.4-02, LG-06
  const as = await serverOf(t)
  const secrets = new Set<string>([cast.c1.client_secret, cast.c2.client_secret, cast.alice.password])
  const browser = as.browser()
  for (const client of [cast.c1, cast.p1]) {
    const code = await as.code({ scope: 'orders.read' }, client, browser)
    const tokens = (await (await as.redeem(code)).json()) as Record<string, string>
    for (const each of [code.code, code.verifier, code.state, tokens['access_token'], tokens['refresh_token']])
      secrets.add(each ?? '')
    // Everything that can be refused, with everything that is secret in it.
    for (const secret of secrets) {
      for (const name of [
        'code',
        'refresh_token',
        'code_verifier',
        'scope',
        'resource',
        'client_id',
        'client_secret',
        'grant_type',
        'redirect_uri',
      ]) {
        await as.token({ grant_type: 'authorization_code', [name]: secret })
        await as.token({ grant_type: 'refresh_token', [name]: secret }, cast.p1)
      }
      await as.get(`/authorize?client_id=${encodeURIComponent(secret)}`)
      await as.get(`/authorize?client_id=c1&redirect_uri=${encodeURIComponent(secret)}`)
    }
  }
  for (const cookie of browser.cookies.values()) secrets.add(cookie)
  secrets.delete('')
  const kept = JSON.stringify(await auditOf(as))
  const refusals = as.exchanges.filter(({ request, response }) => request.path === '/token' && response.status !== 200)
  const said = JSON.stringify(refusals.map(({ response }) => response))

  assert.ok(secrets.size >= 14 && refusals.length > 50)
  for (const secret of secrets) {
    assert.ok(!kept.includes(secret), `audit: ${secret}`)
    assert.ok(!said.includes(secret), `refusal: ${secret}`)
  }
  assert.doesNotMatch(kept, /hufucanary_|h[ac]t_|hrt_|hac_|eyJ/)
})
