import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aProof, aProofKey, proofClaims, tokenHashOf, type ProofKey } from '../testing/dpop.ts'
import {
  aJwt,
  aSigningKey,
  accessTokenClaims,
  createTestIssuer,
  testIssuerUrl,
  testResource,
} from '../testing/test-issuer.ts'
import type { Decision } from './decision.ts'
import { createGuard } from './guard.ts'
import type { GuardOptions } from './options.ts'

const start = 1_800_000_000
const issuerKey = aSigningKey('key-1')
const key = aProofKey()
const other = aProofKey()

const boundTo = (proofKey: ProofKey, changed: Readonly<Record<string, unknown>> = {}) =>
  aJwt(issuerKey.signing, accessTokenClaims(start, { cnf: { jkt: proofKey.thumbprint }, ...changed }))
const unbound = aJwt(issuerKey.signing, accessTokenClaims(start))
const bound = boundTo(key)

/** A guard, its clock in seconds, and what it says of requests. */
function arrange(options: Partial<GuardOptions> = {}) {
  const issuer = createTestIssuer()
  issuer.keys = [issuerKey.jwk]
  const clock = { now: start }
  const decisions: Decision[] = []
  const guard = createGuard({
    resource: testResource,
    issuer: issuer.issuer,
    fetch: issuer.fetch,
    now: () => clock.now * 1000,
    onDecision: (decision) => decisions.push(decision),
    dpop: {},
    ...options,
  })
  const admit = (
    headers: Readonly<Record<string, string | readonly string[]>>,
    url = '/orders/17?x=y',
    method = 'GET',
  ) =>
    guard.admit({
      method,
      url,
      header: (name) => [headers[name] ?? []].flat().join(', ') || undefined,
      repeated: (name) => Array.isArray(headers[name]) && headers[name].length > 1,
    })
  const outcome = async (...given: Parameters<typeof admit>) => {
    const admission = await admit(...given)
    return admission.ok ? 'admitted' : `${admission.response.status} ${decisions.at(-1)!.refusal!.reason}`
  }
  const challengeOf = async (headers: Readonly<Record<string, string>>) => {
    const admission = await admit(headers)
    return admission.ok ? 'admitted' : admission.response.headers['www-authenticate']
  }

  return { issuer, clock, decisions, guard, admit, outcome, challengeOf }
}

const htu = 'https://api.example.com/orders/17'

const proofFor = (token: string, changed: Readonly<Record<string, unknown>> = {}, proofKey = key, header = {}) =>
  aProof(proofKey, proofClaims(start, { htm: 'GET', htu, ath: tokenHashOf(token), ...changed }), header)

const call = (token: string, dpop: string, scheme = 'DPoP') => ({ authorization: `${scheme} ${token}`, dpop })

test('[DPOP-7.1-01] a bound token is admitted with a proof of its key, and the API learns the key', async () => {
  // req: DPOP-4.3-12
  const { admit, decisions, outcome } = arrange()

  const admission = await admit(call(bound, proofFor(bound)))

  assert.equal(admission.ok && admission.caller.keyThumbprint, key.thumbprint)
  assert.deepEqual(
    decisions[0]!.checks.map(({ name, passed }) => (passed ? name : `not ${name}`)),
    ['proof', 'signature', 'type', 'issuer', 'audience', 'time', 'binding', 'once', 'scope'],
  )
  assert.equal(await outcome(call(bound, proofFor(bound), 'dPoP')), 'admitted')
})

test('[DP-03] a bound token is nothing without its proof, as Bearer and as DPoP', async () => {
  // req: DPOP-7.2-01, DPOP-7.1-01, BCP-4.10.1-01
  for (const dpop of [{}, { required: true }, undefined]) {
    const { outcome } = arrange(dpop === undefined ? {} : { dpop })
    const refused = dpop?.required === true ? '401 bearer_refused' : '401 token_bound'

    assert.equal(await outcome({ authorization: `Bearer ${bound}` }), refused)
    assert.equal(await outcome(call(bound, proofFor(bound), 'Bearer')), refused)
    assert.equal(await outcome({ authorization: `DPoP ${bound}` }), '401 proof_missing')
  }
  const plain = arrange()
  const off = createGuard({
    resource: testResource,
    issuer: testIssuerUrl,
    fetch: plain.issuer.fetch,
    now: () => start * 1000,
  })
  for (const authorization of [`Bearer ${bound}`, `DPoP ${bound}`]) {
    const admission = await off.admit(new Request(htu, { headers: { authorization, dpop: proofFor(bound) } }))
    assert.equal(admission.ok === false && admission.response.status, 401, authorization)
  }
})

