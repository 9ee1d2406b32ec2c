import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { signJws } from '../jose/jws.ts'
import { attackKey, honestJwt, joseAttacks } from '../testing/jose-attacks.ts'
import {
  aJwt,
  aSigningKey,
  accessTokenClaims,
  createTestIssuer,
  requestWith,
  testIssuerUrl,
  testResource,
} from '../testing/test-issuer.ts'
import type { Decision } from './decision.ts'
import { createGuard } from './guard.ts'
import type { GuardOptions } from './options.ts'

const start = 1_800_000_000
const key = aSigningKey('key-1')

/** A guard, its issuer, and a clock in seconds that stands still until it is moved. */
function arrange(options: Partial<GuardOptions> = {}) {
  const issuer = createTestIssuer()
  issuer.keys = [key.jwk]
  const clock = { now: start }
  const decisions: Decision[] = []
  const guard = createGuard({
    resource: testResource,
    issuer: issuer.issuer,
    fetch: issuer.fetch,
    now: () => clock.now * 1000,
    onDecision: (decision) => decisions.push(decision),
    ...options,
  })
  const admit = async (token: string) => {
    const admission = await guard.admit(requestWith(`Bearer ${token}`))
    return admission.ok ? 'admitted' : `${admission.response.status} ${decisions.at(-1)!.refusal!.reason}`
  }
  const fetches = () => issuer.asked.filter((each) => each.endsWith('/jwks')).length

  return { issuer, clock, decisions, guard, admit, fetches }
}

const token = (changed: Readonly<Record<string, unknown>> = {}) => aJwt(key.signing, accessTokenClaims(start, changed))

test('[JAT-4-02] a token of the issuer for this API, signed with its key, is admitted', async () => {
  // req: O21-5-01
  const { admit, decisions } = arrange()

  assert.equal(await admit(token()), 'admitted')
  assert.deepEqual(
    decisions[0]!.checks.map(({ name, passed }) => `${name} ${passed}`),
    ['signature true', 'type true', 'issuer true', 'audience true', 'time true', 'scope true'],
  )
})

test('[JAT-4-01] typ is at+jwt or application/at+jwt, in any case; nothing else', async () => {
  // req: RS-02, JWT-3.11-01, JWT-3.12-01, O21-5.2-01
  const { admit } = arrange()
  const withType = (typ: string) => admit(aJwt(key.signing, accessTokenClaims(start), typ))

  for (const typ of ['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/At+Jwt']) {
    assert.equal(await withType(typ), 'admitted')
  }
  for (const typ of [
    'JWT',
    'jwt',
    '',
    'logout+jwt',
    'client-authentication+jwt',
    'dpop+jwt',
    'at+jwt2',
    'text/at+jwt',
  ]) {
    assert.equal(await withType(typ), '401 token_type_wrong', typ)
  }
  assert.equal(await admit(signJws({}, accessTokenClaims(start), key.signing)), '401 token_type_wrong')
})

test('[RS-02] ID token, refresh token, client assertion and another issuer’s token of the same kid are refused', async () => {
  // req: JAT-4-03
  const { admit } = arrange()
  const idToken = aJwt(
    key.signing,
    { iss: testIssuerUrl, sub: 'li.wei', aud: testResource, iat: start, exp: start + 600 },
    'JWT',
  )
  const assertion = {
    iss: 'shop-analytics',
    sub: 'shop-analytics',
    aud: testIssuerUrl,
    iat: start,
    exp: start + 60,
    jti: 'x',
  }
  const stranger = aSigningKey('key-1')

  assert.equal(await admit(idToken), '401 token_type_wrong')
  assert.equal(await admit(aJwt(key.signing, assertion, 'client-authentication+jwt')), '401 token_type_wrong')
  assert.equal(await admit(aJwt(stranger.signing, accessTokenClaims(start))), '401 signature_wrong')
  assert.equal(await admit(token({ iss: 'https://other.example' })), '401 issuer_wrong')
  assert.equal(await admit('hrt_0123456789abcdef'), '401 token_malformed')
})

