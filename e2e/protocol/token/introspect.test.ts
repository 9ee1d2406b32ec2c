import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import * as cast from '../../support/fixtures.ts'
import type { TestClient } from '../../support/fixtures.ts'
import { proofOf } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import {
  assertJson,
  assertRefused,
  assertTokens,
  claimsOf,
  headerOf,
  serverOf,
  withOtherSecret,
} from '../../support/token-oracles.ts'
import { toForm } from '../../support/user-agent.ts'
import type { Fields } from '../../support/user-agent.ts'

function ask(as: TestServer, token: string | undefined, by: TestClient = cast.api1, more: Fields = {}) {
  const { form, headers } = proofOf(by)

  return as.send('/introspect', { method: 'POST', body: toForm({ ...form, token, ...more }), headers })
}

/** `{"active":false}`, and not a character more. */
async function assertInactive(response: Response, why = ''): Promise<void> {
  assert.equal(response.status, 200, why)
  assertJson(response)
  assert.equal(await response.text(), '{"active":false}', why)
}

async function assertActive(response: Response): Promise<Record<string, unknown>> {
  assert.equal(response.status, 200)
  assertJson(response)
  const text = await response.text()
  assert.ok(!text.includes('null'))
  const body = JSON.parse(text) as Record<string, unknown>
  assert.equal(body['active'], true)

  return body
}

const bills = { scope: 'bills.read', resource: cast.r2 }

test('[INT-2.2-02] about its own token an API learns everything there is to say, alike for JWT and opaque ones', async (t) => {
  // req: O21-7.1.3-04, O21-3.2.3-02, INT-5-01
  const as = await serverOf(t)
  const subject = (await as.store.findAccountByUsername('alice' as never))!.subject
  const now = as.clock.now() / 1000

  for (const [client, changes, api, aud, scope, lifetime] of [
    [cast.c1, { scope: 'orders.read' }, cast.api1, cast.r1, 'orders.read', 600],
    [cast.c2, bills, cast.api2, cast.r2, 'bills.read', 3600],
  ] as const) {
    const { jti, ...said } = await assertActive(await ask(as, await as.at(changes, client), api))
    assert.match(String(jti), /^[0-9a-f]{32}$/)
    assert.deepEqual(said, {
      active: true,
      iss: as.issuer,
      sub: subject,
      aud,
      client_id: client.client_id,
      scope,
      token_type: 'Bearer',
      iat: now,
      exp: now + lifetime,
      auth_time: now,
    })
  }
})

test('[INT-2.1-01] who asks proves to be a confidential client; public ones and nobody are refused', async (t) => {
  // req: IN-01, INT-4-02, INT-2.3-01
  const as = await serverOf(t)
  const token = await as.at()

  await assertRefused(await ask(as, token, cast.p1), 401, 'invalid_client')
  await assertRefused(await ask(as, token, { client_id: 'api1' }), 401, 'invalid_client')
  await assertRefused(await ask(as, token, { ...cast.api1, client_secret: 'wrong' }), 401, 'invalid_client')
  await assertRefused(await ask(as, token, { client_id: '' }), 400, 'invalid_request')
  const bearer = await as.send('/introspect', {
    method: 'POST',
    body: toForm({ token }),
    headers: { authorization: `Bearer ${token}` },
  })
  await assertRefused(bearer, 401, 'invalid_client')
  const refused = (await as.store.listAudit(undefined, 1000)).filter((each) => each.type === 'client_refused')
  assert.equal(refused.length, 5, 'each refusal of a client is in the audit')
})

test('[INT-2.1-01] without token the request is invalid_request', async (t) => {
  const as = await serverOf(t)

  await assertRefused(await ask(as, undefined), 400, 'invalid_request')
  await assertRefused(await ask(as, ''), 400, 'invalid_request')
})

test('[INT-4-01] an API learns nothing about tokens for another, and a client nothing about those of another', async (t) => {
  // req: IN-02, INT-4-02, D9, JAT-3-02
  const as = await serverOf(t)
  const orders = await as.at()
  const opaque = await as.at(bills, cast.c2)

  for (const by of [cast.api2, cast.c2, cast.m1, cast.x]) await assertInactive(await ask(as, orders, by), by.client_id)
  for (const by of [cast.api1, cast.c1, cast.m1, cast.x]) await assertInactive(await ask(as, opaque, by), by.client_id)
  await assertActive(await ask(as, orders, cast.c1))
  await assertActive(await ask(as, opaque, cast.c2))
})

