import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { deriveSealingKey, seal, unseal } from './sealing.ts'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const sealingKey = deriveSealingKey(randomBytes(32))

test('a sealed key is opened with its secret and label, and with no others', () => {
  const sealed = seal(privateKey, 'kid ES256', sealingKey)

  assert.equal(unseal(sealed, 'kid ES256', sealingKey)?.equals(privateKey), true)
  assert.equal(unseal(sealed, 'kid RS256', sealingKey), undefined)
  assert.equal(unseal(sealed, 'kid ES256', deriveSealingKey(randomBytes(32))), undefined)
})

test('a sealed key that was changed, cut or sealed by another version is not opened', () => {
  const sealed = Buffer.from(seal(privateKey, 'kid', sealingKey), 'base64url')

  for (const index of [0, 1, 13, 40, sealed.length - 1]) {
    const changed = Buffer.from(sealed)
    changed[index]! ^= 1
    assert.equal(unseal(changed.toString('base64url'), 'kid', sealingKey), undefined)
  }
  for (const length of [0, 1, 13, 29, 30, sealed.length - 1]) {
    assert.equal(unseal(sealed.subarray(0, length).toString('base64url'), 'kid', sealingKey), undefined)
  }
  assert.equal(unseal('not base64url!', 'kid', sealingKey), undefined)
})

test('the same key sealed twice gives two texts, and neither shows it', () => {
  const first = seal(privateKey, 'kid', sealingKey)
  const second = seal(privateKey, 'kid', sealingKey)
  const secretNumber = Buffer.from(privateKey.export({ format: 'jwk' }).d!, 'base64url')

  assert.notEqual(first, second)
  assert.equal(Buffer.from(first, 'base64url').includes(secretNumber), false)
})