test('[RS-01] the audience holds this API’s exact identifier, alone or among others', async () => {
  // req: O21-7.1.4-02, BCP-2.3-02, BCP-4.10.2-01, MCP-RS-2-01, JWT-3.9-01
  const { admit } = arrange()

  for (const aud of [testResource, [testResource], ['https://other.example', testResource]]) {
    assert.equal(await admit(token({ aud })), 'admitted')
  }
  for (const aud of [undefined, '', 'https://other.example', `${testResource}/`, testResource.toUpperCase(), []]) {
    assert.equal(await admit(token({ aud })), '401 audience_wrong', JSON.stringify(aud))
  }
  for (const aud of ['https://api.example.com', 'https://api.example.com/order', [`${testResource}#`, 'x']]) {
    assert.equal(await admit(token({ aud })), '401 audience_wrong', JSON.stringify(aud))
  }
  assert.equal(await admit(token({ aud: { [testResource]: true } })), '401 claims_incomplete')
})

test('[O21-5.3-01] a wrong audience is told with both names', async () => {
  const { guard } = arrange()

  const admission = await guard.admit(requestWith(`Bearer ${token({ aud: 'https://other.example' })}`))

  assert.equal(admission.ok, false)
  assert.equal(
    JSON.parse(admission.ok ? '' : admission.response.body).error_description,
    `HF-GUARD-0503 the access token is for another API: audience is https://other.example, this API is ${testResource}`,
  )
})

test('[JAT-4-02] the issuer is compared octet for octet', async () => {
  // req: JWT-3.8-01, MD-4-01
  const { admit } = arrange()

  for (const iss of [undefined, `${testIssuerUrl}/`, testIssuerUrl.toUpperCase(), 'http://auth.example.com']) {
    assert.equal(await admit(token({ iss })), '401 issuer_wrong')
  }
})

test('[RS-10] a token is good until exp plus the skew, and refused from then on', async () => {
  // req: JAT-4-02, O21-5-01
  const { admit, clock } = arrange()
  clock.now = start + 604
  assert.equal(await admit(token()), 'admitted')

  clock.now = start + 605
  assert.equal(await admit(token()), '401 token_expired')
})

test('[RS-10] the skew is what was set, down to none', async () => {
  for (const clockSkewSeconds of [0, 60]) {
    const { admit, clock } = arrange({ clockSkewSeconds })
    clock.now = start + 600 + clockSkewSeconds - 1
    assert.equal(await admit(token()), 'admitted')

    clock.now += 1
    assert.equal(await admit(token()), '401 token_expired')
  }
})

test('[JAT-4-02] nbf and iat may be as far ahead as the skew and no further', async () => {
  // req: JW-11
  const { admit } = arrange()

  for (const name of ['nbf', 'iat']) {
    assert.equal(await admit(token({ [name]: start + 5 })), 'admitted')
    assert.equal(await admit(token({ [name]: start + 6 })), '401 token_not_yet_valid')
  }
})

test('[RS-10] a token once found expired stays so when the clock is set back', async () => {
  const { admit, clock } = arrange()
  const late = token()
  assert.equal(await admit(late), 'admitted')
  clock.now = start + 3600
  assert.equal(await admit(late), '401 token_expired')

  clock.now = start

  assert.equal(await admit(late), '401 token_expired')
  assert.equal(await admit(token({ jti: 'token-2' })), 'admitted')
})

test('[O21-5.3-01] a wrong time is told with the difference of the clocks', async () => {
  const { decisions, admit, clock } = arrange()
  await admit(token({ nbf: start + 42 }))
  clock.now = start + 642
  await admit(token())

  assert.match(decisions[0]!.refusal!.description, /^HF-GUARD-0502 .*: it begins in 42 s$/)
  assert.match(decisions[1]!.refusal!.description, /^HF-GUARD-0502 .*: 42 s ago$/)
})

test('[JAT-4-03] every access token has exp, iat, sub and client_id, in their form', async () => {
  const { admit } = arrange()

  for (const name of ['exp', 'iat', 'sub', 'client_id']) {
    assert.equal(await admit(token({ [name]: undefined })), '401 claims_incomplete', name)
    assert.equal(await admit(token({ [name]: {} })), '401 claims_incomplete', name)
    assert.equal(await admit(token({ [name]: '' })), '401 claims_incomplete', name)
  }
  assert.equal(await admit(token({ exp: 1e308 })), '401 claims_incomplete')
})

test('[DPOP-7.2-01] a token that is bound to a key is no bearer token', async () => {
  // req: BCP-4.10.1-01
  const { admit } = arrange()

  assert.equal(await admit(token({ cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } })), '401 token_bound')
  for (const cnf of [
    {},
    null,
    'x',
    [],
    { jkt: 'x' },
    { jkt: 7 },
    { 'x5t#S256': 'x' },
    { jkt: 'x'.repeat(43), kid: 'y' },
  ])
    assert.equal(await admit(token({ cnf })), '401 confirmation_unknown', JSON.stringify(cnf))
})

