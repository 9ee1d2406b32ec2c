import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { aProof, aProofKey, proofClaims } from 'hufu/testing'
import type { ProofKey } from 'hufu/testing'
import * as cast from '../../support/fixtures.ts'
import type { TestClient } from '../../support/fixtures.ts'
import { proofFor, showing } from '../../support/proofs.ts'
import { proofOf } from '../../support/server.ts'
import type { AuthorizationRequest, TestServer } from '../../support/server.ts'
import { assertRefused, assertTokens, auditOf, claimsOf, serverOf } from '../../support/token-oracles.ts'
import type { Fields } from '../../support/user-agent.ts'

const key = aProofKey()
const other = aProofKey()

/** Of servers that are nodes of one. */
const secret = randomBytes(32).toString('base64url')

const machine = { grant_type: 'client_credentials' }

const redeem = (
  as: TestServer,
  { code, verifier, client }: AuthorizationRequest & { code: string },
  headers: Readonly<Record<string, string>>,
) => as.token({ grant_type: 'authorization_code', code, code_verifier: verifier }, client, headers)

const refresh = (
  as: TestServer,
  refresh_token: string | undefined,
  client: TestClient,
  headers: Readonly<Record<string, string>> = {},
) => as.token({ grant_type: 'refresh_token', refresh_token }, client, headers)

test('[DPOP-5-01] who shows a key gets a token that is bound to it, of every grant', async (t) => {
  // req: DPOP-6.1-01, OIDC-3.1.3.3-01, O21-1.4.3-01, BCP-2.2.1-01
  const as = await serverOf(t)
  const own = await assertTokens(await as.token(machine, cast.m1, showing(as, key)), 'DPoP')
  const code = await assertTokens(await redeem(as, await as.code(), showing(as, key)), 'DPoP')
  const next = await assertTokens(await refresh(as, code.refresh_token, cast.c1, showing(as, key)), 'DPoP')

  for (const { access_token } of [own, code, next]) {
    assert.deepEqual(claimsOf(access_token)['cnf'], { jkt: key.thumbprint })
  }
})

test('[DPOP-6.1-01] introspection tells the key of a bound token, opaque or JWT, and its type', async (t) => {
  const as = await serverOf(t)
  const bill = { scope: 'bills.read', resource: cast.r2 }
  const opaque = await assertTokens(await redeem(as, await as.code(bill, cast.c2), showing(as, key)), 'DPoP')
  const jwt = await assertTokens(await redeem(as, await as.code(), showing(as, key)), 'DPoP')

  for (const [token, api] of [
    [opaque.access_token, cast.api2],
    [jwt.access_token, cast.api1],
  ] as const) {
    const said = await as.introspect(token, api)
    assert.deepEqual([said['active'], said['token_type'], said['cnf']], [true, 'DPoP', { jkt: key.thumbprint }])
  }
  const bearer = await as.introspect(await as.at())
  assert.deepEqual([bearer['token_type'], bearer['cnf']], ['Bearer', undefined])
})

test('[DPOP-4.3-03] a proof that is not right is refused, and the code stays unused', async (t) => {
  // req: DP-04, DPOP-4.3-01, DPOP-4.3-08, DPOP-4.3-11, DPOP-5-01, DP-02
  const as = await serverOf(t)
  const now = Math.floor(as.clock.now() / 1000)
  const code = await as.code()
  const claims = (changed: Readonly<Record<string, unknown>> = {}) =>
    proofClaims(now, { htu: `${as.issuer}/token`, ...changed })
  const signed = (changed: Readonly<Record<string, unknown>>) => aProof(key, claims(changed))
  const wrong: Record<string, string> = {
    empty: '',
    'two in one': `${signed({})}, ${signed({})}`,
    'no JWT': 'abc',
    typ: aProof(key, claims(), { typ: 'JWT' }),
    'no key': aProof(key, claims(), { jwk: undefined }),
    'private key': aProof(key, claims(), { jwk: { ...key.jwk, d: key.jwk['x'] } }),
    'key of somebody else': aProof(key, claims(), { jwk: other.jwk }),
    'no jti': signed({ jti: undefined }),
    htm: signed({ htm: 'GET' }),
    'other endpoint': signed({ htu: `${as.issuer}/revoke` }),
    'other host': signed({ htu: 'https://evil.example/token' }),
    'an hour old': signed({ iat: now - 3600 }),
    'an hour ahead': signed({ iat: now + 3600 }),
    'a minute and a second old': signed({ iat: now - 61 }),
    'eleven seconds ahead': signed({ iat: now + 11 }),
  }

  for (const [name, dpop] of Object.entries(wrong)) {
    await assertRefused(await redeem(as, code, { dpop }), 400, 'invalid_dpop_proof', name)
  }
  await assertTokens(await redeem(as, code, { dpop: signed({ iat: now - 60 }) }), 'DPoP')
  await assertTokens(await as.token(machine, cast.m1, { dpop: signed({ iat: now + 10 }) }), 'DPoP')
})

