import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aProofKey, someChanges } from 'hufu/testing'
import { startFapi } from '../../support/fapi.ts'
import * as cast from '../../support/fixtures.ts'
import { assertExplained, assertReturned } from '../../support/oracles.ts'
import { showing } from '../../support/proofs.ts'
import { assertRefused, assertTokens, auditOf, claimsOf, serverOf } from '../../support/token-oracles.ts'

test('[FAPI-prof-01] the whole journey: pushed, allowed, redeemed with the key, refreshed with the same refresh token', async (t) => {
  // req: FAPI-5.3.2.1-02, FAPI-5.3.2.1-09, FAPI-5.3.2.2-13, R6
  const { as, key, code, redeem, token } = await startFapi(t)

  const given = await code({ scope: 'orders.read' })
  const first = await assertTokens(await redeem(given), 'DPoP')
  const refresh = async () =>
    assertTokens(await token({ grant_type: 'refresh_token', refresh_token: first.refresh_token }), 'DPoP')
  as.later(3600)
  const second = await refresh()
  const [third, fourth] = await Promise.all([refresh(), refresh()])

  assert.deepEqual([...given.response.keys()], ['code', 'state', 'iss'])
  assert.equal(given.response.get('iss'), as.issuer)
  for (const tokens of [first, second, third, fourth]) {
    assert.equal(tokens.refresh_token, first.refresh_token)
    assert.deepEqual(claimsOf(tokens.access_token)['cnf'], { jkt: key.thumbprint })
  }
  assert.equal(new Set([first, second, third, fourth].map((each) => each.access_token)).size, 4)
})

test('[FAPI-5.3.2.1-09] a refresh token that is kept lives on by being used, and ends when it is not', async (t) => {
  const { as, code, redeem, token } = await startFapi(t)
  const { refresh_token } = await assertTokens(await redeem(await code()), 'DPoP')
  const use = () => token({ grant_type: 'refresh_token', refresh_token })
  const day = 86_400
  for (let count = 0; count < 3; count++) {
    as.later(89 * day)
    while ((await as.store.prune(as.clock.now(), 500)) > 0);
    assert.equal((await assertTokens(await use(), 'DPoP')).refresh_token_timeout, 90 * day)
  }
  as.later(90 * day)

  await assertRefused(await use(), 400, 'invalid_grant')
})

test('[FAPI-5.3.2.1-09] where refresh tokens are kept, an older one of before means two holders, and ends it all', async (t) => {
  // req: RT-02
  const { as, code, redeem, token } = await startFapi(t)
  const { refresh_token } = await assertTokens(await redeem(await code()), 'DPoP')
  const id = (await auditOf(as)).findLast((each) => each.type === 'token_issued')?.authorizationId
  const found = await as.store.findAuthorization(id!)
  const { refresh } = found!
  // As if it had been rotated a second ago, before the profile was chosen.
  const chain = { ...refresh!, generation: 2, rotatedAt: as.clock.now() }
  const redeemed = { kind: 'refresh_token', authorizationId: id!, generation: 1, chain, endsAt: found!.endsAt } as const
  await as.store.commit({ ...someChanges(), redeem: redeemed }, as.clock.now())

  await assertRefused(await token({ grant_type: 'refresh_token', refresh_token }), 400, 'invalid_grant')
  assert.equal((await as.store.findAuthorization(id!))?.revokedBecause, 'refresh_token_reused')
})

