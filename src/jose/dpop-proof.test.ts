import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { instant } from '../base/time.ts'
import { aProof, aProofKey, proofClaims, tokenHashOf } from '../testing/dpop.ts'
import {
  algorithmsOfProofs,
  maxProofIdLength,
  maxProofLength,
  verifyProof,
  type ProofProblem,
  type ProofRules,
  type ProvedRequest,
} from './dpop-proof.ts'
import { parsePublicKey, thumbprint } from './jwk.ts'
import { signJws } from './jws.ts'
import { isJsonObject } from '../base/strict-json.ts'

const start = 1_800_000_000
const key = aProofKey()
const other = aProofKey()

function verify(proof: string, request: Partial<ProvedRequest> = {}, rules: Partial<ProofRules> = {}) {
  return verifyProof(
    {
      proof,
      repeated: false,
      method: 'POST',
      uri: 'https://auth.example.com/token',
      tokenHash: undefined,
      ...request,
    },
    { now: instant(start * 1000), algorithms: algorithmsOfProofs, ...rules },
  )
}

type Outcome = ProofProblem | 'good'

function outcome(proof: string, request: Partial<ProvedRequest> = {}, rules: Partial<ProofRules> = {}): Outcome {
  const verified = verify(proof, request, rules)

  return verified.ok ? 'good' : verified.error
}

const withClaims = (changed: Readonly<Record<string, unknown>>) => aProof(key, proofClaims(start, changed))

/** RFC 9449 figure 2: the proof of a token request. */
const tokenRequestProof =
  'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg'

/** RFC 9449 figure 12: the proof of a request to a protected resource, and the token it is for. */
const resourceRequestProof =
  'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA'
const boundToken = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'

test('[DPOP-4.3-03] the proofs of RFC 9449 pass, and say the key its tokens are bound to', () => {
  // req: DPOP-4.2-01, DPOP-6.1-01
  const atToken = verify(
    tokenRequestProof,
    { uri: 'https://server.example.com/token' },
    { now: instant(1562262616_000) },
  )
  const atResource = verify(
    resourceRequestProof,
    {
      method: 'GET',
      uri: 'https://resource.example.org/protectedresource',
      tokenHash: tokenHashOf(boundToken),
    },
    { now: instant(1562262618_000) },
  )

  for (const verified of [atToken, atResource]) {
    assert.equal(verified.ok && verified.value.thumbprint, '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I')
  }
})

test('[DPOP-4.3-03] a proof of every algorithm passes, and its thumbprint is that of RFC 7638', async () => {
  for (const alg of algorithmsOfProofs) {
    const each = aProofKey(alg)
    const verified = verify(aProof(each, proofClaims(start)))

    assert.equal(verified.ok && verified.value.thumbprint, await calculateJwkThumbprint(each.jwk as JWK), alg)
  }
})

test('[DPOP-4.3-01] there is one header with one well-formed JWT', () => {
  // req: DP-04
  const good = withClaims({})
  const malformed = [
    '',
    'x',
    `${good}, ${good}`,
    `${good},${good}`,
    `${good}.`,
    ` ${good}`,
    'a.b.c',
    good.replace('.', ''),
  ]

  assert.equal(outcome(good, { repeated: true }), 'header_repeated')
  for (const each of malformed) assert.equal(outcome(each), 'malformed', each)
})

test('[DPOP-4.3-03] typ is dpop+jwt and nothing else', () => {
  const withType = (typ: unknown) => outcome(aProof(key, proofClaims(start), { typ }))

  assert.equal(withType('dpop+jwt'), 'good')
  assert.equal(withType('application/dpop+jwt'), 'good')
  for (const typ of [undefined, 'JWT', 'at+jwt', 'dpop', 'dpop+jwt2', '']) assert.equal(withType(typ), 'type_wrong')
})

test('[DPOP-11.6-01] neither none nor a symmetric algorithm passes, nor one that is not wanted here', () => {
  // req: DPOP-4.3-03, DP-04
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const forged = (alg: unknown, jwk: unknown, sign: (input: string) => string) => {
    const input = `${encode({ typ: 'dpop+jwt', alg, jwk })}.${encode(proofClaims(start))}`
    return `${input}.${sign(input)}`
  }
  const secret = Buffer.alloc(32, 7)
  const hmac = (input: string) => createHmac('sha256', secret).update(input).digest('base64url')
  const symmetric = { kty: 'oct', k: secret.toString('base64url') }

  assert.equal(outcome(forged('none', key.jwk, () => '')), 'algorithm_unsupported')
  assert.equal(outcome(forged('HS256', symmetric, hmac)), 'algorithm_unsupported')
  assert.equal(outcome(forged(undefined, key.jwk, hmac)), 'algorithm_unsupported')
  assert.equal(outcome(forged('ES256', symmetric, hmac)), 'key_unusable')
  assert.equal(outcome(withClaims({}), {}, { algorithms: ['EdDSA', 'PS256'] }), 'algorithm_unsupported')
})

