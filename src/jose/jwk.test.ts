import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { calculateJwkThumbprint } from 'jose'
import { findUsable, signatureAlgorithms } from './algorithms.ts'
import { isStrongEd25519Point } from './ed25519-point.ts'
import { parseKeySet, parsePublicKey, thumbprint } from './jwk.ts'

const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' }) as Record<string, unknown>
const ec = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)
const ec384 = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)
const ed = jwkOf(generateKeyPairSync('ed25519').publicKey)
const rsa = jwkOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)
const akp = { kty: 'AKP', alg: 'ML-DSA-44', pub: Buffer.alloc(1312, 7).toString('base64url') }

const algOf = (jwk: unknown) => {
  const parsed = parsePublicKey(jwk)
  return parsed.ok ? parsed.value.alg : 'refused'
}

/** `n` of this many bits, odd: only its form is looked at. */
const modulus = (bits: number) => {
  const octets = Buffer.alloc(Math.ceil(bits / 8), 0xff)
  octets[0] = 0xff >> (octets.length * 8 - bits)
  return octets.toString('base64url')
}

test('[JWT-3.1-01] a key is for one algorithm: the one it names or the one of its curve', () => {
  const algorithms = [ec, ec384, ed, rsa, { ...rsa, alg: 'PS256' }, { ...ed, alg: 'Ed25519' }, { ...ed, alg: 'EdDSA' }]
  const misfits = ['ES384', 'RS256', 'HS256', 'none', 'ES256K', '', 7].map((alg) => ({ ...ec, alg }))
  const rsaMisfits = ['RS1', 'RS512', 'PS384', 'RSA-OAEP', 'ES256'].map((alg) => ({ ...rsa, alg }))

  assert.deepEqual(algorithms.map(algOf), ['ES256', 'ES384', 'EdDSA', 'RS256', 'PS256', 'EdDSA', 'EdDSA'])
  assert.deepEqual([...misfits, ...rsaMisfits].map(algOf), Array(12).fill('refused'))
})

