import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalUsername } from './username.ts'

test('[UI-16] names that look or are typed alike are one name', () => {
  const same = ['alice', 'ＡＬＩＣＥ', 'ａlice', 'ALICE', 'alıce', ' alice ', 'ⓐlice']
  for (const raw of same) assert.equal(canonical(raw), 'alice', raw)

  assert.equal(canonical('Alice＠Exämple.com'), canonical('alice@exa\u0308mple.com'))
  assert.equal(canonical('straße'), canonical('STRASSE'))
  assert.equal(canonical('ΣΊΣΥΦΟΣ'), canonical('σίσυφος'))
  assert.equal(canonical('李伟'), '李伟')
})

test('[UI-16] names with something in them that nobody sees are refused', () => {
  const bad = [
    'alice\u200B',
    'al\u00ADice',
    'alice\u202E',
    '\uFEFFalice',
    'al\u0000ice',
    'a\nb',
    'a b',
    'ㅤ',
    'a\uDC00',
    '😀',
  ]

  for (const raw of [...bad, '', '   ']) assert.equal(canonicalUsername(raw).ok, false, JSON.stringify(raw))
})

test('a name has at most 254 characters, counted in its canonical form', () => {
  assert.equal(canonicalUsername('a'.repeat(254)).ok, true)
  assert.equal(canonicalUsername('a'.repeat(255)).ok, false)
  assert.equal(canonicalUsername('ﷺ'.repeat(254)).ok, false)
})

test('[UI-16] a canonical name is its own canonical name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (raw) => {
      const once = canonicalUsername(raw)
      if (once.ok) assert.deepEqual(canonicalUsername(once.value), once)
    }),
    { numRuns: 3000 },
  )
})

function canonical(raw: string) {
  const result = canonicalUsername(raw)
  assert.ok(result.ok, raw)

  return result.value
}
