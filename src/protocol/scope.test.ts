import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { scopeOf } from '../testing/build.ts'
import { formatScope, intersect, isSameScope, isWithin, maxScopeTokens, parseScope, union, without } from './scope.ts'

test('[O21-1.4.1-01] a scope is tokens of visible characters with single spaces between them', () => {
  // req: AZ-09
  const good = ['orders.read', 'a b c', '!', '#[]~', 'https://orders.example/read', 'a:b', "it's"]
  const bad = [
    '',
    ' ',
    ' a',
    'a ',
    'a  b',
    'a\tb',
    'a\nb',
    'a\u0000',
    '"a"',
    'a\\b',
    'a\u007f',
    '\u00e9',
    '\u8ba2\u5355',
  ]

  assert.deepEqual(
    good.filter((each) => !parseScope(each).ok),
    [],
  )
  assert.deepEqual(
    bad.filter((each) => parseScope(each).ok),
    [],
  )
})

test('[O21-1.4.1-01] a text is a scope exactly if the grammar says so', () => {
  const grammar = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/
  const nearly = fc.string({ unit: fc.constantFrom('a', 'B', '!', ' ', ' ', '"', '\\', '\t', '~', '\u007f', '\u00e9') })

  fc.assert(
    fc.property(nearly, (text) => parseScope(text).ok === grammar.test(text)),
    { numRuns: 1000 },
  )
})

test('[AZ-09] a comma does not separate: the whole is one token', () => {
  assert.deepEqual(scopeOf('orders.read,orders.write'), ['orders.read,orders.write'])
})

test('[AZ-09] a hundred tokens are read, one more is refused before it is looked at', () => {
  const words = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`).join(' ')

  assert.equal(parseScope(words(maxScopeTokens)).ok, true)
  assert.equal(parseScope(words(maxScopeTokens + 1)).ok, false)
  assert.equal(parseScope(words(200_000)).ok, false)
})

test('[O21-1.4.1-01] order and repetition have no meaning, case has', () => {
  assert.equal(isSameScope(scopeOf('a b'), scopeOf('b a')), true)
  assert.deepEqual(scopeOf('b a b'), ['b', 'a'])
  assert.equal(isSameScope(scopeOf('a'), scopeOf('A')), false)
  assert.equal(isSameScope(scopeOf('a'), scopeOf('a b')), false)
})

test('[RS-04] one scope is within another only word by word', () => {
  assert.equal(isWithin(scopeOf('a'), scopeOf('a b')), true)
  assert.equal(isWithin(scopeOf(''), scopeOf('a')), true)
  assert.equal(isWithin(scopeOf('a b'), scopeOf('a')), false)
  assert.equal(isWithin(scopeOf('orders.read'), scopeOf('orders.readX')), false)
})

test('[O21-1.4.1-01] what is common to two scopes, together, and left over, is a scope again', () => {
  const word = fc.constantFrom('a', 'b', 'c', 'd')
  const some = fc.uniqueArray(word).map((words) => scopeOf(words.join(' ')))

  fc.assert(
    fc.property(some, some, (left, right) => {
      const common = intersect(left, right)
      const rest = without(left, right)

      assert.equal(isWithin(common, left) && isWithin(common, right), true)
      assert.equal(isSameScope(union(common, rest), left), true)
      assert.equal(isWithin(left, union(left, right)) && isWithin(right, union(left, right)), true)
      assert.deepEqual(scopeOf(formatScope(left)), left)
    }),
  )
})
