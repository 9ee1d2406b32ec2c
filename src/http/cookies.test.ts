import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatCookie, readCookie } from './cookies.ts'

test('[UI-03] a cookie is read by its whole name, and one that comes twice is not', () => {
  assert.equal(readCookie(undefined, 'a'), undefined)
  assert.equal(readCookie('', 'a'), undefined)
  assert.equal(readCookie('a=1', 'a'), '1')
  assert.equal(readCookie('b=2; a=1;c=3', 'a'), '1')
  assert.equal(readCookie('xa=1; A=2', 'a'), undefined)
  assert.equal(readCookie('a', 'a'), undefined)
  assert.equal(readCookie('a=', 'a'), '')
  assert.equal(readCookie('a=b=c', 'a'), 'b=c')
  assert.equal(readCookie('a=1; a=1', 'a'), undefined)
  assert.equal(readCookie('a=1; b=2; a=3', 'a'), undefined)
})

test('[UI-20] a cookie is for the host alone, out of reach of script, and over https only where there is https', () => {
  assert.equal(formatCookie('__Host-n', 'v', { secure: true }), '__Host-n=v; Path=/; HttpOnly; SameSite=Lax; Secure')
  assert.equal(formatCookie('n', 'v', { secure: false, maxAge: 60 }), 'n=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=60')
  assert.equal(
    formatCookie('n', '', { secure: true, maxAge: 0 }),
    'n=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure',
  )
})