test('[DPOP-4.3-08] the address of a proof is that of the issuer, whatever host or proxy a request names', async (t) => {
  // req: DP-04
  const as = await serverOf(t, { issuer: 'https://as.example/tenant' })
  const spoof = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' }
  const ask = (htu: string) =>
    as.send('/tenant/token', {
      method: 'POST',
      body: new URLSearchParams(machine),
      headers: { ...proofOf(cast.m1).headers, ...spoof, dpop: proofFor(as, key, { htu }) },
    })

  await assertTokens(await ask('https://as.example/tenant/token'), 'DPoP')
  await assertTokens(await ask('HTTPS://AS.example:443/tenant/./token?a=b#c'), 'DPoP')
  for (const htu of ['https://evil.example/tenant/token', 'http://evil.example/token', 'https://as.example/token'])
    await assertRefused(await ask(htu), 400, 'invalid_dpop_proof', htu)
})

test('[DP-01] a proof counts once: of fifty at the same moment one, and none of the copies that come later', async (t) => {
  // req: DPOP-11.1-01
  const as = await serverOf(t)
  const proof = showing(as, key)

  const answers = await Promise.all(Array.from({ length: 50 }, () => as.token(machine, cast.m1, proof)))
  const late = await as.token(machine, cast.m1, proof)

  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  for (const answer of [...answers.filter(({ status }) => status !== 200), late])
    assert.match((await assertRefused(answer, 400, 'invalid_dpop_proof')).error_description, /^HF-TOKEN-0242 /)
  const reasons = (await auditOf(as)).map(({ reason }) => reason)
  // The others are counted, and told as one event after the minute.
  assert.equal(reasons.filter((each) => each === 'proof_replayed').length, 30)
})

test('[DP-01] another node and a node that was started again know the proofs that were used', async (t) => {
  const as = await serverOf(t, { secret })
  const proof = showing(as, key)
  await assertTokens(await as.token(machine, cast.m1, proof), 'DPoP')
  const again = await serverOf(t, { secret, store: as.store, clock: as.clock.now })

  await assertRefused(await again.token(machine, cast.m1, proof), 400, 'invalid_dpop_proof')
})

test('[DP-08] used proofs are forgotten once their age refuses them', async (t) => {
  const as = await serverOf(t)
  const proofs = Array.from({ length: 20 }, () => showing(as, key))
  for (const each of proofs) await assertTokens(await as.token(machine, cast.m1, each), 'DPoP')
  const before = await as.store.prune(as.clock.now(), 1000)

  as.later(70)

  assert.equal(before, 0)
  assert.equal(await as.store.prune(as.clock.now(), 1000), 0)
  as.later(1)
  assert.ok((await as.store.prune(as.clock.now(), 1000)) >= 20)
  for (const each of proofs) await assertRefused(await as.token(machine, cast.m1, each), 400, 'invalid_dpop_proof')
})

test('[DP-06] a client that wants bound tokens gets no other, with whatever grant, even where DPoP is off', async (t) => {
  // req: DPOP-5.2-01
  for (const dpop of ['on', 'off'] as const) {
    const as = await serverOf(t, { features: { dpop } })
    for (const client of [cast.c1, cast.p1, cast.m1])
      assert.ok((await as.server.saveClient({ ...client, dpop_bound_access_tokens: true })).ok)
    const code = await as.code()

    await assertRefused(await as.token(machine, cast.m1), 400, 'invalid_dpop_proof')
    await assertRefused(await redeem(as, code, {}), 400, 'invalid_dpop_proof')
    await assertRefused(await redeem(as, await as.code({}, cast.p1), {}), 400, 'invalid_dpop_proof')
    if (dpop === 'off') continue
    const bound = await assertTokens(await redeem(as, code, showing(as, key)), 'DPoP')
    await assertRefused(await refresh(as, bound.refresh_token, cast.c1), 400, 'invalid_dpop_proof')
    await assertTokens(await refresh(as, bound.refresh_token, cast.c1, showing(as, other)), 'DPoP')
  }
})

test('[DPOP-5.2-01] where DPoP is required, nobody gets a bearer token', async (t) => {
  // req: DP-06, FAPI-5.3.2.1-02
  const as = await serverOf(t, { features: { dpop: 'required' } })

  await assertRefused(await as.token(machine, cast.m1), 400, 'invalid_dpop_proof')
  await assertTokens(await as.token(machine, cast.m1, showing(as, key)), 'DPoP')
})