test('[DPOP-4.3-12] a token bound to another key, and one bound to none, are refused with a proof', async () => {
  // req: DPOP-7.2-01
  const { outcome } = arrange()
  const foreign = boundTo(other)

  assert.equal(await outcome(call(foreign, proofFor(foreign))), '401 key_differs')
  assert.equal(await outcome(call(unbound, proofFor(unbound))), '401 token_unbound')
  assert.equal(await outcome({ authorization: `Bearer ${unbound}` }), 'admitted')
})

test('[DP-04] each thing that can be wrong with a proof is refused', async () => {
  // req: DPOP-4.3-01, DPOP-4.3-03, DPOP-4.3-08, DPOP-4.3-11, DPOP-4.3-12, DPOP-11.6-01, DP-02
  const { outcome } = arrange()
  const wrong: readonly [string, string, string][] = [
    ['not a JWT', 'abc', 'proof_malformed'],
    ['two in one', `${proofFor(bound)}, ${proofFor(bound)}`, 'proof_malformed'],
    ['typ', proofFor(bound, {}, key, { typ: 'JWT' }), 'proof_malformed'],
    ['no jti', proofFor(bound, { jti: undefined }), 'proof_malformed'],
    ['private key', proofFor(bound, {}, key, { jwk: { ...key.jwk, d: key.jwk['x'] } }), 'proof_unsigned'],
    ['foreign key', proofFor(bound, {}, other, { jwk: key.jwk }), 'proof_unsigned'],
    ['htm', proofFor(bound, { htm: 'POST' }), 'proof_of_another_request'],
    ['host', proofFor(bound, { htu: 'https://evil.example/orders/17' }), 'proof_of_another_request'],
    ['path', proofFor(bound, { htu: 'https://api.example.com/orders/18' }), 'proof_of_another_request'],
    ['no ath', proofFor(bound, { ath: undefined }), 'proof_of_another_request'],
    ['ath of another', proofFor(unbound), 'proof_of_another_request'],
    ['old', proofFor(bound, { iat: start - 61 }), 'proof_out_of_time'],
    ['ahead', proofFor(bound, { iat: start + 11 }), 'proof_out_of_time'],
  ]

  for (const [what, proof, reason] of wrong) assert.equal(await outcome(call(bound, proof)), `401 ${reason}`, what)
  assert.equal(
    await outcome({ authorization: `DPoP ${bound}`, dpop: [proofFor(bound), proofFor(bound)] }),
    '401 proof_malformed',
  )
  assert.equal(await outcome(call(bound, proofFor(bound, { iat: start - 60 }))), 'admitted')
  assert.equal(await outcome(call(bound, proofFor(bound, { iat: start + 10 }))), 'admitted')
})

test('[DPOP-4.3-08] the address is what clients call: by the configuration, never by what a request says', async () => {
  const at = (target: string) => proofFor(bound, { htu: target })
  const { outcome, guard } = arrange()
  const mounted = arrange({ dpop: { baseUrl: 'https://edge.example.com/v2/' } })

  for (const target of [htu, 'HTTPS://API.example.com:443/orders/./17', `${htu}?x=y#z`]) {
    assert.equal(await outcome(call(bound, at(target))), 'admitted', target)
  }
  assert.equal(await outcome(call(bound, at(htu)), 'http://127.0.0.1:8080/orders/17'), 'admitted')
  for (const url of ['*', '', '.evil.example/orders/17', '@evil.example/', '\0']) {
    const strange = at(`https://api.example.com${url}`)
    assert.equal(await outcome(call(bound, strange), url), '401 proof_of_another_request', url)
  }
  assert.equal(await mounted.outcome(call(bound, at('https://edge.example.com/v2/orders/17'))), 'admitted')
  assert.equal(await mounted.outcome(call(bound, at(htu))), '401 proof_of_another_request')

  const spoofed = await guard.admit(
    new Request('https://evil.example/orders/17', {
      headers: {
        ...call(bound, at('https://evil.example/orders/17')),
        'x-forwarded-host': 'evil.example',
        forwarded: 'host=evil.example',
      },
    }),
  )
  assert.equal(spoofed.ok, false)
})

