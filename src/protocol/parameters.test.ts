import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { maxParameterLength, maxParameters, parseParameters } from './parameters.ts'
import type { Parameters } from './parameters.ts'

function read(text: string, characters?: 'protocol' | 'any'): Parameters {
  const parameters = parseParameters(text, characters)
  assert.ok(parameters)

  return parameters
}

test('[O21-B-01] values are UTF-8, then escaped: the example of the appendix reads back', () => {
  const text = 'v=+%25%26%2B%C2%A3%E2%82%AC'

  assert.equal(read(text, 'any').get('v'), ' %&+\u00a3\u20ac')
  assert.equal(read(text).isMalformed('v'), true)
})

test('[O21-3.1-06] an empty value counts as absent', () => {
  assert.equal(read('state=').get('state'), undefined)
  assert.equal(read('state').get('state'), undefined)
  assert.equal(read('').get('state'), undefined)
  assert.deepEqual(read('resource=&resource=a').all('resource'), ['a'])
})

test('[O21-3.1-05] a parameter that comes twice has no value, even if both are equal or one is empty', () => {
  // req: O21-3.2-04, RU-07, D5
  for (const text of ['a=1&a=1', 'a=1&a=2', 'a=&a=1', 'a=1&a', '%61=1&a=1', 'a=1&b=2&a=1']) {
    assert.equal(read(text).get('a'), undefined, text)
    assert.equal(read(text).isRepeated('a'), true, text)
  }
  assert.equal(read('a=1&b=1').isRepeated('a'), false)
  assert.deepEqual(read('resource=b&resource=a').all('resource'), ['b', 'a'])
})

test('[O21-A-01] characters outside 0x20 to 0x7E, and escapes that are none, are malformed', () => {
  for (const value of ['%00', '%0d%0a', '%09', '%7f', '%C3%A9', '\u00e9', '%', '%2', '%zz', '%ff', '%ed%a0%80']) {
    assert.equal(read(`state=${value}`).isMalformed('state'), true, value)
    assert.equal(read(`state=${value}`).get('state'), undefined, value)
  }
  assert.equal(read('state=%20%7e').get('state'), ' ~')
  assert.equal(read('password=%C3%A9', 'any').get('password'), '\u00e9')
  assert.equal(read('password=%ff', 'any').isMalformed('password'), true)
})

test('[RI-2-01] a value that cannot be decoded is not left out of those that may come several times', () => {
  assert.deepEqual(read('resource=%zz&resource=a').all('resource'), ['%zz', 'a'])
  assert.deepEqual(read('resource=%ff').all('resource'), ['%ff'])
})

test('[O21-1.9-01] names are compared case by case', () => {
  assert.equal(read('GRANT_TYPE=a').get('grant_type'), undefined)
})

test('[HT-04] brackets and the names of built-in properties mean nothing', () => {
  const parameters = read('a[b]=1&redirect_uri[]=x&client_id[__proto__]=x&__proto__=y&constructor=z&scope[$ne]=')

  assert.equal(parameters.get('redirect_uri'), undefined)
  assert.equal(parameters.get('client_id'), undefined)
  assert.equal(parameters.get('a'), undefined)
  assert.equal(parameters.get('a[b]'), '1')
  assert.equal(parameters.get('toString'), undefined)
  assert.equal(parameters.isMalformed('toString'), false)
  assert.equal(({} as Record<string, unknown>)['y'], undefined)
})

test('[O21-1.7.1-01] a value of the longest length is read whole, a longer one is refused, never cut', () => {
  // req: HT-03
  const longest = 'a'.repeat(maxParameterLength)

  assert.equal(read(`state=${longest}`).get('state'), longest)
  assert.equal(read(`state=${longest}a`).get('state'), undefined)
  assert.equal(read(`state=${longest}a`).isMalformed('state'), true)
  assert.equal(read(`client_assertion=${longest}a`).get('client_assertion')?.length, maxParameterLength + 1)
  assert.equal(read(`client_assertion=${longest}${longest}a`).isMalformed('client_assertion'), true)
})

test('[HT-03] as many parameters as allowed are read, one more is refused before any is read', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `p${index}=1`).join('&')

  assert.ok(parseParameters(many(maxParameters)))
  assert.equal(parseParameters(many(maxParameters + 1)), undefined)
  assert.equal(parseParameters('&'.repeat(maxParameters)), undefined)
})

test('[O21-7.12-01] any text is read without a fault, and well-formed pairs read back', () => {
  const value = fc.string({ unit: 'binary' }).filter((each) => each.isWellFormed() && each !== '')

  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseParameters(text)))
  fc.assert(fc.property(value, (text) => read(new URLSearchParams({ text }).toString(), 'any').get('text') === text))
})

test('[PAR-2.2-01] what is left without some parameters is the same text, byte for byte', () => {
  const text = 'a=1&client%5Fid=x&b=%E8%99%8E+%zz&client_id=y&a=2&&c&%zz=1'

  const left = read(text, 'any').without(['client_id'])

  assert.equal(left, 'a=1&b=%E8%99%8E+%zz&a=2&&c')
  assert.equal(read(left).isMalformed('b'), true)
  assert.equal(read(left).isRepeated('a'), true)
  assert.equal(read(text).without([]).includes('client%5Fid=x'), true)
})
