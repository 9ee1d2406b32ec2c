import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { SignJWT } from 'jose'
import { addSeconds, instant, seconds } from '../base/time.ts'
import { signJws } from '../jose/jws.ts'
import type { ClientId, ClientKey } from '../protocol/client.ts'
import { aClient, morning } from '../testing/index.ts'
import { attackKey, honestJwt, joseAttacks } from '../testing/jose-attacks.ts'
import { assertionAlgorithms, checkClientAssertion, findAssertionClientId, readAssertion } from './private-key-jwt.ts'

const issuer = 'https://as.example'
const id = 'nightly-report' as ClientId
const now = morning / 1000
const stored = (key: KeyObject, kid: string | undefined, alg: ClientKey['alg']): ClientKey => ({
  kid,
  alg,
  jwk: { ...createPublicKey(key).export({ format: 'jwk' }), ...(kid === undefined ? {} : { kid }) },
})
const client = aClient({
  id,
  authMethod: 'private_key_jwt',
  secrets: [],
  keys: [stored(attackKey.key, 'honest', 'ES256')],
})
const context = { issuer, now: morning }
const right = { iss: id, sub: id, aud: issuer, exp: now + 60, iat: now, jti: 'c0ffee' }

const make = (claims: Readonly<Record<string, unknown>> = {}, header: Readonly<Record<string, unknown>> = {}) =>
  signJws(header, { ...right, ...claims }, attackKey)

function outcome(assertion: string, at = morning, as = client): string {
  const read = readAssertion(assertion, as, { ...context, now: at })
  return read.ok ? 'usable' : read.error
}

test('[JCA-3-09] an assertion of a registered key is usable, also as another implementation signs it', async () => {
  const foreign = await new SignJWT(right)
    .setProtectedHeader({ alg: 'ES256', kid: 'honest', typ: 'JWT' })
    .sign(attackKey.key)

  assert.equal(outcome(make()), 'usable')
  assert.equal(outcome(foreign), 'usable')
})

test('[JCA-3.2-01] whatever is wrong, the refusal is invalid_client and says nothing more', () => {
  const faults = ['', 'a.b.c', make({ aud: 'x' }), make({ exp: 1 }), `${make()}A`, make({}, { typ: 'dpop+jwt' })]

  const refusals = faults.map((each) => checkClientAssertion(each, client, context))

  for (const refusal of refusals) {
    assert.equal(refusal.ok === false && refusal.error.reason, 'client_assertion_invalid')
    assert.equal(refusal.ok === false && refusal.error.code, 'invalid_client')
  }
})

test('[JCA-3-01] iss and sub are both the client id', () => {
  // req: CA-07
  assert.equal(outcome(make({ iss: 'another' })), 'issuer_wrong')
  assert.equal(outcome(make({ iss: undefined })), 'issuer_wrong')
  assert.equal(outcome(make({ sub: 'another' })), 'subject_wrong')
  assert.equal(outcome(make({ sub: undefined })), 'subject_wrong')
  assert.equal(outcome(make({ sub: [id] })), 'subject_wrong')
  assert.equal(outcome(make({ iss: 'another', sub: 'another' })), 'issuer_wrong')
})

test('[JCA-3-05] the audience is the issuer as one text and nothing else', () => {
  // req: CA-05, O21-2.4-03
  const endpoints = [
    `${issuer}/token`,
    `${issuer}/par`,
    `${issuer}/`,
    'https://AS.example',
    'https://other.example',
    '',
    undefined,
  ]

  assert.deepEqual(
    endpoints.map((aud) => outcome(make({ aud }))),
    endpoints.map(() => 'audience_wrong'),
  )
  assert.equal(outcome(make({ aud: [issuer] })), 'audience_not_single')
  assert.equal(outcome(make({ aud: [issuer, `${issuer}/token`] })), 'audience_not_single')
  assert.equal(outcome(make({ aud: { issuer } })), 'claim_malformed')
  assert.equal(outcome(make({ aud: issuer })), 'usable')
})

