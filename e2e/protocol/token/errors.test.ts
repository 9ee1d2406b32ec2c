import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as cast from '../../support/fixtures.ts'
import type { TestServer } from '../../support/server.ts'
import { assertRefused, assertTokens, serverOf } from '../../support/token-oracles.ts'
import type { Refusal } from '../../support/token-oracles.ts'
import { toForm } from '../../support/user-agent.ts'

/*
 * Section 3 of the requirements: the lines for token, revocation and introspection, each made to happen.
 */

interface Line {
  readonly when: string
  readonly status: number
  readonly error: string
  readonly send: (as: TestServer) => Promise<Response>
}

const post = (as: TestServer, path: string, form: Record<string, string>) =>
  as.send(path, { method: 'POST', body: toForm(form) })
const asC2 = { client_id: cast.c2.client_id, client_secret: cast.c2.client_secret }
const orders = { scope: 'orders.read' }

const lines: readonly Line[] = [
  { when: 'grant_type missing', status: 400, error: 'invalid_request', send: (as) => as.token({}) },
  {
    when: 'code missing',
    status: 400,
    error: 'invalid_request',
    send: (as) => as.token({ grant_type: 'authorization_code' }),
  },
  {
    when: 'refresh_token missing',
    status: 400,
    error: 'invalid_request',
    send: (as) => as.token({ grant_type: 'refresh_token' }),
  },
  {
    when: 'a parameter twice',
    status: 400,
    error: 'invalid_request',
    send: (as) => as.token({ grant_type: ['refresh_token', 'refresh_token'] }),
  },
  {
    when: 'wrong media type',
    status: 400,
    error: 'invalid_request',
    send: (as) => as.send('/token', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }),
  },
  { when: 'too large', status: 413, error: 'invalid_request', send: (as) => as.token({ x: 'x'.repeat(70_000) }) },
  {
    when: 'characters that may not be',
    status: 400,
    error: 'invalid_request',
    send: (as) => as.token({ code: '\u0007' }),
  },
  {
    when: 'two ways of authentication',
    status: 400,
    error: 'invalid_request',
    send: (as) => as.token({ client_secret: 'x' }),
  },
  {
    when: 'a public client without client_id',
    status: 400,
    error: 'invalid_request',
    send: (as) => post(as, '/token', { grant_type: 'refresh_token' }),
  },
  {
    when: 'a malformed verifier',
    status: 400,
    error: 'invalid_request',
    send: async (as) => as.redeem(await as.code(), { code_verifier: 'x' }),
  },
  {
    when: 'wrong secret',
    status: 401,
    error: 'invalid_client',
    send: (as) => as.token({}, { ...cast.c1, client_secret: 'x' }),
  },
  { when: 'unknown client', status: 401, error: 'invalid_client', send: (as) => as.token({}, { client_id: 'nobody' }) },
  {
    when: 'code unknown',
    status: 400,
    error: 'invalid_grant',
    send: (as) => as.token({ grant_type: 'authorization_code', code: 'x' }),
  },
  {
    when: 'code expired',
    status: 400,
    error: 'invalid_grant',
    send: async (as) => {
      const code = await as.code()
      as.clock.advance(60 as never)
      return as.redeem(code)
    },
  },
  {
    when: 'code used',
    status: 400,
    error: 'invalid_grant',
    send: async (as) => {
      const code = await as.code()
      await as.redeem(code)
      return as.redeem(code)
    },
  },
  {
    when: 'code burned',
    status: 400,
    error: 'invalid_grant',
    send: async (as) => {
      const code = await as.code()
      await as.redeem(code, { code_verifier: 'a'.repeat(43) })
      return as.redeem(code)
    },
  },
  {
    when: 'verifier wrong',
    status: 400,
    error: 'invalid_grant',
    send: async (as) => as.redeem(await as.code(), { code_verifier: 'a'.repeat(43) }),
  },
  {
    when: 'verifier missing',
    status: 400,
    error: 'invalid_grant',
    send: async (as) => as.redeem(await as.code(), { code_verifier: undefined }),
  },
  {
    when: 'another redirect_uri',
    status: 400,
    error: 'invalid_grant',
    send: async (as) => as.redeem(await as.code(), { redirect_uri: 'https://x.example/' }),
  },
  {
    when: 'code of another client',
    status: 400,
    error: 'invalid_grant',
    send: async (as) => as.redeem({ ...(await as.code()), client: cast.c2 }),
  },
  {
    when: 'refresh token unknown',
    status: 400,
    error: 'invalid_grant',
    send: (as) => as.token({ grant_type: 'refresh_token', refresh_token: 'x' }),
  },
  {
    when: 'refresh token expired',
    status: 400,
    error: 'invalid_grant',
    send: async (as) => {
      const refresh_token = await as.rt()
      as.clock.advance((90 * 86_400) as never)
      return as.token({ grant_type: 'refresh_token', refresh_token })
    },
  },
  {
    when: 'refresh token reused',
    status: 400,
    error: 'invalid_grant',
    send: async (as) => {
      const refresh_token = await as.rt()
      await as.token({ grant_type: 'refresh_token', refresh_token })
      as.clock.advance(10 as never)
      return as.token({ grant_type: 'refresh_token', refresh_token })
    },
  },
  {
    when: 'authorization revoked',
    status: 400,
    error: 'invalid_grant',
    send: async (as) => {
      const refresh_token = await as.rt(orders, cast.c2)
      await post(as, '/revoke', { ...asC2, token: refresh_token })
      return as.token({ grant_type: 'refresh_token', refresh_token }, cast.c2)
    },
  },
  {
    when: 'grant not allowed',
    status: 400,
    error: 'unauthorized_client',
    send: (as) => as.token({ grant_type: 'client_credentials' }),
  },
  {
    when: 'grant unknown',
    status: 400,
    error: 'unsupported_grant_type',
    send: (as) => as.token({ grant_type: 'password' }),
  },
  {
    when: 'scope malformed',
    status: 400,
    error: 'invalid_scope',
    send: (as) => as.token({ grant_type: 'client_credentials', scope: '"' }, cast.m1),
  },
  {
    when: 'scope unknown',
    status: 400,
    error: 'invalid_scope',
    send: (as) => as.token({ grant_type: 'client_credentials', scope: 'x' }, cast.m1),
  },
  {
    when: 'scope not allowed',
    status: 400,
    error: 'invalid_scope',
    send: (as) => as.token({ grant_type: 'client_credentials', scope: 'bills.read' }, cast.m1),
  },
  {
    when: 'scope wider than granted',
    status: 400,
    error: 'invalid_scope',
    send: async (as) => as.token({ grant_type: 'refresh_token', refresh_token: await as.rt(), scope: 'bills.read' }),
  },
  {
    when: 'resource malformed',
    status: 400,
    error: 'invalid_target',
    send: (as) => as.token({ grant_type: 'client_credentials', resource: 'x' }, cast.m1),
  },
  {
    when: 'resource unknown',
    status: 400,
    error: 'invalid_target',
    send: (as) => as.token({ grant_type: 'client_credentials', resource: 'https://x.example' }, cast.m1),
  },
  {
    when: 'resource outside of the grant',
    status: 400,
    error: 'invalid_target',
    send: async (as) => as.redeem(await as.code(), { resource: cast.r2 }),
  },
  {
    when: 'several resources',
    status: 400,
    error: 'invalid_target',
    send: async (as) => as.redeem(await as.code(), { resource: [cast.r1, cast.r2] }),
  },
  {
    when: 'throttled',
    status: 429,
    error: 'temporarily_unavailable',
    send: async (as) => {
      for (let count = 0; count < 20; count++) await as.token({}, { ...cast.c1, client_secret: 'x' })
      return as.token({})
    },
  },
  {
    when: 'revocation: client',
    status: 401,
    error: 'invalid_client',
    send: (as) => post(as, '/revoke', { ...asC2, client_secret: 'x', token: 'x' }),
  },
  { when: 'revocation: token missing', status: 400, error: 'invalid_request', send: (as) => post(as, '/revoke', asC2) },
  {
    when: 'revocation: kind',
    status: 400,
    error: 'unsupported_token_type',
    send: async (as) => post(as, '/revoke', { ...asC2, token: (await as.code(orders, cast.c2)).code }),
  },
  {
    when: 'revocation: foreign',
    status: 400,
    error: 'invalid_grant',
    send: async (as) => post(as, '/revoke', { ...asC2, token: await as.at() }),
  },
  {
    when: 'introspection: nobody',
    status: 400,
    error: 'invalid_request',
    send: (as) => post(as, '/introspect', { token: 'x' }),
  },
  {
    when: 'introspection: a public client',
    status: 401,
    error: 'invalid_client',
    send: (as) => post(as, '/introspect', { client_id: 'p1', token: 'x' }),
  },
  {
    when: 'introspection: wrong secret',
    status: 401,
    error: 'invalid_client',
    send: (as) => post(as, '/introspect', { ...asC2, client_secret: 'x', token: 'x' }),
  },
  {
    when: 'introspection: token missing',
    status: 400,
    error: 'invalid_request',
    send: (as) => post(as, '/introspect', asC2),
  },
]

