import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { signatureAlgorithms } from '../../../src/jose/algorithms.ts'
import * as cast from '../../support/fixtures.ts'
import { assertTokens, claimsOf, headerOf, serverOf } from '../../support/token-oracles.ts'

test('[O21-3.2.3-01] every grant answers in one shape, for no cache to keep, with the lifetime in whole seconds', async (t) => {
  // req: O21-3.2.3-02, O21-3.2.3-06, O21-C-01, L20-6749-5.1-01
  const as = await serverOf(t)

  const first = await assertTokens(await as.redeem(await as.code()))
  const second = await assertTokens(await as.token({ grant_type: 'refresh_token', refresh_token: first.refresh_token }))
  const job = await assertTokens(await as.token({ grant_type: 'client_credentials' }, cast.m1))

  for (const { access_token, expires_in } of [first, second, job]) {
    const { exp, iat } = claimsOf(access_token)
    assert.equal(Number(exp) - Number(iat), expires_in)
  }
})

test('[JAT-2.2-01] a JWT says who, for whom, by whom, what and how long, and nothing about the person', async (t) => {
  // req: JAT-2.2-02, O21-7.1.1-01, O21-7.1.3-04, JAT-2.2.3-01
  const as = await serverOf(t)
  const { subject } = (await as.store.findAccountByUsername('alice' as never))!
  const { jti, hufu_authorization, ...claims } = claimsOf(await as.at({ scope: 'orders.read' }))
  const now = as.clock.now() / 1000

  assert.deepEqual(claims, {
    iss: as.issuer,
    sub: subject,
    aud: cast.r1,
    client_id: 'c1',
    scope: 'orders.read',
    iat: now,
    exp: now + 600,
    auth_time: now,
  })
  assert.match(String(jti), /^[0-9a-f]{32}$/)
  assert.match(String(hufu_authorization), /^[0-9a-f]{32}$/)
  const job = claimsOf((await assertTokens(await as.token({ grant_type: 'client_credentials' }, cast.m1))).access_token)
  assert.deepEqual(Object.keys(job), ['iss', 'sub', 'aud', 'client_id', 'scope', 'iat', 'exp', 'jti'])
})

test('[O21-3.2.3-01] offline_access is named in the answer where it was asked for and given, and never in the token', async (t) => {
  // Several libraries take an answer for refused whose scope is not what they asked for.
  // req: O21-1.4.1-02, JAT-2.2.3-01, RT-08
  const as = await serverOf(t)
  const scope = 'offline_access orders.read'

  const first = await assertTokens(await as.redeem(await as.code({ scope })))
  const again = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
  const retried = await assertTokens(await as.token({ ...again, scope }))
  const narrowed = await assertTokens(await as.token({ ...again, scope: 'orders.read' }))
  const plain = await as.tokens({ scope: 'orders.read' })

  assert.deepEqual(
    [first, retried, narrowed, plain].map((each) => each.scope),
    ['orders.read offline_access', 'orders.read offline_access', 'orders.read', 'orders.read'],
  )
  for (const each of [first, retried]) assert.equal(claimsOf(each.access_token)['scope'], 'orders.read')
})

test('[JAT-2.1-01] a JWT is an at+jwt signed with a published key, by ES256, or by RS256 where that is chosen', async (t) => {
  // req: O21-1.4.2-02
  for (const signingAlgorithm of signatureAlgorithms) {
    const as = await serverOf(t, { signingAlgorithm })
    const token = await as.at()
    const { typ, alg, kid, ...others } = headerOf(token)
    const { keys } = (await (await as.get('/.well-known/jwks.json')).json()) as { keys: Record<string, unknown>[] }
    const jwk = keys.find((each) => each['kid'] === kid)

    assert.deepEqual({ typ, alg, others }, { typ: 'at+jwt', alg: signingAlgorithm, others: {} })
    const [header, body, signature = ''] = token.split('.')
    const key = createPublicKey({ key: jwk as never, format: 'jwk' })
    const options =
      alg === 'ES256' || alg === 'ES384'
        ? { key, dsaEncoding: 'ieee-p1363' as const }
        : alg === 'PS256'
          ? { key, padding: 6, saltLength: 32 }
          : key
    const digest = { ES256: 'sha256', ES384: 'sha384', RS256: 'sha256', PS256: 'sha256' }[String(alg)]
    const good = verify(digest, Buffer.from(`${header}.${body}`), options, Buffer.from(signature, 'base64url'))
    assert.ok(good, String(alg))
  }
})

test('[O21-1.4.2-01] what is issued is never the same twice', async (t) => {
  // req: O21-7.7-01, JAT-2.2-01
  const as = await serverOf(t)
  const bills = { scope: 'bills.read', resource: cast.r2 }
  const seen = new Set<string>()

  for (let count = 0; count < 20; count++) {
    const code = await as.code(bills, cast.c2)
    const { access_token, refresh_token = '' } = await assertTokens(await as.redeem(code))
    for (const each of [code.code, access_token, refresh_token]) seen.add(each)
    const job = await assertTokens(await as.token({ grant_type: 'client_credentials' }, cast.m1))
    seen.add(String(claimsOf(job.access_token)['jti']))
  }

  assert.equal(seen.size, 80)
  for (const each of [...seen].filter((text) => text.startsWith('h'))) {
    // Behind the id, before the checksum: 32 octets nobody can guess.
    assert.ok(Buffer.from(each.slice(4), 'base64url').length >= 16 + 32 + 4)
  }
})

test('[O21-1.4.1-02] the answer says what was granted, also when nothing or less was asked for', async (t) => {
  // req: O21-1.4.1-03, O21-1.4.1-04
  const as = await serverOf(t)

  const request = as.authorize()
  const unticked = await as.walk(as.browser(), request.url)
  const code = new URL(unticked.leavesFor!).searchParams.get('code')!
  const less = await assertTokens(await as.redeem({ ...request, code }))
  assert.equal(less.scope, 'orders.read', 'the person left the optional one out')
  const byDefault = await as.tokens({ scope: undefined })
  assert.equal(byDefault.scope, 'orders.read orders.write')
})