test('[DPOP-5.1-01] discovery names the algorithms of proofs while DPoP is on, and nothing of it while it is off', async (t) => {
  // req: DPOP-11.6-01
  const described = async (options: Parameters<typeof serverOf>[1]) => {
    const as = await serverOf(t, options)
    const document = await as.get('/.well-known/oauth-authorization-server')
    return ((await document.json()) as Record<string, unknown>)['dpop_signing_alg_values_supported']
  }

  const usual = (await described({})) as string[]
  assert.deepEqual(
    usual.filter((alg) => !/^(?:ES256|ES384|PS256|RS256|EdDSA)$/.test(alg)),
    [],
  )
  assert.ok(usual.includes('ES256'))
  assert.deepEqual(await described({ profile: 'fapi2' }), ['ES256', 'PS256', 'EdDSA'])
  assert.equal(await described({ features: { dpop: 'off' } }), undefined)
})

test('where DPoP is off a proof is not read, and the token is a bearer token', async (t) => {
  const as = await serverOf(t, { features: { dpop: 'off' } })

  const tokens = await assertTokens(await as.token(machine, cast.m1, { dpop: 'nonsense' }))

  assert.equal(claimsOf(tokens.access_token)['cnf'], undefined)
})

test('[DPOP-5-02] the refresh token of a public client is good with its key alone, also within the retry window', async (t) => {
  // req: DP-09, RT-12, O21-4.3.1-04, R6
  const as = await serverOf(t)
  const first = await assertTokens(await redeem(as, await as.code({}, cast.p1), showing(as, key)), 'DPoP')
  const refused = async (token: string | undefined) => {
    await assertRefused(await refresh(as, token, cast.p1), 400, 'invalid_grant')
    await assertRefused(await refresh(as, token, cast.p1, showing(as, other)), 400, 'invalid_grant')
  }

  await refused(first.refresh_token)
  const second = await assertTokens(await refresh(as, first.refresh_token, cast.p1, showing(as, key)), 'DPoP')
  await refused(first.refresh_token)
  const again = await assertTokens(await refresh(as, first.refresh_token, cast.p1, showing(as, key)), 'DPoP')
  assert.equal(again.refresh_token, second.refresh_token)

  // Whoever holds an old token without its key can end nothing either.
  as.later(60)
  await refused(first.refresh_token)
  await assertTokens(await refresh(as, second.refresh_token, cast.p1, showing(as, key)), 'DPoP')
})

test('[DPOP-5-02] a refresh token from before a public client was registered for bound tokens is good with no key', async (t) => {
  // req: DPOP-5.2-01
  const as = await serverOf(t)
  const before = await as.rt({}, cast.p1)
  assert.ok((await as.server.saveClient({ ...cast.p1, dpop_bound_access_tokens: true })).ok)

  await assertRefused(await refresh(as, before, cast.p1, showing(as, key)), 400, 'invalid_grant')
})

test('[DPOP-5-02] a confidential client may change its key: its refresh token is bound to the client', async (t) => {
  const as = await serverOf(t)
  const first = await assertTokens(await redeem(as, await as.code(), showing(as, key)), 'DPoP')

  const second = await assertTokens(await refresh(as, first.refresh_token, cast.c1, showing(as, other)), 'DPoP')
  const third = await assertTokens(await refresh(as, second.refresh_token, cast.c1))

  assert.deepEqual(claimsOf(second.access_token)['cnf'], { jkt: other.thumbprint })
  assert.equal(claimsOf(third.access_token)['cnf'], undefined)
})

test('[DPOP-10-01] a code asked for with dpop_jkt is redeemed with that key and no other', async (t) => {
  // req: DP-05, FAPI-5.3.2.1-12
  const as = await serverOf(t)
  for (const client of [cast.c1, cast.p1]) {
    const code = await as.code({ dpop_jkt: key.thumbprint }, client)

    await assertRefused(await redeem(as, code, {}), 400, 'invalid_grant')
    await assertRefused(await redeem(as, code, showing(as, other)), 400, 'invalid_grant')
    await assertTokens(await redeem(as, code, showing(as, key)), 'DPoP')
  }
})