test('[FAPI-5.3.2.1-02] no token without a proof of the key, no password grant, no other key for the code', async (t) => {
  // req: FAPI-5.3.2.1-12
  const { as, code, redeem, token, push, proof, proofAtPush } = await startFapi(t)

  await assertRefused(await token({ grant_type: 'client_credentials' }, {}), 400, 'invalid_dpop_proof')
  await assertRefused(await redeem(await code(), {}), 400, 'invalid_dpop_proof')
  await assertRefused(
    await token({ grant_type: 'password', username: cast.alice.username, password: cast.alice.password }),
    400,
    'unsupported_grant_type',
  )
  const jkt = aProofKey().thumbprint
  await assertRefused(await redeem(await code({ dpop_jkt: jkt })), 400, 'invalid_grant')
  assert.equal((await push({}, { ...proof(), headers: proofAtPush() })).status, 201)
  await assertRefused(await push({ dpop_jkt: jkt }, { ...proof(), headers: proofAtPush() }), 400, 'invalid_dpop_proof')
  assert.equal((await token({ grant_type: 'client_credentials' })).status, 200)
  void as
})

test('[FAPI-5.3.2.1-06] no client is saved that proves itself by a secret or not at all, and none that was before gets in', async (t) => {
  // req: FAPI-5.3.2.1-02, BCP-2.5-01
  const { as } = await startFapi(t)
  for (const metadata of [cast.c1, cast.c2, cast.p1, cast.m1]) {
    const saved = await as.server.saveClient(metadata)
    assert.match(
      saved.ok ? '' : saved.error,
      /^token_endpoint_auth_method: must be private_key_jwt with the profile fapi2/,
    )
  }

  // Of before the profile: it stands in the store.
  const before = await serverOf(t)
  const old = await before.store.findClient(cast.c1.client_id as never)
  const [event] = await before.store.listAudit(undefined, 1)
  await as.store.saveClient(old!, event!)
  await assertRefused(await as.token({ grant_type: 'client_credentials' }, cast.c1), 401, 'invalid_client')
  await assertExplained(await as.get(as.authorize().url), 'HF-AUTHZ-0109')
  assert.equal((await auditOf(as)).at(-1)?.reason, 'client_unfit')
})

test('[FAPI-5.3.2.1-06] the audience of an assertion is the issuer as a text, and nothing else', async (t) => {
  // req: R3
  const { as, push, proof } = await startFapi(t)

  assert.equal((await push()).status, 201)
  for (const aud of [[as.issuer], `${as.issuer}/par`, `${as.issuer}/token`, `${as.issuer}/`, ''])
    await assertRefused(await push({}, proof({ aud })), 401, 'invalid_client', String(aud))
})

test('[FAPI-5.3.2.1-13] the clock of a client may be 10 seconds ahead, and is refused a minute ahead', async (t) => {
  const { as, push, proof } = await startFapi(t)
  const now = as.clock.now() / 1000
  const at = (ahead: number) => push({}, proof({ iat: now + ahead, nbf: now + ahead, exp: now + ahead + 60 }))

  for (const ahead of [0, 5, 10]) assert.equal((await at(ahead)).status, 201, `${ahead}`)
  for (const ahead of [61, 120]) await assertRefused(await at(ahead), 401, 'invalid_client', `${ahead}`)
})

test('[FAPI-5.3.2.2-01] a request that was not pushed is refused, whatever else is right about it', async (t) => {
  // req: FAPI-5.3.2.2-05, RQ-05
  const { as, client, push } = await startFapi(t)
  const plain = as.authorize({}, client)

  assertReturned(await as.get(plain.url), as, 'invalid_request', plain, plain.state)
  for (const changes of [
    { response_type: 'token' },
    { response_type: 'code id_token' },
    { code_challenge_method: 'plain' },
    { code_challenge: undefined, code_challenge_method: undefined },
    { redirect_uri: undefined },
    { redirect_uri: 'http://fapi.example/cb' },
  ])
    assert.equal((await push(changes)).status, 400, JSON.stringify(changes))
  const document = (await (await as.get('/.well-known/oauth-authorization-server')).json()) as Record<string, unknown>
  assert.equal(document['require_pushed_authorization_requests'], true)
  assert.deepEqual(document['response_types_supported'], ['code'])
})

