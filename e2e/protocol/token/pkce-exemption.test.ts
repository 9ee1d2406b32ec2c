import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import * as cast from '../../support/fixtures.ts'
import { assertReturned } from '../../support/oracles.ts'
import { push } from '../../support/push.ts'
import type { TestServerOptions } from '../../support/server.ts'
import { assertRefused, assertTokens, auditOf, serverOf } from '../../support/token-oracles.ts'

const hour = 3600
const without = { code_challenge: undefined, code_challenge_method: undefined }

/** A server where C1 is exempt for an hour from the morning on, and nobody else. */
async function exempting(t: TestContext, options: TestServerOptions = {}) {
  const as = await serverOf(t, options)
  const until = new Date(as.clock.now() + hour * 1000).toISOString().replace('.000', '')
  const saved = await as.server.saveClient({ ...cast.c1, hufu_pkce_exempt_until: until })
  assert.ok(saved.ok, saved.ok ? '' : saved.error)

  return { as, until }
}

test('[R1] a client that is exempt redeems a code without PKCE until the instant, and not from it on', async (t) => {
  // req: O21-7.5.1-02
  const { as } = await exempting(t)
  const first = await as.code(without)
  await assertTokens(await as.redeem(first, { code_verifier: undefined }))
  as.later(hour - 10)
  const second = await as.code(without)
  as.later(10)

  await assertRefused(await as.redeem(second, { code_verifier: undefined }), 400, 'invalid_grant')
  const late = as.authorize(without)
  assertReturned(await as.get(late.url), as, 'invalid_request', late, late.state)
  await assertRefused(await push(as, without), 400, 'invalid_request')
})

test('[R1] no half of PKCE passes: a verifier without a challenge, a challenge without a verifier, a method alone', async (t) => {
  // req: O21-4.1.3-07, PK-03, R2
  const { as } = await exempting(t)

  await assertRefused(await as.redeem(await as.code(without)), 400, 'invalid_request')
  await assertRefused(await as.redeem(await as.code(), { code_verifier: undefined }), 400, 'invalid_grant')
  for (const half of [{ code_challenge: undefined }, { code_challenge_method: undefined }]) {
    const request = as.authorize(half)
    assertReturned(await as.get(request.url), as, 'invalid_request', request, request.state)
  }
})

test('[R1] a code without PKCE works once, too: its replay ends what it gave', async (t) => {
  const { as } = await exempting(t)
  const code = await as.code(without)
  const tokens = await assertTokens(await as.redeem(code, { code_verifier: undefined }))

  await assertRefused(await as.redeem(code, { code_verifier: undefined }), 400, 'invalid_grant')
  assert.deepEqual(await as.introspect(tokens.access_token), { active: false })
})

test('[R1] only the operator exempts, only a confidential client, and the audit has it', async (t) => {
  // req: PK-01
  const { as, until } = await exempting(t)
  const saved = (await auditOf(as)).filter((each) => each.type === 'client_saved' && each.clientId === 'c1')
  const open = await as.server.saveClient({ ...cast.p1, hufu_pkce_exempt_until: until })

  assert.equal(saved.at(-1)?.reason, 'pkce_exempt')
  assert.match(open.ok ? '' : open.error, /^hufu_pkce_exempt_until: a public client/)
  for (const client of [cast.c2, cast.p1]) {
    const request = as.authorize({ ...without, scope: 'orders.read' }, client)
    assertReturned(await as.get(request.url), as, 'invalid_request', request, request.state)
  }
})