test('[DP-05] a replay of a bound code without its key ends nothing; with the key it ends the authorization', async (t) => {
  // req: O21-7.5.3-01
  const as = await serverOf(t)
  const code = await as.code({ dpop_jkt: key.thumbprint })
  const tokens = await assertTokens(await redeem(as, code, showing(as, key)), 'DPoP')

  await assertRefused(await redeem(as, code, showing(as, other)), 400, 'invalid_grant')
  assert.equal((await as.introspect(tokens.access_token))['active'], true)
  await assertRefused(await redeem(as, code, showing(as, key)), 400, 'invalid_grant')
  assert.equal((await as.introspect(tokens.access_token))['active'], false)
})

test('[DPOP-10-01] a dpop_jkt that is no thumbprint is refused at once', async (t) => {
  const as = await serverOf(t)
  const answer = async (fields: Fields) => (await as.get(as.authorize(fields).url)).headers.get('location') ?? ''

  for (const dpop_jkt of ['', 'abc', `${key.thumbprint}=`, key.thumbprint.slice(1), 'x'.repeat(44)].slice(1))
    assert.match(await answer({ dpop_jkt }), /error=invalid_request&error_description=HF-AUTHZ-0170/, dpop_jkt)
  assert.doesNotMatch(await answer({ dpop_jkt: key.thumbprint }), /error=/)
})

test('[DPOP-8-01] where nonces are wanted, a refusal brings one, and so does every answer after', async (t) => {
  // req: DPOP-4.3-10, DP-02
  const as = await serverOf(t, { dpopNonces: true })
  const code = await as.code()
  const nonceOf = ({ headers }: Response) => headers.get('dpop-nonce') ?? assert.fail('no nonce')

  const asked = await redeem(as, code, showing(as, key))
  await assertRefused(asked, 400, 'use_dpop_nonce')
  const nonce = nonceOf(asked)
  assert.match(nonce, /^[\w-]{32}$/)
  assert.match(asked.headers.get('access-control-expose-headers') ?? '', /DPoP-Nonce/)
  assert.equal(asked.headers.get('access-control-allow-origin'), '*')

  const now = Math.floor(as.clock.now() / 1000)
  for (const iat of [now + 3600, now - 3600]) {
    const early = await redeem(as, code, showing(as, key, { iat }))
    await assertRefused(early, 400, 'use_dpop_nonce')
  }
  const answered = await redeem(as, code, showing(as, key, { nonce }))
  assert.equal(nonceOf(answered), nonce)
  await assertTokens(answered, 'DPoP')
})

test('[DPOP-8-01] nonces roll over without a refusal for who takes the newest, and an old one ends', async (t) => {
  // req: DP-07, DPOP-4.3-10
  const as = await serverOf(t, { dpopNonces: true })
  const ask = (nonce: string) => as.token(machine, cast.m1, showing(as, key, { nonce }))
  const first = (await ask('none')).headers.get('dpop-nonce') ?? ''
  let nonce = first

  for (let minutes = 0; minutes < 20; minutes++) {
    const answer = await ask(nonce)
    await assertTokens(answer, 'DPoP')
    nonce = answer.headers.get('dpop-nonce') ?? ''
    as.later(60)
  }

  assert.notEqual(nonce, first)
  await assertRefused(await ask(first), 400, 'use_dpop_nonce')
})

test('[DP-07] a nonce is good at every node of the server; that of another server, or 10 KiB, is not', async (t) => {
  const as = await serverOf(t, { dpopNonces: true, secret })
  const node = await serverOf(t, {
    dpopNonces: true,
    secret,
    clock: as.clock.now,
    store: as.store,
  })
  const foreign = await serverOf(t, { dpopNonces: true, clock: as.clock.now })
  const nonceOf = async (server: TestServer) =>
    (await server.token(machine, cast.m1, showing(as, key))).headers.get('dpop-nonce') ?? ''

  const mine = await nonceOf(as)

  await assertTokens(await node.token(machine, cast.m1, showing(as, key, { nonce: mine })), 'DPoP')
  for (const nonce of [await nonceOf(foreign), 'x'])
    await assertRefused(await as.token(machine, cast.m1, showing(as, key, { nonce })), 400, 'use_dpop_nonce')
  const long = await as.token(machine, cast.m1, showing(as, key, { nonce: 'n'.repeat(10_240) }))
  await assertRefused(long, 400, 'invalid_dpop_proof')
})

test('[DP-04] two DPoP headers are refused, not the first of them taken', async (t) => {
  // req: DPOP-4.3-01
  const as = await serverOf(t)
  const headers = new Headers(Object.entries(proofOf(cast.m1).headers))
  for (const each of [key, other] satisfies ProofKey[]) headers.append('dpop', proofFor(as, each))

  const answer = await as.send('/token', { method: 'POST', body: new URLSearchParams(machine), headers })

  await assertRefused(answer, 400, 'invalid_dpop_proof')
})
