import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breakable } from '../../support/breakable.ts'
import { assertPostOnly } from '../../support/error-lines.ts'
import * as cast from '../../support/fixtures.ts'
import { proofOf } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertJson, assertRefused, serverOf, withOtherSecret } from '../../support/token-oracles.ts'
import { toForm } from '../../support/user-agent.ts'
import type { Fields } from '../../support/user-agent.ts'

/*
 * Section 3 of the requirements: the lines for revocation and introspection that are no refusal, or one of the method
 * or the store; the others are in `token/errors.test.ts`.
 */

const post = (as: TestServer, path: string, form: Fields, client: cast.TestClient = cast.c2) =>
  as.send(path, {
    method: 'POST',
    body: toForm({ ...proofOf(client).form, ...form }),
    headers: proofOf(client).headers,
  })

const paths = ['/revoke', '/introspect'] as const
const orders = { scope: 'orders.read' }
const bills = { scope: 'bills.read', resource: cast.r2 }

test('[REV-2.2-01] what was ended just now, before, never or by time is answered 200 with an empty object', async (t) => {
  // req: REV-2.1-01
  const as = await serverOf(t)
  const token = await as.rt(orders, cast.c2)
  const expired = await as.at(bills, cast.c2)
  as.later(3600)

  for (const each of [token, token, expired, 'x', withOtherSecret(token), `hat_${'A'.repeat(66)}`]) {
    const answer = await post(as, '/revoke', { token: each })
    assert.equal(answer.status, 200)
    assertJson(answer)
    assert.equal(await answer.text(), '{}')
    assert.equal(answer.headers.get('www-authenticate'), null)
  }
})

test('[IN-01] whatever is wrong with a token, introspection answers 200 and active false, no more', async (t) => {
  // req: INT-2.2-01
  const as = await serverOf(t)
  const tokens = await as.tokens(orders, cast.c2)
  const [revoked, expired, foreign] = [await as.at(orders, cast.c2), await as.at(orders, cast.c2), await as.at()]
  await post(as, '/revoke', { token: revoked })
  await post(as, '/revoke', { token: tokens.refresh_token })
  as.later(600)
  const live = await as.at(orders, cast.c2)

  for (const token of [revoked, expired, foreign, tokens.refresh_token, tokens.access_token, 'x', `${live}x`]) {
    const answer = await post(as, '/introspect', { token })
    assert.equal(answer.status, 200)
    assertJson(answer)
    assert.equal(await answer.text(), '{"active":false}')
  }
  const answer = await post(as, '/introspect', { token: live })
  assert.equal(answer.status, 200)
  assertJson(answer)
  assert.equal(((await answer.json()) as { active: unknown }).active, true)
})

test('[R10] revocation and introspection take POST alone', async (t) => {
  const as = await serverOf(t)

  for (const path of paths) await assertPostOnly(as, path)
})

test('[REV-2.2.1-01] a store that cannot answer is 503 and when to come again, never 200', async (t) => {
  // req: IN-11
  const store = await breakable(t)
  const token = await store.as.at(bills, cast.c2)

  for (const path of paths) {
    store.break('findOpaqueToken')
    await assertRefused(await post(store.as, path, { token }), 503, 'temporarily_unavailable', path)
    store.break(undefined)
  }
})

test('[O21-3.2.4-01] a form that cannot be read is the same at both', async (t) => {
  const as = await serverOf(t)
  const headers = { ...proofOf(cast.c1).headers, 'content-type': 'application/json' }

  for (const path of paths) {
    await assertRefused(await as.send(path, { method: 'POST', headers, body: '{}' }), 400, 'invalid_request')
    await assertRefused(await post(as, path, { token: ['x', 'x'] }), 400, 'invalid_request')
    await assertRefused(await post(as, path, { token: '\u0007' }), 400, 'invalid_request')
    await assertRefused(await post(as, path, { token: 'x'.repeat(70_000) }), 413, 'invalid_request')
    await assertRefused(await post(as, path, { token: 'x' }, { client_id: 'nobody' }), 401, 'invalid_client')
    await assertRefused(await as.send(path, { method: 'POST', body: toForm({ token: 'x' }) }), 400, 'invalid_request')
  }
})