for (const { when, status, error, send } of lines) {
  test(`[O21-3.2.4-01] ${when} is answered ${status} ${error}, in the one shape there is`, async (t) => {
    // req: O21-3.2.4-04, O21-3.2.3-06, O21-C-01
    const as = await serverOf(t)

    await assertRefused(await send(as), status, error)
  })
}

test('[UX-8.2] every refusal of these endpoints leads to a page that tells the cause and what to do, in both languages', async (t) => {
  // req: O21-3.2.4-04
  const as = await serverOf(t)
  const addresses = new Set<string>()
  for (const { send, when } of lines.filter((each) => each.when !== 'throttled')) {
    const answer = await send(as)
    addresses.add(((await answer.json()) as Refusal).error_uri ?? when)
  }
  assert.ok(addresses.size > 20)

  for (const address of addresses) {
    for (const language of ['en', 'zh-CN']) {
      const page = await as.get(address, { 'accept-language': language })
      const html = await page.text()
      assert.equal(page.status, 200, address)
      assert.ok(html.includes(`<html lang="${language}"`), address)
      assert.ok(html.includes(address.slice(address.lastIndexOf('/') + 1)), address)
      assert.match(html, /<ol>\s*<li>[^<]{5,}/, `${address}: a cause`)
      assert.match(html, /<ul>\s*<li>[^<]{5,}/, `${address}: what to do`)
    }
  }
})