test('[O21-1.4-03] no token with one character changed is admitted', async () => {
  const { admit } = arrange()
  const good = token()
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const changed = good.split('').map((letter, at) => {
    const other = letter === '.' ? 'A' : alphabet[(alphabet.indexOf(letter) + 1) % 64]!
    return good.slice(0, at) + other + good.slice(at + 1)
  })

  assert.equal(await admit(good), 'admitted')
  for (const each of changed) assert.match(await admit(each), /^401 /)
})

test('[JW-01] the whole corpus of forged, confused and malformed JWTs is refused, and no address in one is asked', async () => {
  // req: JW-02, JW-03, JW-04, JW-05, JW-06, JW-07, JW-08, JW-09, JW-10, JW-11, JW-12, JW-13, JW-14
  // req: JAT-4-02, JWT-3.1-01, JWT-3.2-01, JWT-3.10-01, JWT-bis-01, RS-02
  const { issuer, guard, decisions } = arrange()
  const { d: _private, ...published } = attackKey.key.export({ format: 'jwk' })
  issuer.keys = [{ ...published, kid: attackKey.kid, alg: attackKey.alg }]
  const honest = { typ: 'at+jwt', claims: accessTokenClaims(start), key: attackKey, now: start }
  // More than one space before a token is allowed (OAuth 2.1 section 5.1.1).
  const attacks = joseAttacks(honest).filter(({ what }) => what !== 'a space before')

  const admitted: string[] = []
  for (const { id, what, token: forged } of attacks) {
    const admission = await guard.admit(requestWith(`Bearer ${forged}`))
    if (admission.ok || ![400, 401].includes(admission.response.status)) admitted.push(`${id} ${what}`)
  }

  assert.deepEqual(admitted, [])
  assert.equal((await guard.admit(requestWith(`Bearer ${honestJwt(honest)}`))).ok, true)
  assert.ok(attacks.length > 120)
  assert.equal(decisions.filter(({ caller }) => caller !== undefined).length, 1)
  assert.deepEqual(issuer.asked, [
    'GET https://auth.example.com/.well-known/oauth-authorization-server',
    'GET https://auth.example.com/jwks',
  ])
})

test('[JAT-2.1-01] RS256, PS256, ES384 and EdDSA are read like ES256, unless they are not on the list', async () => {
  // req: JWT-3.1-01
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const ed25519 = generateKeyPairSync('ed25519')
  const pairs = { RS256: rsa, PS256: rsa, ES384: p384, EdDSA: ed25519 } as const

  for (const alg of ['RS256', 'PS256', 'ES384', 'EdDSA'] as const) {
    const jwk = { ...pairs[alg].publicKey.export({ format: 'jwk' }), kid: alg, alg }
    const signed = aJwt({ kid: alg, alg, key: pairs[alg].privateKey }, accessTokenClaims(start))
    const open = arrange()
    open.issuer.keys = [jwk]
    const closed = arrange({ algorithms: ['ES256'] })
    closed.issuer.keys = [jwk]

    assert.equal(await open.admit(signed), 'admitted')
    assert.equal(await closed.admit(signed), '401 key_unknown')
  }
})

test('[RS-05] a new key is found by one fetch, however many wait for it', async () => {
  const { issuer, clock, admit, fetches } = arrange()
  await admit(token())
  const next = aSigningKey('key-2')
  issuer.keys = [key.jwk, next.jwk]
  clock.now += 30

  const fresh = aJwt(next.signing, accessTokenClaims(start))
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => admit(fresh)))

  assert.deepEqual(new Set(outcomes), new Set(['admitted']))
  assert.equal(fetches(), 2)
})

test('[RS-05] ten thousand unknown kids bring about one fetch in 30 seconds', async () => {
  const { clock, admit, fetches } = arrange()
  const [head, ...rest] = token().split('.')
  const withKid = (kid: string) =>
    [
      Buffer.from(JSON.stringify({ ...JSON.parse(String(Buffer.from(head!, 'base64url'))), kid })).toString(
        'base64url',
      ),
      ...rest,
    ].join('.')
  await admit(token())

  clock.now += 29
  for (let count = 0; count < 5000; count += 1) await admit(withKid(`a${count}`))
  assert.equal(fetches(), 1)

  clock.now += 1
  for (let count = 0; count < 5000; count += 1) assert.equal(await admit(withKid(`b${count}`)), '401 key_unknown')
  assert.equal(fetches(), 2)
})

