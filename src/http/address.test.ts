import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalAddress } from './address.ts'

test('[HT-08] one address has one spelling, and an IPv6 customer is their /64', () => {
  const spellings = [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ] as const

  for (const [raw, canonical] of spellings) assert.equal(canonicalAddress(raw), canonical, raw)
})

test('[HT-08] what is no address is nobody in particular', () => {
  for (const raw of [
    '',
    'unknown',
    '192.0.2',
    '192.0.2.7, 198.51.100.1',
    '010.0.0.1',
    '0x7f.1',
    '1.2.3.4:80',
    '[::1]',
    '::g',
    'a'.repeat(100_000),
    ':'.repeat(100_000),
  ])
    assert.equal(canonicalAddress(raw), 'unknown', raw.slice(0, 40))
})