test('[JCA-3-06] exp is required, not past, and at most 300 s ahead', () => {
  // req: CA-07, JW-11, JW-12
  assert.equal(outcome(make({ exp: undefined })), 'claim_missing')
  assert.equal(outcome(make({ exp: now })), 'expired')
  assert.equal(outcome(make({ exp: now + 1 })), 'usable')
  assert.equal(outcome(make({ exp: now + 60 }), instant(morning + 59_999)), 'usable')
  assert.equal(outcome(make({ exp: now + 60 }), instant(morning + 60_000)), 'expired')
  assert.equal(outcome(make({ exp: now + 300 })), 'usable')
  assert.equal(outcome(make({ exp: now + 301 })), 'lifetime_too_long')
  assert.equal(outcome(make({ exp: now + 31_536_000 })), 'lifetime_too_long')
})

test('[JCA-3-06] iat and nbf may be 10 s ahead of our clock and no more, and may be left out', () => {
  // req: CA-07
  for (const name of ['iat', 'nbf']) {
    assert.equal(outcome(make({ [name]: now + 10 })), 'usable')
    assert.equal(outcome(make({ [name]: now + 11 })), 'not_yet_valid')
    assert.equal(outcome(make({ [name]: now + 61 })), 'not_yet_valid')
    assert.equal(outcome(make({ [name]: undefined })), 'usable')
  }
})

test('[JCA-3-07] a jti is a text of 1 to 256 characters', () => {
  // req: CA-07
  assert.equal(outcome(make({ jti: undefined })), 'claim_missing')
  const malformed = [7, '', null, ['c0ffee'], 'x'.repeat(257), 'x'.repeat(6000)]
  assert.deepEqual(
    malformed.map((jti) => outcome(make({ jti }))),
    malformed.map((jti) => (String(jti).length > 5000 ? 'oversize' : 'jti_malformed')),
  )
  assert.equal(outcome(make({ jti: 'x'.repeat(256) })), 'usable')
})

test('[JCA-3-07] what is to be remembered names client and jti as a hash, until exp and the skew are over', () => {
  const key = (jti: string, as = client) => {
    const assertion = signJws({}, { ...right, iss: as.id, sub: as.id, jti }, attackKey)
    const checked = checkClientAssertion(assertion, as, context)
    assert.ok(checked.ok)
    return checked.value
  }
  const other = { ...client, id: 'another' as ClientId }

  assert.deepEqual(key('one'), key('one'))
  assert.notEqual(key('one').key, key('two').key)
  assert.notEqual(key('one').key, key('one', other).key)
  assert.match(key('one').key, /^client_assertion [\w-]{43}$/)
  assert.equal(key('one').expiresAt, addSeconds(morning, seconds(70)))
})

test('[JCA-3-11] typ may say client-authentication+jwt, JWT or nothing, never another kind', () => {
  // req: JCA-3-10
  const accepted = [
    {},
    { typ: 'JWT' },
    { typ: 'jwt' },
    { typ: 'client-authentication+jwt' },
    { typ: 'application/Client-Authentication+JWT' },
  ]
  const refused = ['dpop+jwt', 'at+jwt', 'oauth-authz-req+jwt', 'logout+jwt', ''].map((typ) => ({ typ }))

  assert.deepEqual(
    accepted.map((header) => outcome(make({}, header))),
    accepted.map(() => 'usable'),
  )
  assert.deepEqual(
    refused.map((header) => outcome(make({}, header))),
    refused.map(() => 'type_wrong'),
  )
})

