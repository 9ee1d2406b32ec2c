import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJsonObject } from './strict-json.ts'

const read = (text: string) => parseJsonObject(Buffer.from(text))

test('[JW-09] a member named twice is refused at every level, equal names in different objects are not', () => {
  const twice = [
    '{"a":1,"a":2}',
    '{"a":{"b":1,"b":1}}',
    '{"a":[{"b":1, "b" :1}]}',
    '{"a":1,"\\u0061":2}',
    '{"":1,"":2}',
  ]
  const once = ['{"a":{"a":{"a":1}}}', '{"a":[{"b":1},{"b":1}]}', '{"a":"b","b":"a"}', '{"a":"\\"a\\":","b":1}']

  assert.deepEqual(
    twice.map((each) => read(each).ok),
    twice.map(() => false),
  )
  assert.deepEqual(
    once.map((each) => read(each).ok),
    once.map(() => true),
  )
})

test('[JW-09] sixteen levels are read and seventeen refused', () => {
  const nested = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`

  assert.equal(read(nested(16)).ok, true)
  assert.equal(read(nested(17)).ok, false)
})

test('[JW-14] a byte order mark, lone surrogates and broken UTF-8 are refused, a true pair is read', () => {
  const bytes = (...octets: number[]) =>
    parseJsonObject(Uint8Array.from([0x7b, 0x22, ...octets, 0x22, 0x3a, 0x31, 0x7d]))

  assert.equal(read('\uFEFF{}').ok, false)
  assert.equal(read('{"a":"\\ud83d"}').ok, false)
  assert.equal(read('{"a":["\\udc00x"]}').ok, false)
  assert.equal(read('{"a":"\\ud83d\\ude00"}').ok, true)
  assert.equal(bytes(0xc3, 0xa9).ok, true)
  assert.equal(bytes(0xc3).ok, false)
  assert.equal(bytes(0xed, 0xa0, 0x80).ok, false)
})

test('[JW-10] only an object is read', () => {
  const others = ['[]', 'null', '1', '"a"', '', ' ', '{}{}', '{', '{"a":1,}', "{'a':1}"].map((each) => read(each).ok)

  assert.deepEqual(others, Array(10).fill(false))
})

test('[JW-09] whatever JSON.stringify writes is read back as it was', () => {
  const value = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 6, stringUnit: 'grapheme' }))

  fc.assert(
    fc.property(value, (object) => {
      const text = JSON.stringify(object)
      const parsed = read(text)
      assert.deepEqual(parsed.ok && parsed.value, JSON.parse(text))
    }),
    { numRuns: 200 },
  )
})