test('[FAPI-5.3.2.2-09] a code works once, for a minute, and every redirect is a 303', async (t) => {
  // req: FAPI-5.3.2.1-11
  const { as, code, redeem } = await startFapi(t)
  const used = await code()
  const tokens = await assertTokens(await redeem(used), 'DPoP')
  await assertRefused(await redeem(used), 400, 'invalid_grant')
  assert.deepEqual(await as.introspect(tokens.access_token), { active: false })

  const late = await code()
  as.later(60)
  await assertRefused(await redeem(late), 400, 'invalid_grant')
  const redirects = as.exchanges.map(({ response }) => response.status).filter((each) => each >= 300 && each < 400)
  assert.ok(redirects.length > 0)
  assert.deepEqual(new Set(redirects), new Set([303]))
})

test('[FAPI-5.3.2.2-14] a nonce and a state of any length come back whole, or the request is refused', async (t) => {
  const { code, redeem, push, metadata, as } = await startFapi(t)
  assert.ok((await as.server.saveClient({ ...metadata, scope: 'openid orders.read' })).ok)

  for (const length of [64, 384, 1001, 8000]) {
    const [nonce, state] = ['n'.repeat(length), 's'.repeat(length)]
    const given = await code({ scope: 'openid', nonce, state })
    const { id_token } = (await (await redeem(given)).json()) as { id_token: string }
    assert.equal(claimsOf(id_token)['nonce'], nonce, `${length}`)
    assert.equal(given.response.get('state'), state)
  }
  for (const changes of [{ state: 's'.repeat(8193) }, { scope: 'openid', nonce: 'n'.repeat(8193) }])
    await assertRefused(await push(changes), 400, 'invalid_request')
})

test('[FAPI-5.2-01] browsers are kept to TLS, and no page of another origin reads the authorization endpoint', async (t) => {
  const { as, client } = await startFapi(t)
  const plain = await serverOf(t)

  for (const path of ['/', '/authorize', '/token', '/assets/nothing', '/.well-known/oauth-authorization-server'])
    assert.equal((await as.get(path)).headers.get('strict-transport-security'), 'max-age=31536000', path)
  assert.equal((await plain.get('/')).headers.get('strict-transport-security'), null)
  const answer = await as.get(as.authorize({}, client).url, { origin: 'https://other.example' })
  assert.equal(answer.headers.get('access-control-allow-origin'), null)
  const saved = await as.server.saveClient({ client_id: 'x', redirect_uris: ['https://x.example/cb'] })
  assert.equal(saved.ok, false)
})

test('[FAPI-5.4.2-01] no two keys that are published have one kid, and a client with two of one is refused', async (t) => {
  const { as, metadata } = await startFapi(t)
  const { keys } = (await (await as.get('/.well-known/jwks.json')).json()) as {
    keys: readonly { kid: string; alg: string }[]
  }
  assert.equal(new Set(keys.map(({ kid }) => kid)).size, keys.length)
  for (const { alg } of keys) assert.match(alg, /^(?:ES256|PS256|EdDSA)$/)

  const { jwks } = metadata as unknown as { jwks: { keys: readonly object[] } }
  const twice = await as.server.saveClient({ ...metadata, jwks: { keys: [...jwks.keys, ...jwks.keys] } })
  assert.match(twice.ok ? '' : twice.error, /^jwks: two keys have one kid/)
})

test('[FAPI-5.3.2.1-02] the same key is needed for whatever token is asked for', async (t) => {
  const { as, token, code, redeem } = await startFapi(t)
  const { refresh_token } = await assertTokens(await redeem(await code()), 'DPoP')
  const other = aProofKey()

  // A confidential client may change its key: the new token is bound to the new one.
  const changed = await assertTokens(
    await token({ grant_type: 'refresh_token', refresh_token }, showing(as, other)),
    'DPoP',
  )
  assert.deepEqual(claimsOf(changed.access_token)['cnf'], { jkt: other.thumbprint })
  await assertRefused(await token({ grant_type: 'refresh_token', refresh_token }, {}), 400, 'invalid_dpop_proof')
})
