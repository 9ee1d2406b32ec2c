import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import * as cast from '../../support/fixtures.ts'
import { startServer } from '../../support/server.ts'
import type { TestServer, Tokens } from '../../support/server.ts'
import { assertJson, claimsOf } from '../../support/token-oracles.ts'

let as: TestServer

before(async () => {
  as = await startServer()
})
beforeEach(() => {
  as.writes.length = 0
})
after(async () => {
  await as.close()
  assert.deepEqual(as.faults, [])
})

const form = 'application/x-www-form-urlencoded'
const path = fc.constantFrom('/token', '/revoke', '/introspect')

/** Names and values that mean something here, and any others. */
const name = fc.oneof(
  fc.constantFrom('grant_type', 'code', 'code_verifier', 'refresh_token', 'scope', 'resource', 'redirect_uri'),
  fc.constantFrom(
    'client_id',
    'client_secret',
    'client_assertion',
    'client_assertion_type',
    'token',
    'token_type_hint',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const value = fc.oneof(
  fc.constantFrom(
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'c1',
    'c2',
    'p1',
    'm1',
    '',
    'a'.repeat(43),
  ),
  fc.constantFrom('hac_AAAA', 'hrt_AAAA', 'hat_AAAA', 'e30.e30.', 'eyJhbGciOiJub25lIn0.e30.', cast.r1, 'orders.read'),
  fc.constant(cast.c2.client_secret),
  fc.string({ unit: 'binary', maxLength: 60 }),
)
const wellMade = fc
  .array(fc.tuple(name, value), { maxLength: 8 })
  .map((pairs) => new TextEncoder().encode(new URLSearchParams(pairs as [string, string][]).toString()))
const anyBody = fc.oneof(
  wellMade,
  fc.string({ maxLength: 300 }).map((text) => new TextEncoder().encode(text)),
  fc.uint8Array({ maxLength: 300 }),
)
const encoded = fc.uint8Array({ maxLength: 80 }).map((each) => `Basic ${Buffer.from(each).toString('base64')}`)
const pair = fc
  .tuple(value, value)
  .map(
    ([id, secret]) => `Basic ${Buffer.from(`${encodeURIComponent(id.toWellFormed())}:${secret}`).toString('base64')}`,
  )
/** What a header may hold at all. */
const visible = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((each) => String.fromCharCode(each)),
  maxLength: 80,
})
const authorization = fc.oneof(
  fc.constant(undefined),
  encoded,
  pair,
  visible,
  visible.map((text) => `Basic ${text}`),
)

test('[O21-3.2.4-01] whatever is sent to the endpoints for programs, the answer is JSON, never a 5xx, and a refusal leaves nothing', async () => {
  // req: CA-03, HT-04, O21-3.2.4-04, O21-3.2.3-06
  await fc.assert(
    fc.asyncProperty(
      path,
      anyBody,
      authorization,
      fc.constantFrom(form, form, form, 'text/plain'),
      async (to, body, header, type) => {
        as.writes.length = 0
        const headers = { 'content-type': type, ...(header !== undefined && { authorization: header }) }
        const answer = await as.send(to, { method: 'POST', body, headers })
        const said = (await answer.json()) as Record<string, unknown>

        assertJson(answer)
        assert.ok([200, 400, 401, 413, 429].includes(answer.status), String(answer.status))
        if (answer.status === 200) return
        assert.deepEqual(Object.keys(said), ['error', 'error_description', 'error_uri'])
        assert.match(String(said['error_description']), /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
        assert.deepEqual(as.writes, [])
      },
    ),
    { numRuns: 600 },
  )
})

test('[O21-3.2.3-05] no mix of scope and resource gives a token with more than was consented to', async () => {
  // req: CD-08, RT-08, RT-09, RI-2.2-01, RI-2.2-02, JAT-2.2.3-01, BCP-4.14.2-01
  const scopes = ['orders.read', 'orders.write', 'bills.read', 'jobs.run', 'offline_access', 'nonsense']
  const understood: Record<string, readonly string[] | undefined> = Object.fromEntries(
    cast.resources.map((each) => [each.resource, each.scopes]),
  )
  const asked = fc.record({
    scope: fc.option(
      fc.subarray(scopes).map((each) => each.join(' ') || undefined),
      { nil: undefined },
    ),
    resource: fc.subarray<string>([cast.r1, cast.r2, 'https://other.example'], { maxLength: 2 }),
  })
  const all = { scope: 'orders.read bills.read', resource: [cast.r1, cast.r2] }
  const consents = [{ scope: 'orders.read' }, { scope: 'bills.read', resource: cast.r2 }, all]

  for (const consent of consents) {
    let newest = await as.rt(consent, cast.c2)
    const granted = consent.scope.split(' ')
    await fc.assert(
      fc.asyncProperty(asked, async ({ scope, resource }) => {
        const answer = await as.token({ grant_type: 'refresh_token', refresh_token: newest, scope, resource }, cast.c2)
        const said = (await answer.json()) as Tokens & { error?: string }
        if (answer.status !== 200) {
          assert.ok(['invalid_scope', 'invalid_target'].includes(said.error ?? ''), `${said.error}`)
          return
        }
        newest = said.refresh_token ?? assert.fail('no successor')
        const isJwt = !said.access_token.startsWith('hat_')
        const told = isJwt ? claimsOf(said.access_token) : await as.introspect(said.access_token, cast.api2)
        const held = said.scope?.split(' ') ?? []
        assert.equal(told['scope'], said.scope)
        assert.ok(held.length > 0)
        assert.ok(
          held.every((each) => granted.includes(each)),
          `${held.join(' ')} of ${consent.scope}`,
        )
        assert.ok(held.every((each) => (understood[String(told['aud'])] ?? []).includes(each)))
        assert.ok(scope === undefined || held.every((each) => scope.split(' ').includes(each)))
        assert.ok(resource.length === 0 || resource.includes(String(told['aud'])))
        // Whatever was narrowed, the grant is still whole.
        assert.equal((await as.introspect(newest, cast.c2))['scope'], consent.scope)
      }),
      { numRuns: 80 },
    )
  }
})

test('[GR-03] no mix of scope and resource gives a job more than its client is registered for', async () => {
  // req: O21-4.2.1-01, RI-2.2-03
  const scopes = ['orders.read', 'jobs.run', 'bills.read', 'offline_access', 'openid']
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(scopes),
      fc.subarray<string>([cast.r1, cast.r2, 'https://other.example']),
      async (scope, resource) => {
        const answer = await as.token({ grant_type: 'client_credentials', scope: scope.join(' '), resource }, cast.m1)
        if (answer.status !== 200) return void (await answer.body?.cancel())
        const { access_token, scope: said } = (await answer.json()) as Tokens
        assert.equal(said, 'jobs.run')
        assert.equal(claimsOf(access_token)['aud'], cast.r1)
        assert.equal(claimsOf(access_token)['scope'], 'jobs.run')
      },
    ),
    { numRuns: 100 },
  )
})
