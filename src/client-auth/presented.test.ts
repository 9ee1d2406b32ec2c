import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseParameters } from '../protocol/parameters.ts'
import { assertionType, findPresented } from './presented.ts'

const find = (authorization: string | undefined, form: Record<string, string> = {}) =>
  findPresented(authorization, parseParameters(new URLSearchParams(form).toString())!)

const reasonOf = (...given: Parameters<typeof find>) => {
  const found = find(...given)

  return found.ok ? found.value.method : found.error.reason
}

const basic = (text: string | Uint8Array) => `Basic ${Buffer.from(text).toString('base64')}`
const formValue = (text: string) => new URLSearchParams({ a: text }).toString().slice(2)

test('[O21-B-01] the octets of the draft are read back from Basic: space % & + pound euro', () => {
  // req: O21-2.4.1-03
  const vector = '+%25%26%2B%C2%A3%E2%82%AC'
  const found = find(basic(`c1:${vector}`))

  assert.deepEqual(found.ok && found.value, { method: 'client_secret_basic', clientId: 'c1', secret: ' %&+£€' })
})

test('[O21-2.4.1-03] any id of printable characters and any secret come through Basic as they are', () => {
  const printable = fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((each) => String.fromCharCode(each)),
    minLength: 1,
  })
  fc.assert(
    fc.property(printable, fc.string({ minLength: 1, unit: 'grapheme' }), (clientId, secret) => {
      const found = find(basic(`${formValue(clientId)}:${formValue(secret)}`))

      assert.deepEqual(found.ok && found.value, { method: 'client_secret_basic', clientId, secret })
    }),
  )
})

test('[O21-2.4.1-03] an unencoded secret is taken apart at the first colon', () => {
  const found = find(basic('c1:a:b:c'))

  assert.equal(found.ok && found.value.method === 'client_secret_basic' && found.value.secret, 'a:b:c')
})

test('[O21-A-01] an id with a character outside of 0x20 to 0x7E is malformed, before a store is asked for it', () => {
  // req: CA-03
  for (const id of ['c%00', 'c%0a', '%C2%A3', 'c\u0000', 'c%7F'])
    assert.equal(reasonOf(basic(`${id}:secret`)), 'client_authentication_malformed', id)
})

test('[CA-03] whatever stands in the header, it is read or refused, and never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), (text, bytes) => {
      for (const header of [text, `Basic ${text}`, basic(bytes), basic(text)]) {
        const reason = reasonOf(header)
        assert.ok(['client_secret_basic', 'client_authentication_malformed'].includes(reason), reason)
      }
    }),
  )
})

test('[CA-01] of header, secret and assertion only one may be there', () => {
  // req: O21-2.4-05, R4
  const assertion = { client_assertion: 'x', client_assertion_type: assertionType }
  const header = basic('c1:secret')

  assert.equal(reasonOf(header, { client_secret: 'x' }), 'client_methods_several')
  assert.equal(reasonOf(header, assertion), 'client_methods_several')
  assert.equal(reasonOf(header, { client_assertion_type: assertionType }), 'client_methods_several')
  assert.equal(reasonOf(undefined, { client_id: 'c1', client_secret: 'x', ...assertion }), 'client_methods_several')
  assert.equal(reasonOf('', { client_secret: 'x' }), 'client_methods_several')
  assert.equal(reasonOf(header, { client_id: 'c1' }), 'client_secret_basic')
  assert.equal(reasonOf(undefined, { client_id: 'c1', client_secret: 'x' }), 'client_secret_post')
  assert.equal(reasonOf(undefined, assertion), 'private_key_jwt')
  assert.equal(reasonOf(undefined, { client_id: 'c1' }), 'none')
})

test('[JCA-4.2-01] an assertion has its type, and the type its assertion', () => {
  // req: JCA-2-01
  const saml = 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer'

  assert.equal(reasonOf(undefined, { client_assertion: 'x' }), 'client_assertion_invalid')
  assert.equal(reasonOf(undefined, { client_assertion_type: assertionType }), 'client_assertion_invalid')
  assert.equal(reasonOf(undefined, { client_assertion: 'x', client_assertion_type: saml }), 'client_assertion_invalid')
})

test('[O21-4.1.3-02] a client that shows nothing has to say its name', () => {
  // req: R11
  assert.equal(reasonOf(undefined), 'client_id_missing')
  assert.equal(reasonOf(undefined, { client_secret: 'x' }), 'client_id_missing')
})