test('[RS-05] a key that was taken back is refused after ten minutes, also for a token seen before', async () => {
  const { issuer, clock, admit } = arrange()
  const long = token({ exp: start + 3600 })
  await admit(long)
  issuer.keys = [aSigningKey('key-2').jwk]

  clock.now = start + 599
  assert.equal(await admit(long), 'admitted')
  clock.now = start + 600
  assert.equal(await admit(long), '401 key_unknown')
})

test('[RS-05] keysMaxAgeSeconds says how long', async () => {
  const { issuer, clock, admit } = arrange({ keysMaxAgeSeconds: 60 })
  await admit(token())
  issuer.keys = []

  clock.now = start + 59
  assert.equal(await admit(token()), 'admitted')
  clock.now = start + 60
  assert.equal(await admit(token()), '401 key_unknown')
})

test('[RS-05] another key under the same kid takes over with the next fetch', async () => {
  const { issuer, clock, admit } = arrange()
  const other = aSigningKey('key-1')
  const old = token({ exp: start + 3600 })
  await admit(old)
  issuer.keys = [other.jwk]

  clock.now = start + 600
  assert.equal(await admit(old), '401 signature_wrong')
  assert.equal(await admit(aJwt(other.signing, accessTokenClaims(start, { exp: start + 3600 }))), 'admitted')
})

test('[RS-05] while the server is down the kept keys serve for an hour; what needs a newer key is told to wait', async () => {
  const { issuer, clock, admit } = arrange()
  const long = token({ exp: start + 7200 })
  await admit(long)
  issuer.down = true

  clock.now = start + 601
  assert.equal(await admit(long), 'admitted')
  assert.equal(await admit(aJwt(aSigningKey('key-2').signing, accessTokenClaims(start))), '503 issuer_unavailable')
  clock.now = start + 3599
  assert.equal(await admit(long), 'admitted')
  clock.now = start + 3600
  assert.equal(await admit(long), '503 issuer_unavailable')
})

test('[RS-06] without the issuer nobody is admitted, and everybody is told to come back', async () => {
  // req: MD-3.3-01
  const good = token()
  const broken: readonly ((issuer: ReturnType<typeof createTestIssuer>) => void)[] = [
    (issuer) => (issuer.down = true),
    (issuer) => (issuer.metadata = { issuer: 'https://other.example' }),
    (issuer) => (issuer.metadata = { jwks_uri: undefined }),
    (issuer) => (issuer.metadata = { jwks_uri: 'https://auth.example.com/missing' }),
    (issuer) => (issuer.keys = 'none' as never),
  ]

  for (const breakIt of broken) {
    const { issuer, guard, clock } = arrange()
    breakIt(issuer)

    const admission = await guard.admit(requestWith(`Bearer ${good}`))
    assert.equal(admission.ok === false && admission.response.status, 503)
    assert.equal(admission.ok === false && admission.response.headers['retry-after'], '5')

    Object.assign(issuer, { down: false, metadata: {}, keys: [key.jwk] })
    clock.now += 5
    assert.equal((await guard.admit(requestWith(`Bearer ${good}`))).ok, true)
  }
})

test('[RS-06] nothing is fetched before a token comes, and for all that wait at the start once', async () => {
  const { issuer, guard, admit, fetches } = arrange()
  await guard.admit(requestWith())
  assert.deepEqual(issuer.asked, [])

  await Promise.all(Array.from({ length: 100 }, () => admit(token())))

  assert.equal(issuer.asked.length, 2)
  assert.equal(fetches(), 1)
})

test('a caller is frozen through and through, since the next request with the token gets the same one', async () => {
  const { guard } = arrange()
  const bearer = requestWith(`Bearer ${token({ roles: ['reader'] })}`)

  const first = await guard.admit(bearer)
  const second = await guard.admit(bearer)

  assert.ok(first.ok && second.ok)
  assert.equal(second.caller, first.caller)
  assert.throws(() => (first.caller.claims['roles'] as string[]).push('admin'), TypeError)
  assert.throws(() => (first.caller.scope as string[]).push('orders.write'), TypeError)
  assert.throws(() => Object.assign(first.caller, { subject: 'another' }), TypeError)
})