test('[DP-01] a proof is admitted once: of fifty at the same moment one', async () => {
  // req: DPOP-11.1-01
  const { outcome, clock } = arrange()
  const request = call(bound, proofFor(bound))

  const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcome(request)))
  clock.now = start + 60
  outcomes.push(await outcome(request))

  assert.deepEqual(outcomes.toSorted(), [...Array<string>(50).fill('401 proof_replayed'), 'admitted'])
})

test('[DP-01] processes that share a memory admit a proof once among them; one that cannot tell admits nobody', async () => {
  // req: RS-06
  const used = new Set<string>()
  const replays = { useOnce: async (key_: string) => used.size !== used.add(key_).size }
  const [one, two] = [arrange({ dpop: { replays } }), arrange({ dpop: { replays } })]
  const request = call(bound, proofFor(bound))
  const broken = arrange({ dpop: { replays: { useOnce: () => Promise.reject(new Error('no network')) } } })
  const odd = arrange({ dpop: { replays: { useOnce: () => undefined as never } } })

  assert.equal(await one.outcome(request), 'admitted')
  assert.equal(await two.outcome(request), '401 proof_replayed')
  assert.equal(await broken.outcome(call(bound, proofFor(bound))), '503 replays_unavailable')
  assert.equal(await odd.outcome(call(bound, proofFor(bound))), '401 proof_replayed')
})

test('[DP-08] only who has all else right is remembered', async () => {
  const keys: string[] = []
  const { outcome } = arrange({ dpop: { replays: { useOnce: (each) => keys.push(each) > 0 } } })
  const forged = aJwt(aSigningKey('key-1').signing, accessTokenClaims(start, { cnf: { jkt: key.thumbprint } }))

  for (const token of [forged, unbound, boundTo(other), boundTo(key, { exp: start - 100 }), 'x'])
    assert.notEqual(await outcome(call(token, proofFor(token))), 'admitted')

  assert.deepEqual(keys, [])
})

