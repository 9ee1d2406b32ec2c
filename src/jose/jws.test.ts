import assert from 'node:assert/strict'
import { generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { CompactSign, compactVerify } from 'jose'
import { signatureAlgorithms, type SignatureAlgorithm } from './algorithms.ts'
import { parsePublicKey, type VerificationKey } from './jwk.ts'
import { decodeJws, defaultMaxJwsLength, signJws, verifyJws } from './jws.ts'

interface Pair {
  readonly alg: SignatureAlgorithm
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const mlDsa = {
  'ML-DSA-44': () => generateKeyPairSync('ml-dsa-44'),
  'ML-DSA-65': () => generateKeyPairSync('ml-dsa-65'),
}
const pairs: readonly Pair[] = [
  { alg: 'ES256', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
  { alg: 'ES384', ...generateKeyPairSync('ec', { namedCurve: 'P-384' }) },
  { alg: 'EdDSA', ...generateKeyPairSync('ed25519') },
  { alg: 'RS256', ...rsa },
  { alg: 'PS256', ...rsa },
  ...signatureAlgorithms
    .filter((alg) => alg === 'ML-DSA-44' || alg === 'ML-DSA-65')
    .map((alg) => ({ alg, ...mlDsa[alg]() })),
]
const es256 = pairs[0]!

function verificationKey({ alg, publicKey }: Pair, kid: string | undefined = 'k'): VerificationKey {
  const parsed = parsePublicKey({ ...publicKey.export({ format: 'jwk' }), alg })
  assert.ok(parsed.ok)
  return { ...parsed.value, kid }
}

const signingKey = ({ alg, privateKey }: Pair, kid: string | undefined = 'k') => ({ kid, alg, key: privateKey })

function outcome(compact: string, keys: readonly VerificationKey[]): string {
  const jws = decodeJws(compact)
  if (!jws.ok) return jws.error
  const verified = verifyJws(jws.value, keys)
  return verified.ok ? 'verified' : verified.error
}

test('[JAT-2.1-01] another implementation verifies what is signed here, with every algorithm', async () => {
  for (const pair of pairs) {
    const compact = signJws({ typ: 'at+jwt' }, { sub: 'li.wei', name: '李伟' }, signingKey(pair))

    const { payload, protectedHeader } = await compactVerify(compact, pair.publicKey)

    assert.deepEqual(protectedHeader, { typ: 'at+jwt', alg: pair.alg, kid: 'k' })
    assert.deepEqual(JSON.parse(Buffer.from(payload).toString()), { sub: 'li.wei', name: '李伟' })
  }
})

test('[JWT-3.2-01] what another implementation signs is verified here, also under the fully-specified name', async () => {
  for (const { name, pair } of [
    ...pairs.map((pair) => ({ name: pair.alg, pair })),
    { name: 'Ed25519', pair: pairs[2]! },
  ]) {
    const compact = await new CompactSign(Buffer.from('{}'))
      .setProtectedHeader({ alg: name, kid: 'k' })
      .sign(pair.privateKey)

    assert.equal(outcome(compact, [verificationKey(pair)]), 'verified', name)
  }
})

test('[JWT-3.1-01] a key of one algorithm verifies no signature of another, even of the same key', () => {
  for (const signer of pairs) {
    const compact = signJws({}, {}, signingKey(signer))
    const others = pairs
      .filter(({ alg }) => alg !== signer.alg)
      .map((pair) => outcome(compact, [verificationKey(pair)]))

    assert.deepEqual(others, Array(pairs.length - 1).fill('algorithm_not_of_key'))
  }
})

test('[JWT-3.10-01] a kid picks one key as an opaque text; without one, up to four are tried', () => {
  const strangers = Array.from({ length: 4 }, () => ({
    ...es256,
    ...generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  }))
  const keys = [...strangers.map((pair, index) => verificationKey(pair, `s${index}`)), verificationKey(es256)]
  const unnamed = signJws({}, {}, { ...signingKey(es256), kid: undefined })

  assert.equal(outcome(signJws({}, {}, signingKey(es256)), keys), 'verified')
  assert.equal(outcome(signJws({}, {}, signingKey(es256, 's0')), keys), 'signature_wrong')
  assert.equal(outcome(signJws({}, {}, signingKey(es256, 'K')), keys), 'key_unknown')
  assert.equal(outcome(unnamed, keys.slice(1)), 'verified')
  assert.equal(outcome(unnamed, keys), 'key_ambiguous')
  assert.equal(outcome(unnamed, []), 'key_unknown')
})

test('[JW-06] a signature is as good with s as with n - s, for everyone alike', () => {
  const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')
  const compact = signJws({}, {}, signingKey(es256))
  const [head, body, signature] = compact.split('.') as [string, string, string]
  const octets = Buffer.from(signature, 'base64url')
  const mirrored = (order - BigInt(`0x${octets.toString('hex', 32)}`)).toString(16).padStart(64, '0')
  const other = Buffer.concat([octets.subarray(0, 32), Buffer.from(mirrored, 'hex')]).toString('base64url')

  assert.equal(outcome(`${head}.${body}.${other}`, [verificationKey(es256)]), 'verified')
})

test('[JW-13] no signature is made without the private key by means of a key of small order', () => {
  const identity = Buffer.from(`01${'00'.repeat(31)}`, 'hex')
  const forged = Buffer.concat([identity, Buffer.alloc(32)])
  const weak = parsePublicKey({ kty: 'OKP', crv: 'Ed25519', x: identity.toString('base64url') })

  assert.equal(weak.ok, false)
  // With an honest key the same signature is worth nothing.
  assert.equal(verify(undefined, Buffer.from('a'), pairs[2]!.publicKey, forged), false)
})

test('[JW-09] a JWS of the greatest length is decoded, one character more is not', () => {
  const padded = (length: number) => {
    const compact = signJws({}, { pad: '' }, signingKey(es256))
    const grown = signJws({}, { pad: 'x'.repeat(Math.floor(((length - compact.length) * 3) / 4)) }, signingKey(es256))
    return grown
  }
  const longest = padded(defaultMaxJwsLength)

  assert.ok(longest.length <= defaultMaxJwsLength && longest.length > defaultMaxJwsLength - 4)
  assert.equal(outcome(longest, [verificationKey(es256)]), 'verified')
  assert.equal(outcome(`${longest}AAAA`, []), 'oversize')
  assert.equal(decodeJws(longest, longest.length).ok, true)
  assert.equal(decodeJws(longest, longest.length - 1).ok, false)
})

test('[JW-05] neither crit nor b64 is supported, in whatever form', () => {
  const outcomes = [{ crit: ['b64'] }, { crit: [] }, { crit: null }, { b64: false }, { b64: true }].map((extra) =>
    outcome(signJws(extra, {}, signingKey(es256)), [verificationKey(es256)]),
  )

  assert.deepEqual(outcomes, Array(5).fill('extension_unsupported'))
})

test('[JWT-3.1-01] the header made here names the algorithm of the key, whatever was asked for', () => {
  const jws = decodeJws(signJws({ alg: 'none', kid: 'other' }, {}, signingKey(es256)))

  assert.deepEqual(jws.ok && jws.value.header, { alg: 'ES256', kid: 'k', typ: undefined })
})

test('[JW-06] a DER signature of node:crypto is not a JWS signature', () => {
  const [head, body] = signJws({}, {}, signingKey(es256)).split('.') as [string, string]
  const der = sign('sha256', Buffer.from(`${head}.${body}`), es256.privateKey)

  assert.equal(outcome(`${head}.${body}.${der.toString('base64url')}`, [verificationKey(es256)]), 'signature_wrong')
})

test('[JW-06] an RSA signature that begins with a zero is not as good without it', () => {
  for (const pair of pairs.filter(({ alg }) => alg === 'RS256' || alg === 'PS256')) {
    let signed: string
    let octets: Buffer
    let count = 0
    // One of 256 signatures begins so.
    do {
      signed = signJws({}, { count: count++ }, signingKey(pair))
      octets = Buffer.from(signed.split('.')[2]!, 'base64url')
    } while (octets[0] !== 0)
    const input = signed.slice(0, signed.lastIndexOf('.'))

    assert.equal(outcome(signed, [verificationKey(pair)]), 'verified')
    assert.equal(
      outcome(`${input}.${octets.subarray(1).toString('base64url')}`, [verificationKey(pair)]),
      'signature_wrong',
      pair.alg,
    )
  }
})

test('[JW-06] a signature that was cut, lengthened or changed is refused, with every algorithm', () => {
  for (const pair of pairs) {
    const [head, body, signature] = signJws({}, {}, signingKey(pair)).split('.') as [string, string, string]
    const octets = Buffer.from(signature, 'base64url')
    const changed = Buffer.from(octets)
    changed[changed.length >> 1]! ^= 1
    const wrong = [octets.subarray(1), octets.subarray(0, -1), Buffer.concat([octets, Buffer.of(0)]), changed]

    const outcomes = wrong.map((each) =>
      outcome(`${head}.${body}.${each.toString('base64url')}`, [verificationKey(pair)]),
    )

    // What is longer than the longest there are is not even looked at.
    const lengthened = pair.alg === 'ML-DSA-65' ? 'oversize' : 'signature_wrong'
    assert.deepEqual(outcomes, ['signature_wrong', 'signature_wrong', lengthened, 'signature_wrong'], pair.alg)
  }
})
