import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../base/time.ts'
import { createNonceSource, nonceSlot } from './dpop-nonce.ts'

const key = Buffer.alloc(32, 1)
const start = instant(nonceSlot * 1000)
const after = (milliseconds: number) => instant(start + milliseconds)

test('[DPOP-8-01] a nonce is taken through its own slot of time and the next, five minutes in all', () => {
  const source = createNonceSource(key, 'token')
  const nonce = source.current(start)

  assert.equal(source.accepts(nonce, start), true)
  assert.equal(source.current(after(nonceSlot - 1)), nonce)
  assert.notEqual(source.current(after(nonceSlot)), nonce)
  assert.equal(source.accepts(nonce, after(2 * nonceSlot - 1)), true)
  assert.equal(source.accepts(nonce, after(2 * nonceSlot)), false)
  assert.equal(2 * nonceSlot, 5 * 60 * 1000)
})

test('[DP-07] a nonce is as good at every node that has the key, and at no other server', () => {
  const nonce = createNonceSource(key, 'token').current(start)

  assert.equal(createNonceSource(Buffer.from(key), 'token').accepts(nonce, start), true)
  assert.equal(createNonceSource(key, 'https://api.example.com').accepts(nonce, start), false)
  assert.equal(createNonceSource(Buffer.alloc(32, 2), 'token').accepts(nonce, start), false)
  for (const foreign of ['', nonce.slice(0, -1), `${nonce}A`, nonce.toLowerCase(), 'x'.repeat(10_240)]) {
    assert.equal(createNonceSource(key, 'token').accepts(foreign, start), false)
  }
})

test('[DPOP-8-01] nonces are 192 bits that do not repeat, of characters a header may hold', () => {
  const source = createNonceSource(key, 'token')
  const nonces = Array.from({ length: 100 }, (_, slot) => source.current(after(slot * nonceSlot)))

  assert.equal(new Set(nonces).size, 100)
  for (const nonce of nonces) assert.match(nonce, /^[\w-]{32}$/)
})
