import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { anEvent, aProofKey } from 'hufu/testing'
import type { ProofKey } from 'hufu/testing'
import * as cast from '../../support/fixtures.ts'
import { addClient, identityServer, o1, userInfo } from '../../support/openid.ts'
import { proofFor, showing } from '../../support/proofs.ts'
import { startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertJson, assertTokens } from '../../support/token-oracles.ts'
import { toForm } from '../../support/user-agent.ts'

/*
 * Section 3 of the requirements: the lines for UserInfo, each made to happen; the guard has its own in
 * `src/guard/*.test.ts`. UserInfo is no protected resource with a document about itself, so its challenges have no
 * `resource_metadata`. It asks for no level or age of a sign-in. Certificates (mutual TLS) are not built.
 */

const key = aProofKey()
const other = aProofKey()

let as: TestServer
let bearer: string
let bound: string
before(async () => {
  as = await startServer()
  await addClient(as, o1)
  await addClient(as, { ...o1, client_id: 'gone' })
  bearer = await as.at({ scope: 'openid' }, o1)
  bound = await boundTo(key)
})
after(async () => {
  await as.close()
  assert.deepEqual(as.faults, [])
})

async function boundTo(of: ProofKey): Promise<string> {
  const { code, verifier } = await as.code({ scope: 'orders.read openid' }, o1)
  const form = { grant_type: 'authorization_code', code, code_verifier: verifier }
  const answer = await as.token(form, o1, showing(as, of))
  assert.equal(answer.status, 200)

  return ((await answer.json()) as { access_token: string }).access_token
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url')
const proves = (by: ProofKey, changed: Readonly<Record<string, unknown>> = {}) => ({
  authorization: `DPoP ${bound}`,
  dpop: proofFor(as, by, { htm: 'GET', ath: hashOf(bound), ...changed }, '/userinfo'),
})
const asks = (headers: Readonly<Record<string, string>>) => as.get('/userinfo', headers)

interface Line {
  readonly when: string
  readonly status: number
  /** `undefined`: the challenge tells of none. */
  readonly error: string | undefined
  readonly scheme?: 'DPoP'
  readonly send: () => Promise<Response>
}

const lines: readonly Line[] = [
  { when: 'no credentials', status: 401, error: undefined, send: () => asks({}) },
  {
    when: 'a token in the query alone',
    status: 401,
    error: undefined,
    send: () => as.get(`/userinfo?access_token=${bearer}`),
  },
  {
    when: 'a token in the body alone',
    status: 401,
    error: undefined,
    send: () => as.send('/userinfo', { method: 'POST', body: toForm({ access_token: bearer }) }),
  },
  {
    when: 'credentials of another kind',
    status: 401,
    error: undefined,
    send: () => asks({ authorization: 'Basic bzE6eA==' }),
  },
  { when: 'a lone scheme', status: 400, error: 'invalid_request', send: () => asks({ authorization: 'Bearer' }) },
  { when: 'no scheme', status: 400, error: 'invalid_request', send: () => asks({ authorization: bearer }) },
  {
    when: 'characters that may not be',
    status: 400,
    error: 'invalid_request',
    send: () => asks({ authorization: 'Bearer a"b' }),
  },
  {
    when: 'two tokens',
    status: 400,
    error: 'invalid_request',
    send: () => asks({ authorization: `Bearer ${bearer}, Bearer ${bearer}` }),
  },
  {
    when: 'too long',
    status: 400,
    error: 'invalid_request',
    send: () => asks({ authorization: `Bearer ${'x'.repeat(17_000)}` }),
  },
  { when: 'a token nobody knows', status: 401, error: 'invalid_token', send: () => userInfo(as, 'x') },
  {
    when: 'a token with another signature',
    status: 401,
    error: 'invalid_token',
    send: () => userInfo(as, `${bearer.slice(0, -8)}AAAAAAAA`),
  },
  {
    when: 'a refresh token',
    status: 401,
    error: 'invalid_token',
    send: async () => userInfo(as, await as.rt({ scope: 'openid' }, o1)),
  },
  {
    when: 'a token that was revoked',
    status: 401,
    error: 'invalid_token',
    send: async () => {
      const token = await as.at({ scope: 'openid' }, o1)
      const { client_id, client_secret } = o1
      const authorization = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`
      await as.send('/revoke', { method: 'POST', body: toForm({ token }), headers: { authorization } })
      return userInfo(as, token)
    },
  },
  {
    when: 'a token of a client that was disabled',
    status: 401,
    error: 'invalid_token',
    send: async () => {
      const token = await as.at({ scope: 'openid' }, { ...o1, client_id: 'gone' })
      await as.disable({ client_id: 'gone' })
      return userInfo(as, token)
    },
  },
  {
    when: 'a token without openid',
    status: 403,
    error: 'insufficient_scope',
    send: async () => userInfo(as, await as.at({ scope: 'orders.read' }, o1)),
  },
  {
    when: 'a token of no person',
    status: 403,
    error: 'insufficient_scope',
    send: async () => {
      const answer = await as.token({ grant_type: 'client_credentials' }, cast.m1)
      return userInfo(as, (await assertTokens(answer)).access_token)
    },
  },
  { when: 'a bound token as Bearer', status: 401, error: 'invalid_token', send: () => userInfo(as, bound) },
  {
    when: 'a bound token without a proof',
    status: 401,
    error: 'invalid_token',
    scheme: 'DPoP',
    send: () => asks({ authorization: `DPoP ${bound}` }),
  },
  {
    when: 'a bound token with the key of another',
    status: 401,
    error: 'invalid_token',
    scheme: 'DPoP',
    send: () => asks(proves(other)),
  },
  {
    when: 'a proof that is none',
    status: 401,
    error: 'invalid_dpop_proof',
    scheme: 'DPoP',
    send: () => asks({ ...proves(key), dpop: 'x' }),
  },
  {
    when: 'a proof for another token',
    status: 401,
    error: 'invalid_dpop_proof',
    scheme: 'DPoP',
    send: () => asks(proves(key, { ath: hashOf('x') })),
  },
  {
    when: 'a proof that was used',
    status: 401,
    error: 'invalid_dpop_proof',
    scheme: 'DPoP',
    send: async () => {
      const used = proves(key)
      assert.equal((await asks(used)).status, 200)
      return asks(used)
    },
  },
  {
    when: 'a token of a person who is gone',
    status: 401,
    error: 'invalid_token',
    send: async () => {
      const account = (await as.store.findAccountByUsername('alice' as never))!
      await as.store.saveAccount({ ...account, disabledAt: as.clock.now() }, 'alice', anEvent())
      return userInfo(as, bearer)
    },
  },
]

/** One challenge for each scheme; the one that was tried tells of the error, and the body says the same. */
async function assertChallenged(answer: Response, { status, error, scheme: tried }: Line): Promise<void> {
  const scheme = tried ?? 'Bearer'
  const text = await answer.text()
  assert.equal(answer.status, status, text)
  assertJson(answer)
  const header = answer.headers.get('www-authenticate') ?? ''
  const challenges = header.split(/, (?=(?:Bearer|DPoP) )/)
  assert.deepEqual(
    challenges.map((each) => each.slice(0, each.indexOf(' '))),
    ['Bearer', 'DPoP'],
  )
  for (const each of challenges) {
    const parameters = Array.from(each.matchAll(/([a-z_]+)="([^"\\]*)"/g), ([, name = '', value = '']) => ({
      name,
      value,
    }))
    const names = parameters.map(({ name }) => name)
    assert.equal(new Set(names).size, names.length, 'each once')
    assert.ok(parameters.every(({ value }) => /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(value)))
    assert.ok(names.includes('realm'))
    const told = parameters.find(({ name }) => name === 'error')?.value
    assert.equal(told, each.startsWith(scheme) ? error : undefined)
    assert.equal(names.includes('scope'), status === 403)
    assert.equal(names.includes('algs'), each.startsWith('DPoP'))
  }
  const body = JSON.parse(text) as { error?: string }
  assert.equal(body.error, error)
  assert.deepEqual(Object.keys(body), error === undefined ? [] : ['error', 'error_description', 'error_uri'])
}

for (const line of lines) {
  test(`[OIDC-5.3-01] ${line.when} is answered ${line.status} ${line.error ?? 'without an error'}, with a challenge`, async () => {
    // req: O21-5.3.2-01, O21-5.3.2-02, O21-5.3.1-01, O21-5.3.1-02, IN-07
    await assertChallenged(await line.send(), line)
  })
}

test('[DPOP-8-01] where nonces are wanted, UserInfo asks for one and brings it', async (t) => {
  const wanting = await identityServer(t, { dpopNonces: true })
  const { code, verifier } = await wanting.code({ scope: 'openid' }, o1)
  const form = { grant_type: 'authorization_code', code, code_verifier: verifier }
  const first = await wanting.token(form, o1, showing(wanting, key))
  const nonce = first.headers.get('dpop-nonce') ?? ''
  const answer = await wanting.token(form, o1, showing(wanting, key, { nonce }))
  const token = ((await answer.json()) as { access_token: string }).access_token
  const ask = (changed: object) =>
    wanting.get('/userinfo', {
      authorization: `DPoP ${token}`,
      dpop: proofFor(wanting, key, { htm: 'GET', ath: hashOf(token), ...changed }, '/userinfo'),
    })

  const asked = await ask({})
  assert.match(asked.headers.get('dpop-nonce') ?? '', /^[\x21\x23-\x5b\x5d-\x7e]+$/)
  await assertChallenged(asked, {
    when: '',
    status: 401,
    error: 'use_dpop_nonce',
    scheme: 'DPoP',
    send: () => ask({}),
  })
  assert.equal((await ask({ nonce: asked.headers.get('dpop-nonce') })).status, 200)
})

test('[R10] UserInfo knows two methods, and says so', async () => {
  for (const method of ['PUT', 'DELETE', 'PATCH']) {
    const answer = await as.send('/userinfo', { method })
    assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'GET, HEAD, POST'], method)
  }
})
