import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anId } from '../testing/ids.ts'
import type { DeviceAuthorizationId } from './authorization.ts'
import { parseUserCode, showUserCode, userCodeHash, userCodeOf } from './user-code.ts'

const key = new Uint8Array(32).fill(1)
const otherKey = new Uint8Array(32).fill(2)
const letters = 'BCDFGHJKLMNPQRSTVWXZ'

test('[DEV-5.1-01] a user code is eight of twenty consonants, each at each place as often as the others', () => {
  // req: DEV-6.1-01, DV-02
  const codes = Array.from({ length: 4000 }, () => userCodeOf(anId<DeviceAuthorizationId>(), key))

  assert.equal(letters.length ** 8 > 2 ** 34, true)
  assert.ok(codes.every((code) => /^[BCDFGHJKLMNPQRSTVWXZ]{8}$/.test(code)))
  assert.equal(new Set(codes).size, codes.length)
  for (let place = 0; place < 8; place++)
    for (const letter of letters) {
      const count = codes.filter((code) => code[place] === letter).length
      // 200 are to be expected, with a deviation of 14.
      assert.ok(count > 100 && count < 300, `${letter} at ${place}: ${count}`)
    }
})

test('[DEV-5.1-01] code and hash are of the key: without it neither the id nor the hash leads to the code', () => {
  const id = anId<DeviceAuthorizationId>()
  const code = userCodeOf(id, key)

  assert.equal(userCodeOf(id, key), code)
  assert.notEqual(userCodeOf(id, otherKey), code)
  assert.equal(userCodeHash(code, key), userCodeHash(code, key))
  assert.notEqual(userCodeHash(code, key), userCodeHash(code, otherKey))
  assert.match(userCodeHash(code, key), /^[0-9a-f]{64}$/)
})

test('[DEV-6.1-01] a code is read however its letters are separated and cased; nothing else is a code', () => {
  const code = fc.string({ unit: fc.constantFrom(...letters.split('')), minLength: 8, maxLength: 8 })
  const separator = fc.constantFrom('', ' ', '-', '–', '.', '\u3000', '\u00a0', '\t')

  fc.assert(
    fc.property(code, fc.array(separator, { minLength: 9, maxLength: 9 }), fc.boolean(), (each, between, small) => {
      const typed = between.map((part, at) => part + (each[at] ?? '')).join('')

      return parseUserCode(small ? typed.toLowerCase() : typed) === each && parseUserCode(showUserCode(each)) === each
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (text) => {
      const read = parseUserCode(text)

      return read === undefined || /^[BCDFGHJKLMNPQRSTVWXZ]{8}$/.test(read)
    }),
  )
  for (const text of ['', 'BCDFGHJ', 'BCDFGHJKL', 'BCDFGHJA', 'BCDFGHJ1', `BCDFGHJK${' '.repeat(57)}`])
    assert.equal(parseUserCode(text), undefined, text)
  assert.equal(parseUserCode(`BCDFGHJK${' '.repeat(56)}`), 'BCDFGHJK')
})