test('[DPOP-4.3-03] the header holds a public key of the right kind, without its private half', () => {
  // req: DP-04
  const withKey = (jwk: unknown) => outcome(aProof(key, proofClaims(start), { jwk }))
  const secret = { ...key.jwk, d: Buffer.alloc(32, 1).toString('base64url') }
  const unusable = [undefined, null, 'x', [], {}, secret, { ...key.jwk, crv: 'P-384' }, { ...key.jwk, y: key.jwk['x'] }]

  assert.equal(withKey(key.jwk), 'good')
  for (const jwk of unusable) assert.equal(withKey(jwk), 'key_unusable', JSON.stringify(jwk))
  assert.equal(withKey(aProofKey('EdDSA').jwk), 'key_unusable')
})

test('[DPOP-4.3-03] the signature is made with the key that the header shows', () => {
  const [head, body, signature] = withClaims({}).split('.') as [string, string, string]
  const changed = Buffer.from(JSON.stringify(proofClaims(start, { jti: 'another' }))).toString('base64url')

  assert.equal(outcome(`${head}.${body}.${signature}`), 'good')
  assert.equal(outcome(`${head}.${changed}.${signature}`), 'signature_wrong')
  assert.equal(outcome(aProof(key, proofClaims(start), { jwk: other.jwk })), 'signature_wrong')
})

test('[DPOP-4.3-03] jti, htm, htu and iat are there, each of its kind', () => {
  for (const name of ['jti', 'htm', 'htu', 'iat']) {
    for (const value of [undefined, null, [], {}, true]) {
      assert.equal(outcome(withClaims({ [name]: value })), 'claim_missing', `${name} ${JSON.stringify(value)}`)
    }
  }
  for (const jti of ['', 7, '\ud800']) assert.notEqual(outcome(withClaims({ jti })), 'good')
  assert.equal(outcome(withClaims({ iat: String(start) })), 'claim_missing')
  assert.equal(outcome(signJws({ typ: 'dpop+jwt', jwk: key.jwk }, [] as never, key.signing)), 'malformed')
})

test('a jti and a whole proof of the greatest length pass, longer ones do not', () => {
  const withPad = (length: number) => withClaims({ pad: 'x'.repeat(length) })
  let pad = maxProofLength / 2
  while (withPad(pad + 1).length <= maxProofLength) pad += 1

  assert.equal(outcome(withClaims({ jti: 'j'.repeat(maxProofIdLength) })), 'good')
  assert.equal(outcome(withClaims({ jti: 'j'.repeat(maxProofIdLength + 1) })), 'claim_missing')
  assert.equal(outcome(withPad(pad)), 'good')
  assert.equal(outcome(withPad(pad + 1)), 'malformed')
})

test('[DPOP-4.3-08] htm is the method, letter for letter', () => {
  // req: DP-04
  assert.equal(outcome(withClaims({ htm: 'GET' }), { method: 'GET' }), 'good')
  for (const htm of ['GET', 'post', 'POST ', '']) assert.equal(outcome(withClaims({ htm })), 'method_wrong', htm)
})

test('[DPOP-4.3-08] htu is the URI of the request as clients know it, in any spelling of RFC 3986', () => {
  // req: DP-04
  const same = [
    'https://auth.example.com/token',
    'HTTPS://AUTH.Example.com/token',
    'https://auth.example.com:443/token',
    'https://auth.example.com/./%74oken',
    'https://auth.example.com/token?a=b',
    'https://auth.example.com/token#c',
  ]
  const different = [
    'https://auth.example.com/Token',
    'https://auth.example.com/token/',
    'https://auth.example.com:8443/token',
    'http://auth.example.com/token',
    'https://evil.example/token',
    'https://auth.example.com.evil.example/token',
    '/token',
    '',
  ]

  for (const htu of same) assert.equal(outcome(withClaims({ htu })), 'good', htu)
  for (const htu of different) assert.equal(outcome(withClaims({ htu })), 'target_wrong', htu)
  assert.equal(outcome(withClaims({ htu: 'x' }), { uri: 'x' }), 'target_wrong')
})

test('[DPOP-4.3-12] with a token there is the hash of that very token', () => {
  // req: DP-04
  const tokenHash = tokenHashOf('the token')

  assert.equal(outcome(withClaims({ ath: tokenHash }), { tokenHash }), 'good')
  for (const ath of [undefined, '', null, tokenHashOf('another'), [tokenHash], `${tokenHash}=`]) {
    assert.equal(outcome(withClaims({ ath }), { tokenHash }), 'token_hash_wrong', String(ath))
  }
})

test('[DPOP-4.3-11] a proof is good from ten seconds ahead to a minute old', () => {
  // req: DP-02
  const aged = (milliseconds: number, claims = {}) =>
    outcome(withClaims(claims), {}, { now: instant(start * 1000 + milliseconds) })

  assert.equal(aged(-10_001), 'too_new')
  assert.equal(aged(-10_000), 'good')
  assert.equal(aged(0), 'good')
  assert.equal(aged(60_000), 'good')
  assert.equal(aged(60_001), 'too_old')
  assert.equal(aged(-3600_000), 'too_new')
  assert.equal(aged(3600_000), 'too_old')
})

