import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseNewPassword, preparePassword } from './password.ts'

test('[UI-15] a password typed on another keyboard is the same password', () => {
  assert.equal(preparePassword('Cafe\u0301\u00A0au lait'), preparePassword('Caf\u00E9 au lait'))
})

test('[UI-15] nothing else about a password is changed', () => {
  for (const raw of [' leading and trailing ', 'CaSe', 'ＦＵＬＬ width', '密码密码密码密码', 'ﬁ'])
    assert.equal(preparePassword(raw), raw)
})

test('[UI-15] a password is never cut off: 256 characters count, 257 are refused', () => {
  assert.equal(preparePassword('x'.repeat(256)), 'x'.repeat(256))
  assert.equal(preparePassword('😀'.repeat(256)), '😀'.repeat(256))
  assert.equal(preparePassword('x'.repeat(257)), undefined)
  assert.equal(preparePassword('x'.repeat(1024 * 1024)), undefined)
  assert.equal(parseNewPassword('x'.repeat(257), false).ok, false)
})

test('[UI-15] NUL, other controls and broken text make no password', () => {
  for (const raw of ['', 'pass\u0000word', 'pass\nword', 'pass\uD800word'])
    assert.equal(preparePassword(raw), undefined)
})

test('a new password has eight characters or more', () => {
  assert.equal(parseNewPassword('1234567', false).ok, false)
  assert.equal(parseNewPassword('12345678', false).ok, true)
  assert.equal(parseNewPassword('😀😀😀😀', false).ok, false)
  assert.equal(parseNewPassword('1', true).ok, true)
  assert.equal(parseNewPassword('', true).ok, false)
})
