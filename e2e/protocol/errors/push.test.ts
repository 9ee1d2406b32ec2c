import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { aProofKey } from 'hufu/testing'
import { asking, authorizationDetailTypes, payment } from '../../support/details.ts'
import { assertLine, assertPostOnly } from '../../support/error-lines.ts'
import type { ErrorLine } from '../../support/error-lines.ts'
import * as cast from '../../support/fixtures.ts'
import type { TestClient } from '../../support/fixtures.ts'
import { addClient, o1 } from '../../support/openid.ts'
import { proofFor } from '../../support/proofs.ts'
import { push } from '../../support/push.ts'
import { proofOf, startServer } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import { assertJson } from '../../support/token-oracles.ts'
import { toForm } from '../../support/user-agent.ts'
import type { Fields } from '../../support/user-agent.ts'

/*
 * Section 3 of the requirements: the lines for pushed authorization requests, each made to happen. What a person would
 * be asked for (`login_required` and the like) is not known yet when a request is pushed. Signed requests (JAR) are not
 * built.
 */

const key = aProofKey()
const machine = { ...cast.m1, client_id: 'm2', redirect_uris: ['https://machine.example/cb'] } as const
const several = { ...cast.c1, client_id: 'several', redirect_uris: ['https://a.example/cb', 'https://b.example/cb'] }

let as: TestServer
before(async () => {
  as = await startServer({ authorizationDetailTypes })
  for (const client of [machine, several, o1]) await addClient(as, client)
  await addClient(as, { ...cast.c1, client_id: 'off' })
  await as.disable({ client_id: 'off' })
  as.writes.length = 0
})
after(async () => {
  await as.close()
  assert.deepEqual(as.faults, [])
})

const wrong = { ...cast.c1, client_secret: 'x' }
const shows = (dpop: string) => {
  const { form, headers } = proofOf(cast.c1)
  return push(as, {}, cast.c1, { form, headers: { ...headers, dpop } })
}
const raw = (body: string, type: string) =>
  as.send('/par', { method: 'POST', body, headers: { ...proofOf(cast.c1).headers, 'content-type': type } })

const form = 'application/x-www-form-urlencoded'

const line = (when: string, error: string, changes: Fields, client: TestClient = cast.c1): ErrorLine => ({
  when,
  status: 400,
  error,
  send: () => push(as, changes, client),
})