test('[DPOP-9-01] where nonces are wanted, a refusal brings one, and an admission the next', async () => {
  // req: DPOP-4.3-10, DP-02
  const { admit, clock } = arrange({ dpop: { nonces: true } })
  const nonceOf = async (proof: string) => {
    const admission = await admit(call(bound, proof))
    return admission.ok ? `admitted ${admission.headers['dpop-nonce']}` : admission.response
  }
  const asked = await nonceOf(proofFor(bound, { iat: start + 3600 }))
  assert.ok(typeof asked === 'object')
  const nonce = asked.headers['dpop-nonce']!

  assert.equal(asked.status, 401)
  assert.match(asked.headers['www-authenticate']!, /, DPoP .*error="use_dpop_nonce".*algs="/)
  assert.match(nonce, /^[\w-]{32}$/)
  assert.equal(await nonceOf(proofFor(bound, { nonce })), `admitted ${nonce}`)
  clock.now = start + 300
  const late = await nonceOf(proofFor(bound, { nonce, iat: start + 300 }))
  assert.equal(typeof late === 'object' && late.status, 401)
})

test('[DP-07] a nonce is good at every process with the secret, not at another API, and none without it', async () => {
  const nonceSecret = Buffer.alloc(32, 5).toString('base64url')
  const nonceOf = async (options: Partial<GuardOptions>) => {
    const admission = await arrange(options).admit(call(bound, proofFor(bound)))
    return admission.ok ? assert.fail() : admission.response.headers['dpop-nonce']
  }
  const nonce = await nonceOf({ dpop: { nonces: true, nonceSecret } })
  const there = arrange({ dpop: { nonces: true, nonceSecret } })
  const foreign = await nonceOf({ resource: 'https://api.example.com', dpop: { nonces: true, nonceSecret } })

  assert.equal(await there.outcome(call(bound, proofFor(bound, { nonce }))), 'admitted')
  assert.equal(await there.outcome(call(bound, proofFor(bound, { nonce: foreign }))), '401 proof_nonce_needed')
  assert.equal(
    await arrange({ dpop: { nonces: true } }).outcome(call(bound, proofFor(bound, { nonce }))),
    '401 proof_nonce_needed',
  )
  assert.equal(await there.outcome(call(bound, proofFor(bound, { nonce: 'n'.repeat(10_240) }))), '401 proof_malformed')
})

test('[DPOP-7.1-02] both schemes are offered, an error stands only in the one that was tried', async () => {
  // req: DPOP-7.2-01, O21-5.3.1-01, O21-5.3.1-02
  const { challengeOf } = arrange()
  const metadata = 'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/orders"'
  const algs = 'algs="ES256 ES384 RS256 PS256 EdDSA"'

  assert.equal(await challengeOf({}), `Bearer ${metadata}, DPoP ${metadata}, ${algs}`)
  assert.match(
    (await challengeOf({ authorization: 'Bearer x' })) ?? '',
    /^Bearer [^,]+, error="invalid_token", .*, DPoP (?!.*error)/,
  )
  for (const [headers, error] of [
    [{ authorization: `DPoP ${bound}` }, 'invalid_dpop_proof'],
    [call('x', proofFor('x')), 'invalid_token'],
    [call(unbound, proofFor(unbound)), 'invalid_token'],
    [{ authorization: 'DPoP' }, 'invalid_request'],
  ] as const) {
    const challenge = (await challengeOf(headers)) ?? ''
    assert.ok(challenge.startsWith(`Bearer ${metadata}, DPoP ${metadata}, error="${error}"`), challenge)
    assert.ok(challenge.endsWith(algs))
  }
})

test('[DPOP-7.2-01] where binding is required, DPoP alone is offered and a bearer token is told so', async () => {
  const { challengeOf, outcome } = arrange({ dpop: { required: true, algorithms: ['ES256'] } })

  assert.match((await challengeOf({})) ?? '', /^DPoP resource_metadata="[^"]+", algs="ES256"$/)
  assert.match((await challengeOf({ authorization: `Bearer ${unbound}` })) ?? '', /^DPoP .*error="invalid_token"/)
  assert.equal(await outcome({ authorization: `Bearer ${unbound}` }), '401 bearer_refused')
  assert.equal(await outcome(call(bound, proofFor(bound))), 'admitted')
})

test('[DPOP-6.1-01] what introspection says of the key holds as what a JWT says', async () => {
  const said = { active: true, ...accessTokenClaims(start), token_type: 'DPoP', cnf: { jkt: key.thumbprint } }
  const introspected = (answer: Record<string, unknown>) => {
    const arranged = arrange({ introspection: { clientId: 'order-api', clientSecret: 'secret' } })
    arranged.issuer.introspect = () => ({ ...said, ...answer })
    return arranged.outcome
  }
  const token = 'hat_opaque'

  assert.equal(await introspected({})(call(token, proofFor(token))), 'admitted')
  assert.equal(await introspected({ token_type: 'Bearer' })(call(token, proofFor(token))), 'admitted')
  assert.equal(await introspected({})({ authorization: `Bearer ${token}` }), '401 token_bound')
  assert.equal(await introspected({})(call(token, proofFor(token, {}, other))), '401 key_differs')
  assert.equal(await introspected({ cnf: undefined })(call(token, proofFor(token))), '401 token_type_wrong')
  assert.equal(await introspected({ cnf: { jkt: 7 } })(call(token, proofFor(token))), '401 confirmation_unknown')
})

test('[PRM-2-01] the metadata say what this API takes of proofs', () => {
  const { guard } = arrange()
  const strict = arrange({ dpop: { required: true, algorithms: ['ES256'] }, authorizationDetailsTypes: ['payment'] })

  assert.deepEqual(guard.metadata().dpop_signing_alg_values_supported, ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'])
  assert.equal(guard.metadata().dpop_bound_access_tokens_required, undefined)
  assert.deepEqual(strict.guard.metadata(), {
    resource: testResource,
    authorization_servers: [testIssuerUrl],
    bearer_methods_supported: [],
    authorization_details_types_supported: ['payment'],
    dpop_signing_alg_values_supported: ['ES256'],
    dpop_bound_access_tokens_required: true,
  })
})

test('options for proofs that cannot be are refused at once', () => {
  const start_ = (dpop: GuardOptions['dpop']) => () => arrange({ dpop: dpop! })

  for (const baseUrl of ['http://api.example.com', 'api', 'https://a.example/?x', 'https://a.example/#x'])
    assert.throws(start_({ baseUrl }), /dpop\.baseUrl/, baseUrl)
  for (const algorithms of [[], ['none'], ['HS256']])
    assert.throws(start_({ algorithms: algorithms as never }), /algorithms/)
  for (const nonceSecret of ['', 'x', Buffer.alloc(31).toString('base64url'), 'é'])
    assert.throws(start_({ nonceSecret }), /nonceSecret/)
})