test('[JCA-3-09] keys of other clients, other algorithms and no keys at all open nothing', () => {
  // req: JWT-3.8-01, CA-08
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pss = { kid: 'rsa', alg: 'PS256', key: rsa.privateKey } as const
  const registered = { ...client, keys: [stored(rsa.privateKey, 'rsa', 'RS256')] }
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const signedWeakly = signJws({}, right, { kid: 'weak', alg: 'RS256', key: weak.privateKey })

  assert.equal(outcome(make(), morning, { ...client, keys: [] }), 'key_unknown')
  assert.equal(outcome(make(), morning, registered), 'key_unknown')
  assert.equal(outcome(signJws({}, right, pss), morning, registered), 'algorithm_not_of_key')
  assert.equal(outcome(signJws({}, right, { ...pss, alg: 'RS256' }), morning, registered), 'usable')
  // A key that was stored before it was known to be weak.
  assert.equal(
    outcome(signedWeakly, morning, { ...client, keys: [stored(weak.privateKey, 'weak', 'RS256')] }),
    'key_unknown',
  )
})

test('[JCA-3-09] a changed key of the same kid takes the place of the old one at once', () => {
  const next = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const changed = { ...client, keys: [stored(next.privateKey, 'honest', 'ES256')] }

  assert.equal(outcome(make()), 'usable')
  assert.equal(outcome(make(), morning, changed), 'signature_wrong')
  assert.equal(outcome(signJws({}, right, { ...attackKey, key: next.privateKey }), morning, changed), 'usable')
})

test('[JWT-bis-01] every attack of the corpus is refused as a client assertion', () => {
  // req: JW-01, JW-02, JW-03, JW-04, JW-05, JW-06, JW-07, JW-08, JW-09, JW-10, JW-11, JW-12, JW-13, JW-14
  const honest = { typ: 'client-authentication+jwt', claims: right, key: attackKey, now }

  const accepted = joseAttacks(honest).filter(({ token }) => checkClientAssertion(token, client, context).ok)

  assert.equal(outcome(honestJwt(honest)), 'usable')
  assert.deepEqual(
    accepted.map(({ id: row, what }) => `${row} ${what}`),
    [],
  )
})

test('[JCA-4.2-01] the client is found by iss and sub, which agree with each other and with client_id', () => {
  assert.equal(findAssertionClientId(make(), undefined), id)
  assert.equal(findAssertionClientId(make(), id), id)
  assert.equal(findAssertionClientId(make(), 'another'), undefined)
  assert.equal(findAssertionClientId(make({ sub: 'another' }), undefined), undefined)
  assert.equal(findAssertionClientId(make({ sub: undefined }), undefined), undefined)
  assert.equal(findAssertionClientId(make({ iss: 7, sub: 7 }), undefined), undefined)
  assert.equal(findAssertionClientId(make({ iss: 'x'.repeat(257), sub: 'x'.repeat(257) }), undefined), undefined)
  for (const text of ['', 'a', 'a.b.c', '..', `${make()}.x`])
    assert.equal(findAssertionClientId(text, undefined), undefined)
})

test('[FAPI-5.4.1-01] the profile fapi2 takes assertions by ES256, PS256 and EdDSA, the others take all', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const pairs = [
    { alg: 'ES256', key: attackKey.key },
    { alg: 'ES384', key: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey },
    { alg: 'EdDSA', key: generateKeyPairSync('ed25519').privateKey },
    { alg: 'PS256', key: rsa },
    { alg: 'RS256', key: rsa },
  ] as const
  const outcomes = (profile: 'oauth21' | 'fapi2') =>
    pairs.map(({ alg, key }) => {
      const signer = aClient({ id, authMethod: 'private_key_jwt', secrets: [], keys: [stored(key, 'k', alg)] })
      const assertion = signJws({}, right, { kid: 'k', alg, key })
      const read = readAssertion(assertion, signer, { ...context, algorithms: assertionAlgorithms(profile) })
      return [alg, read.ok ? 'usable' : read.error]
    })

  assert.deepEqual(
    outcomes('oauth21'),
    pairs.map(({ alg }) => [alg, 'usable']),
  )
  assert.deepEqual(outcomes('fapi2'), [
    ['ES256', 'usable'],
    ['ES384', 'algorithm_unsupported'],
    ['EdDSA', 'usable'],
    ['PS256', 'usable'],
    ['RS256', 'algorithm_unsupported'],
  ])
})