const lines: readonly ErrorLine[] = [
  line('redirect URI not registered', 'invalid_request', { redirect_uri: 'https://evil.example/' }),
  line('redirect URI malformed', 'invalid_request', { redirect_uri: 'https://[' }),
  line('redirect URI twice', 'invalid_request', { redirect_uri: [cast.c1.redirect_uris[0], cast.c1.redirect_uris[0]] }),
  line('redirect URI missing', 'invalid_request', { redirect_uri: undefined }, several),
  line('redirect URI missing, with openid', 'invalid_request', { redirect_uri: undefined }, o1),
  line('request_uri', 'invalid_request', { request_uri: `urn:ietf:params:oauth:request_uri:${'A'.repeat(43)}` }),
  line('response_type missing', 'invalid_request', { response_type: undefined }),
  line('a parameter twice', 'invalid_request', { state: ['a', 'b'] }),
  line('client_secret twice', 'invalid_request', { client_secret: ['a', 'b'] }, cast.c2),
  line('characters that may not be', 'invalid_request', { state: '\u0007' }),
  line('PKCE missing', 'invalid_request', { code_challenge: undefined }),
  line('PKCE method plain', 'invalid_request', { code_challenge_method: 'plain' }),
  line('prompt bad', 'invalid_request', { prompt: 'none login' }),
  line('max_age bad', 'invalid_request', { max_age: '-1' }),
  line('claims bad', 'invalid_request', { claims: '[' }, o1),
  line('id_token_hint bad', 'invalid_request', { id_token_hint: 'x' }, o1),
  line('dpop_jkt bad', 'invalid_request', { dpop_jkt: 'x' }),
  line('grant not allowed', 'unauthorized_client', {}, machine),
  line('response_type unknown', 'unsupported_response_type', { response_type: 'token' }),
  line('scope malformed', 'invalid_scope', { scope: '"' }),
  line('scope unknown', 'invalid_scope', { scope: 'unheard.of' }),
  line('scope not allowed', 'invalid_scope', { scope: 'bills.read' }),
  line('resource malformed', 'invalid_target', { resource: 'x' }),
  line('resource unknown', 'invalid_target', { resource: 'https://x.example' }),
  line('authorization_details bad', 'invalid_authorization_details', asking({ ...payment, amount: 'x' })),
  line('authorization_details unknown', 'invalid_authorization_details', asking({ type: 'x' })),
  line('request by value', 'request_not_supported', { request: 'eyJhbGciOiJub25lIn0.e30.' }),
  line('registration', 'registration_not_supported', { registration: '{}' }),
  line('two ways of authentication', 'invalid_request', { client_secret: 'x' }),
  { when: 'a secret that is wrong', status: 401, error: 'invalid_client', send: () => push(as, {}, wrong) },
  {
    when: 'a client nobody knows',
    status: 401,
    error: 'invalid_client',
    send: () => push(as, {}, { ...wrong, client_id: 'nobody' }),
  },
  {
    when: 'a client that was disabled',
    status: 401,
    error: 'invalid_client',
    send: () => push(as, {}, { ...cast.c1, client_id: 'off' }),
  },
  {
    when: 'client authentication missing',
    status: 401,
    error: 'invalid_client',
    send: () => push(as, {}, cast.c1, { headers: {}, form: { client_id: 'c1' } }),
  },
  {
    when: 'nobody named',
    status: 400,
    error: 'invalid_request',
    send: () => push(as, {}, cast.c1, { headers: {}, form: {} }),
  },
  { when: 'a proof that is none', status: 400, error: 'invalid_dpop_proof', send: () => shows('x') },
  {
    when: 'a proof for another endpoint',
    status: 400,
    error: 'invalid_dpop_proof',
    send: () => shows(proofFor(as, key, {}, '/token')),
  },
  {
    when: 'wrong media type',
    status: 400,
    error: 'invalid_request',
    send: () => raw('{}', 'application/json'),
  },
  { when: 'octets that are no UTF-8', status: 400, error: 'invalid_request', send: () => raw('state=%ff', form) },
  { when: 'too large', status: 413, error: 'invalid_request', send: () => raw(`x=${'x'.repeat(70_000)}`, form) },
]

for (const each of lines) {
  test(`[PAR-2.3-01] ${each.when} is answered ${each.status} ${each.error}, and nothing is kept`, async () => {
    // req: PAR-2.1-3-01, O21-3.2.4-01
    as.writes.length = 0
    await assertLine(as, each)
    const proofs = as.writes.filter((name) => name !== 'useOnce')
    assert.deepEqual(proofs, [])
  })
}

test('[PAR-2.2-01] a request that is taken is answered 201, with what the browser brings and how long it is good', async () => {
  const answer = await push(as)
  assert.equal(answer.status, 201)
  assertJson(answer)
  assert.deepEqual(Object.keys((await answer.json()) as object), ['request_uri', 'expires_in'])
})

test('[R10] requests are pushed by POST alone', async () => {
  await assertPostOnly(as, '/par')
})

test('[RQ-07] too many requests are answered 429, and when to come again', async () => {
  // req: PAR-2.3-01
  let answer = await push(as, { scope: 'orders.read' }, cast.p1)
  for (let count = 0; count < 301 && answer.status === 201; count++)
    answer = await push(as, { scope: 'orders.read' }, cast.p1)

  await assertLine(as, {
    when: 'pushed too often',
    status: 429,
    error: 'temporarily_unavailable',
    send: async () => answer,
  })
  assert.equal((await as.send('/par', { method: 'POST', body: toForm({ client_id: 'p1' }) })).status, 400)
})