test('[O21-3.2.4-04] a public client is told the class of a failure, not what exactly an attacker would learn from', async (t) => {
  const as = await serverOf(t)
  const told = async (answer: Response) => (await assertRefused(answer, 400, 'invalid_grant')).error_description
  const used = await as.code({}, cast.p1)
  const { refresh_token } = await assertTokens(await as.redeem(used))
  const expired = await as.code({}, cast.p1)
  as.clock.advance(61 as never)
  const codes = [
    await told(await as.redeem(await as.code({}, cast.p1), { code_verifier: 'a'.repeat(43) })),
    await told(await as.redeem(used, { code_verifier: 'a'.repeat(43) })),
    await told(await as.redeem(expired)),
    await told(await as.redeem({ ...(await as.code()), client: cast.p1 })),
    await told(await as.redeem(used)),
  ]
  const refreshes = [
    await told(await as.token({ grant_type: 'refresh_token', refresh_token }, cast.p1)),
    await told(await as.token({ grant_type: 'refresh_token', refresh_token: 'x' }, cast.p1)),
    await told(await as.token({ grant_type: 'refresh_token', refresh_token: await as.rt() }, cast.p1)),
  ]

  assert.deepEqual([...new Set(codes)], ['HF-TOKEN-0201 the authorization code is not valid'])
  assert.deepEqual([...new Set(refreshes)], ['HF-TOKEN-0209 the refresh token is not valid'])
})
