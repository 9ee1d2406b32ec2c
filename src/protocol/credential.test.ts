import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toHex } from '../base/encoding.ts'
import { formatCredential, hashSecret, isSameSecret, maxCredentialLength, parseCredential } from './credential.ts'
import type { CredentialKind } from './credential.ts'

const kinds: readonly CredentialKind[] = ['code', 'access_token', 'refresh_token']
const octets = (count: number) => fc.uint8Array({ minLength: count, maxLength: count })
const credential = fc.record({
  id: octets(16).map(toHex),
  generation: fc.integer({ min: 0, max: 0xffff_ffff }),
  secret: octets(32),
})
const one = { id: '0195e8a0c0007000800000000000000a', generation: 7, secret: new Uint8Array(32).fill(9) }

test('[CD-11] what is written is read back as it was, and as no other kind', () => {
  // req: CD-07, LG-07
  fc.assert(
    fc.property(credential, fc.constantFrom(...kinds), (given, kind) => {
      const text = formatCredential(kind, given)
      const read = parseCredential(kind, text)

      assert.equal(read?.id, given.id)
      assert.equal(read.generation, kind === 'refresh_token' ? given.generation : 0)
      assert.deepEqual(Uint8Array.from(read.secret), given.secret)
      assert.ok(text.length <= maxCredentialLength)
      for (const other of kinds.filter((each) => each !== kind)) assert.equal(parseCredential(other, text), undefined)
    }),
  )
})

test('[CD-11] one text stands for one credential: every change of a character, length or padding is refused', () => {
  // req: O21-1.4-03, LG-07
  for (const kind of kinds) {
    const text = formatCredential(kind, one)
    for (let at = 0; at < text.length; at++) {
      const other = text[at] === 'A' ? 'B' : 'A'
      assert.equal(parseCredential(kind, text.slice(0, at) + other + text.slice(at + 1)), undefined, `${kind} ${at}`)
      assert.equal(parseCredential(kind, text.slice(0, at)), undefined)
    }
    for (const wrong of [`${text}A`, `${text}=`, `${text}\n`, ` ${text}`, text.toUpperCase(), text.slice(4), ''])
      assert.equal(parseCredential(kind, wrong), undefined, wrong)
  }
})

test('[CD-07] the prefix is part of the checksum: a credential with the prefix of another kind is none', () => {
  const [code, access] = [formatCredential('code', one), formatCredential('access_token', one)]

  assert.equal(code.length, access.length)
  assert.equal(parseCredential('access_token', code.replace('hac_', 'hat_')), undefined)
  assert.equal(parseCredential('code', access.replace('hat_', 'hac_')), undefined)
})

test('[LG-07] the prefix names the kind for who looks for leaked ones', () => {
  assert.match(formatCredential('code', one), /^hac_[A-Za-z0-9_-]{70}$/)
  assert.match(formatCredential('access_token', one), /^hat_[A-Za-z0-9_-]{70}$/)
  assert.match(formatCredential('refresh_token', one), /^hrt_[A-Za-z0-9_-]{75}$/)
})

test('[O21-7.7-01] whatever text is presented, it is read or refused, and never throws', () => {
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.string({ unit: 'binary', maxLength: 200 }), (kind, text) => {
      assert.equal(parseCredential(kind, text), undefined)
      assert.equal(parseCredential(kind, `hrt_${text}`), undefined)
    }),
  )
})

test('[CA-10] secrets are compared whole, and texts of different lengths are different', () => {
  const hashed = hashSecret('a secret')

  assert.match(hashed, /^[0-9a-f]{64}$/)
  assert.equal(isSameSecret(hashed, hashSecret('a secret')), true)
  assert.equal(isSameSecret(hashed, hashSecret('a secret ')), false)
  assert.equal(isSameSecret(hashed, hashed.slice(1)), false)
  assert.equal(isSameSecret('', ''), true)
  assert.equal(isSameSecret('é', 'e'), false)
})