test('[INT-2.2-03] a refresh token is told of to its own client alone, and only the newest', async (t) => {
  const as = await serverOf(t)
  const first = await as.tokens()
  const token = first.refresh_token ?? ''

  for (const by of [cast.api1, cast.api2, cast.c2]) await assertInactive(await ask(as, token, by))
  const said = await assertActive(await ask(as, token, cast.c1))
  assert.equal('token_type' in said, false, 'it is no Bearer token')
  assert.equal('aud' in said, false)
  assert.equal(Number(said['exp']) - Number(said['iat']), 90 * 86_400)
  await assertTokens(await as.token({ grant_type: 'refresh_token', refresh_token: token }))
  await assertInactive(await ask(as, token, cast.c1), 'its successor is the newest')
})

test('[INT-2.2-01] unknown, malformed, of another kind: inactive and no more, whatever the hint', async (t) => {
  // req: INT-2.1-03, IN-01, CD-07, CD-11
  const as = await serverOf(t)
  const code = await as.code()
  const opaque = await as.at(bills, cast.c2)

  for (const token_type_hint of [undefined, 'access_token', 'refresh_token', 'nonsense']) {
    for (const token of [
      'x',
      'a.b.c',
      'hat_',
      'hrt_',
      'hat_AAAA',
      '..',
      code.code,
      `${opaque}A`,
      opaque.slice(0, -1),
      opaque.toUpperCase(),
    ])
      await assertInactive(await ask(as, token, cast.api2, { token_type_hint }), token)
    await assertActive(await ask(as, opaque, cast.api2, { token_type_hint }))
  }
})

test('[O21-1.4-03] an access token changed in any one place is no token', async (t) => {
  // req: INT-4-01, O21-1.4.2-02
  const as = await serverOf(t)
  const changed = (text: string, at: number) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)

  for (const [token, api] of [
    [await as.at(), cast.api1],
    [await as.at(bills, cast.c2), cast.api2],
  ] as const) {
    for (let at = 0; at < token.length; at++) await assertInactive(await ask(as, changed(token, at), api), String(at))
    if (token.startsWith('hat_')) await assertInactive(await ask(as, withOtherSecret(token), api))
    await assertActive(await ask(as, token, api))
  }
})

test('[O21-1.4.2-02] a token signed by others, by nobody, or with the public key as a secret is no token', async (t) => {
  // req: O21-1.4-03, JAT-2.1-01
  const as = await serverOf(t)
  const token = await as.at()
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const body = encode({ ...claimsOf(token), sub: 'somebody else' })

  for (const header of [
    headerOf(token),
    { ...headerOf(token), kid: 'other' },
    { ...headerOf(token), alg: 'none' },
    { alg: 'none' },
  ]) {
    const signed = `${encode(header)}.${body}`
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    await assertInactive(await ask(as, `${signed}.${signature.toString('base64url')}`))
    await assertInactive(await ask(as, `${signed}.`))
    await assertInactive(await ask(as, `${signed}.${token.split('.')[2]}`))
  }
})

test('[INT-4-01] when a client is disabled its tokens are inactive, those of its jobs too', async (t) => {
  const as = await serverOf(t)
  const { access_token } = await assertTokens(await as.token({ grant_type: 'client_credentials' }, cast.m1))
  await assertActive(await ask(as, access_token))
  await as.disable(cast.m1)

  await assertInactive(await ask(as, access_token))
})

test('[IN-01] a thousand guesses by an API find nothing and leave nothing', async (t) => {
  const as = await serverOf(t)
  await as.at(bills, cast.c2)
  as.writes.length = 0

  for (let count = 0; count < 1000; count++) {
    const guess = `hat_${Buffer.from(crypto.getRandomValues(new Uint8Array(52))).toString('base64url')}`
    await assertInactive(await ask(as, guess, cast.api2))
  }
  assert.deepEqual(as.writes, [])
})