test('[CA-08] private parts, symmetric keys, other uses and unknown types are refused', () => {
  // req: JWT-3.5-01
  const secret = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
  const unknown = [
    secret,
    { ...rsa, p: 'AQ' },
    { ...ec, k: 'AQ' },
    { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256' },
    { ...ec, use: 'enc' },
    { ...ec, key_ops: ['sign'] },
    { ...ec, key_ops: 'verify' },
    { ...ec, kty: 'RSA' },
    { ...rsa, kty: 'EC' },
    { ...ec, crv: 'secp256k1' },
    { ...ec, crv: 'P-521' },
    { ...ed, crv: 'X25519' },
    { ...ed, crv: 'Ed448' },
    { ...ec, kty: 'toString' },
    jwkOf(generateKeyPairSync('x25519').publicKey),
  ]
  const malformed = [
    undefined,
    null,
    'key',
    [ec],
    {},
    { ...ec, kid: 7 },
    { ...ec, kid: '' },
    { ...ec, kid: 'x'.repeat(257) },
  ]

  assert.deepEqual(
    unknown.map(algOf),
    unknown.map(() => 'refused'),
  )
  assert.deepEqual(
    malformed.map(algOf),
    malformed.map(() => 'refused'),
  )
  assert.equal(algOf({ ...ec, use: 'sig', key_ops: ['verify'], kid: 'x'.repeat(256), x5c: ['never read'] }), 'ES256')
})

test('[JWT-3.4-01] RSA keys have 2048 to 8192 bits, an odd modulus and a small odd exponent', () => {
  // req: JW-13
  const bits = [512, 1024, 2047, 2048, 4096, 8192, 8193].map((each) =>
    algOf({ kty: 'RSA', n: modulus(each), e: 'AQAB' }),
  )
  const exponents = ['', 'AA', 'AQ', 'Ag', 'AQAA', 'AAEAAQ', 'AQAAAAE', 'Aw', 'AQAB'].map((e) => algOf({ ...rsa, e }))
  const even = Buffer.alloc(256, 0xfe).toString('base64url')

  assert.deepEqual(bits, ['refused', 'refused', 'refused', 'RS256', 'RS256', 'RS256', 'refused'])
  assert.deepEqual(exponents, [...Array<string>(7).fill('refused'), 'RS256', 'RS256'])
  assert.equal(algOf({ ...rsa, n: even }), 'refused')
  assert.equal(algOf({ ...rsa, n: `AA${String(rsa['n'])}` }), 'refused')
})

test('[JWT-3.4-01] points that are not on their curve are refused', () => {
  // req: JW-06
  const flip = (text: unknown) => {
    const octets = Buffer.from(String(text), 'base64url')
    octets[octets.length - 1]! ^= 1
    return octets.toString('base64url')
  }
  const zero = Buffer.alloc(32).toString('base64url')
  const bad = [
    { ...ec, y: flip(ec['y']) },
    { ...ec384, x: flip(ec384['x']) },
    { ...ec, x: zero, y: zero },
    { ...ec, x: String(ec['x']).slice(0, -2) },
    { ...ec, x: `${String(ec['x'])}=` },
    { ...ec, x: 'x'.repeat(100_000) },
    { ...ec, x: ec384['x'], y: ec384['y'] },
  ]

  assert.deepEqual(
    bad.map(algOf),
    bad.map(() => 'refused'),
  )
})

test('[JW-13] Ed25519 keys of small order, off the curve or not canonical are refused', () => {
  const p = 2n ** 255n - 19n
  const encode = (y: bigint) => Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse()
  // y of the points of order 8 solves d·y⁴ + 2y² = 1, so these are neither copied wrongly nor forgotten.
  const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n
  const orderEight = [
    2707385501144840649318225287225658788936804267575313519463743609750303402022n,
    55188659117513257062467267217118295137698188065244968500265048394206261417927n,
  ]
  const small = [0n, 1n, p - 1n, ...orderEight].flatMap((y) => [encode(y), encode(y + 2n ** 255n)])
  const notCanonical = [encode(p), encode(p + 1n), encode(2n ** 255n - 1n)]
  // With y = 2 the right side of the curve's equation is no square.
  const offCurve = encode(2n)

  assert.deepEqual(
    orderEight.map((y) => (d * y ** 4n + 2n * y ** 2n - 1n) % p),
    [0n, 0n],
  )
  for (const point of [...small, ...notCanonical, offCurve]) {
    assert.equal(isStrongEd25519Point(point), false)
    assert.equal(algOf({ ...ed, x: point.toString('base64url') }), 'refused')
  }
  for (let round = 0; round < 20; round += 1) {
    assert.equal(algOf(jwkOf(generateKeyPairSync('ed25519').publicKey)), 'EdDSA')
  }
})

test('[JWT-3.4-01] an ML-DSA key names its algorithm and has the length of it, and is refused where the runtime has none', () => {
  // req: JWT-3.1-01, CA-08
  const key = (alg: string, octets: number, more = {}) => ({
    kty: 'AKP',
    alg,
    pub: Buffer.alloc(octets, 7).toString('base64url'),
    ...more,
  })
  const good = signatureAlgorithms.includes('ML-DSA-44') ? ['ML-DSA-44', 'ML-DSA-65'] : ['refused', 'refused']
  const bad = [
    key('ML-DSA-44', 1311),
    key('ML-DSA-44', 1313),
    key('ML-DSA-44', 1952),
    key('ML-DSA-65', 1312),
    key('ML-DSA-87', 2592),
    key('ES256', 1312),
    { ...key('ML-DSA-44', 1312), alg: undefined },
    { ...key('ML-DSA-44', 1312), pub: 7 },
    { ...key('ML-DSA-44', 1312), pub: 'x'.repeat(100_000) },
    key('ML-DSA-44', 1312, { priv: 'AQ' }),
    key('ML-DSA-44', 1312, { seed: 'AQ' }),
    key('ML-DSA-44', 1312, { use: 'enc' }),
  ]

  assert.deepEqual([key('ML-DSA-44', 1312), key('ML-DSA-65', 1952)].map(algOf), good)
  assert.deepEqual(bad.map(algOf), Array(12).fill('refused'))
})

test('algorithms that the runtime cannot import a key for are left out, and the others are there', () => {
  const without44 = findUsable(({ key }) => {
    if (key['alg'] === 'ML-DSA-44') throw new Error('unknown')
    return key
  })
  const none = findUsable(() => {
    throw new Error('unknown')
  })

  assert.deepEqual(without44, ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA', 'ML-DSA-65'])
  assert.deepEqual(none, ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'])
})

test('[CA-08] a set of a client is refused for one bad key, two of one kid, or one too many', () => {
  const refusing = { maxKeys: 20, unusable: 'refuse' } as const
  const many = (count: number) => ({ keys: Array.from({ length: count }, (_, index) => ({ ...ec, kid: `k${index}` })) })
  const read = (jwks: unknown) => parseKeySet(jwks, refusing).ok

  assert.equal(
    read({
      keys: [
        { ...ec, kid: 'a' },
        { ...rsa, kid: 'b' },
      ],
    }),
    true,
  )
  assert.equal(
    read({
      keys: [
        { ...ec, kid: 'a' },
        { ...rsa, kid: 'a' },
      ],
    }),
    false,
  )
  assert.equal(read({ keys: [ec, { ...ec, use: 'enc' }] }), false)
  assert.equal(read(many(20)), true)
  assert.equal(read(many(21)), false)
  assert.equal(read([ec]), false)
  assert.equal(read({ keys: { 0: ec } }), false)
})

test('[JWT-3.4-01] a set of an issuer keeps what can be used and passes over the rest', () => {
  const skipping = { maxKeys: 100, unusable: 'skip' } as const
  const jwks = {
    keys: [{ ...ec, kid: 'a' }, { ...rsa, kid: 'a' }, { kty: 'AKP', kid: 'c' }, null, { ...ed, use: 'enc' }],
  }

  const read = parseKeySet(jwks, skipping)
  const twins = parseKeySet(
    {
      keys: [
        { ...ec, kid: 'a' },
        { ...ec, kid: 'a' },
      ],
    },
    skipping,
  )

  assert.deepEqual(read.ok && read.value.map(({ kid, alg }) => [kid, alg]), [
    ['a', 'ES256'],
    ['a', 'RS256'],
  ])
  assert.equal(twins.ok, false)
})

test('the thumbprint is that of RFC 7638 section 3.1 and of another implementation', async () => {
  const rfc = {
    kty: 'RSA',
    n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
    e: 'AQAB',
    alg: 'RS256',
    kid: '2011-04-29',
  }

  assert.equal(thumbprint(rfc), 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')
  for (const jwk of [ec, ec384, ed, rsa, akp]) assert.equal(thumbprint(jwk), await calculateJwkThumbprint(jwk))
})
