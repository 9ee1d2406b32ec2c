import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { maxAuthorizationLength, readPresentedToken } from './presented-token.ts'

const read = (header: string | undefined, repeated = false) => readPresentedToken(header, repeated, ['Bearer'])
const kindOf = (header: string | undefined, repeated = false) => read(header, repeated).kind

test('[O21-5.1.1-01] the scheme is read without case, and one or more spaces before the token', () => {
  for (const header of ['Bearer abc', 'bearer abc', 'BEARER abc', 'bEaReR abc', 'Bearer  abc', 'Bearer     abc']) {
    assert.deepEqual(read(header), { kind: 'token', scheme: 'Bearer', token: 'abc' })
  }
})

test('[O21-5.1.1-01] a token is token68: those characters, and = only at its end', () => {
  for (const token of ['a', 'AZaz09-._~+/', 'abc=', 'abc==', 'eyJ.eyJ.c2ln']) {
    assert.deepEqual(read(`Bearer ${token}`), { kind: 'token', scheme: 'Bearer', token })
  }
  for (const token of ['', '=', 'a=b', 'a b', 'a,b', 'a"b', 'a\\b', 'a\tb', 'a\0', 'a\n', 'é', '\u{1F511}', 'a%20']) {
    assert.equal(kindOf(`Bearer ${token}`), 'malformed', JSON.stringify(token))
  }
})

test('[RS-03] two headers, joined headers, two tokens and a lone scheme are malformed', () => {
  assert.equal(kindOf('Bearer abc', true), 'malformed')
  assert.equal(kindOf('Bearer abc, Bearer abc'), 'malformed')
  assert.equal(kindOf('Bearer abc,Bearer def'), 'malformed')
  assert.equal(kindOf('Bearer abc def'), 'malformed')
  assert.equal(kindOf('Bearer'), 'malformed')
  assert.equal(kindOf('Bearer '), 'malformed')
  assert.equal(kindOf('Bearer\tabc'), 'malformed')
  assert.equal(kindOf(' Bearer abc'), 'malformed')
})

test('[O21-1.7.1-03] a header of 16 KiB is read, a longer one is malformed', () => {
  // req: RS-03
  const ofLength = (length: number) => `Bearer ${'a'.repeat(length - 7)}`

  assert.equal(kindOf(ofLength(8192)), 'token')
  assert.equal(kindOf(ofLength(maxAuthorizationLength)), 'token')
  assert.equal(kindOf(ofLength(maxAuthorizationLength + 1)), 'malformed')
  assert.equal(kindOf(ofLength(1 << 20)), 'malformed')
})

test('[O21-5.3.2-02] no header, an empty one and another scheme are no credentials', () => {
  for (const header of [undefined, '', 'Basic abc', 'DPoP abc', 'Negotiate', 'Bearers abc', 'Bearer2 abc']) {
    assert.equal(kindOf(header), 'none', String(header))
  }
})

test('[DPOP-7.1-01] the scheme DPoP is read where it is taken, in any case', () => {
  for (const header of ['DPoP abc', 'dpop abc', 'DPOP  abc']) {
    assert.deepEqual(readPresentedToken(header, false, ['DPoP']), { kind: 'token', scheme: 'DPoP', token: 'abc' })
    assert.deepEqual(readPresentedToken(header, false, ['Bearer']), { kind: 'none' })
  }
  assert.deepEqual(readPresentedToken('Bearer abc', false, ['DPoP']), { kind: 'none' })
})

test('[RS-07] whatever bytes a header holds, reading it does not throw, and only a token68 comes out', () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((each) => String.fromCharCode(...each))
  const header = fc.oneof(
    bytes,
    fc.uint16Array({ maxLength: 50 }).map((units) => String.fromCharCode(...units)),
    bytes.map((each) => `Bearer ${each}`),
    fc.tuple(fc.constantFrom('bearer', 'Bearer', 'bEARER', 'dpop'), fc.base64String()).map((parts) => parts.join(' ')),
  )

  fc.assert(
    fc.property(header, fc.boolean(), (value, repeated) => {
      const presented = readPresentedToken(value, repeated, ['Bearer', 'DPoP'])

      if (presented.kind !== 'token') return
      assert.match(presented.token, /^[A-Za-z0-9\-._~+/]+=*$/)
      assert.ok(!repeated && value.endsWith(presented.token))
    }),
    { numRuns: 500 },
  )
})