test('a proof that brings nbf and exp of its own is held to them', () => {
  assert.equal(outcome(withClaims({ nbf: start, exp: start + 300 })), 'good')
  assert.equal(outcome(withClaims({ nbf: start + 10 })), 'good')
  assert.equal(outcome(withClaims({ nbf: start + 11 })), 'too_new')
  assert.equal(outcome(withClaims({ exp: start })), 'too_old')
  assert.equal(outcome(withClaims({ exp: 'x' })), 'claim_missing')
})

test('[DPOP-4.3-10] where nonces are wanted, a proof without one of ours is no good, whatever its age', () => {
  // req: DP-02, DP-07
  const rules = { acceptsNonce: (nonce: string) => nonce === 'ours' }

  assert.equal(outcome(withClaims({ nonce: 'ours' }), {}, rules), 'good')
  for (const nonce of [undefined, '', 'foreign', 7, ['ours'], 'n'.repeat(300)]) {
    assert.equal(outcome(withClaims({ nonce }), {}, rules), 'nonce_needed', String(nonce))
  }
  assert.equal(outcome(withClaims({ iat: start + 3600 }), {}, rules), 'nonce_needed')
  assert.equal(outcome(withClaims({ iat: start - 3600 }), {}, rules), 'nonce_needed')
  assert.equal(outcome(withClaims({ iat: start + 3600, nonce: 'ours' }), {}, rules), 'too_new')
  assert.equal(outcome(withClaims({ nonce: 'n'.repeat(10_240) }), {}, rules), 'malformed')
})

test('[DPOP-11.1-01] copies of a proof have one replay key; another id, target or key has another', () => {
  // req: DP-01
  const keyOf = (proof: string, request: Partial<ProvedRequest> = {}) => {
    const verified = verify(proof, request)
    return verified.ok ? verified.value.replayKey : assert.fail(verified.error)
  }
  const claims = proofClaims(start, { jti: 'one' })
  const uri = 'https://auth.example.com/par'
  const keys = [
    keyOf(aProof(key, claims)),
    keyOf(aProof(key, { ...claims, jti: 'two' })),
    keyOf(aProof(key, { ...claims, htu: uri }), { uri }),
    keyOf(aProof(other, claims)),
  ]

  assert.equal(new Set(keys).size, 4)
  // Signed anew with the same id, or in another spelling, it is the same proof.
  assert.equal(keyOf(aProof(key, { ...claims, htu: 'HTTPS://auth.example.com:443/token', iat: start - 1 })), keys[0])
})

test('[DPOP-11.1-01] a proof can be forgotten from the moment its age refuses it, and no sooner', () => {
  const proof = withClaims({})
  const verified = verify(proof)
  const end = verified.ok ? verified.value.expiresAt : assert.fail()

  assert.equal(outcome(proof, {}, { now: instant(end - 1) }), 'good')
  assert.equal(outcome(proof, {}, { now: end }), 'too_old')
})

test('[DP-04] whatever stands in the header, verifying does not throw, and only the holder of a key passes', () => {
  const good = withClaims({})
  const [head, body, signature] = good.split('.') as [string, string, string]
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.json().map(encodeText))
  const proof = fc.oneof(
    text,
    fc.tuple(text, fc.constant(body), fc.constant(signature)),
    fc.tuple(fc.constant(head), text, fc.constant(signature)),
    fc.tuple(fc.constant(head), fc.constant(body), text),
    fc.record({ typ: fc.constant('dpop+jwt'), alg: fc.constant('ES256'), jwk: fc.jsonValue() }).map((header) => {
      return [encodeText(JSON.stringify(header)), body, signature]
    }),
  )

  fc.assert(
    fc.property(proof, (parts) => {
      const raw = typeof parts === 'string' ? parts : parts.join('.')
      fc.pre(raw !== good)

      assert.notEqual(outcome(raw), 'good')
    }),
    { numRuns: 100 },
  )
})

test('an honest proof passes with any id, method and path', () => {
  const path = fc.webPath().filter((each) => each.length < 1000)

  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 64 }),
      fc.stringMatching(/^[A-Z]{1,10}$/),
      path,
      (jti, htm, rest) => {
        const uri = `https://api.example.com${rest}`

        assert.equal(outcome(withClaims({ jti, htm, htu: uri }), { method: htm, uri }), 'good')
      },
    ),
    { numRuns: 50 },
  )
})

test('every spelling of a key that passes gives the thumbprint of that very key', () => {
  const spellings = [
    { ...key.jwk, kid: 'a', alg: 'ES256', use: 'sig' },
    { ...key.jwk, extra: 1, x5u: 'https://evil.example' },
  ]

  for (const jwk of spellings) {
    const verified = verify(aProof(key, proofClaims(start), { jwk, kid: 'whatever' }))
    assert.equal(verified.ok && verified.value.thumbprint, key.thumbprint)
  }
  assert.ok(isJsonObject(key.jwk) && parsePublicKey(key.jwk).ok && thumbprint(key.jwk) === key.thumbprint)
})

const encodeText = (text: string) => Buffer.from(text).toString('base64url')
