import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { trustProxies } from './forwarded.ts'

const proxy = '10.0.0.1'

test('[HT-08] without proxies nobody is believed', () => {
  const address = callerAddress([])

  for (const forged of [undefined, '198.51.100.9', '127.0.0.1', '10.0.0.1, 127.0.0.1'])
    assert.equal(address('192.0.2.7', forged), '192.0.2.7', String(forged))
})

test('[BCP-4.13-01] a proxy is believed, a neighbour of it is not', () => {
  const address = callerAddress([proxy, '172.16.0.0/12', 'fd00:1::/32'])

  for (const peer of [proxy, '::ffff:10.0.0.1', '172.16.0.0', '172.31.255.255', 'fd00:1:ffff::1'])
    assert.equal(address(peer, '198.51.100.9'), '198.51.100.9', peer)
  for (const peer of ['10.0.0.2', '172.15.255.255', '172.32.0.0']) assert.equal(address(peer, '198.51.100.9'), peer)
  assert.equal(address('fd00:2::1', '198.51.100.9'), 'fd00:2:0:0::/64')
  assert.equal(address(proxy, undefined), proxy)
})

test('[HT-08] the caller is the last hop that is no proxy, so nothing a caller wrote before it counts', () => {
  const address = callerAddress([proxy, '10.0.0.2'])
  const cases = [
    ['127.0.0.1, 198.51.100.9', '198.51.100.9'],
    ['127.0.0.1, 198.51.100.9, 10.0.0.2', '198.51.100.9'],
    ['10.0.0.2, 198.51.100.9,10.0.0.2 ,\t10.0.0.2', '198.51.100.9'],
    ['10.0.0.1, 192.0.2.1, 198.51.100.9', '198.51.100.9'],
    // Everybody in the list is a proxy: then it was the first of them that asked.
    ['10.0.0.2, 10.0.0.1', '10.0.0.2'],
  ] as const

  for (const [header, caller] of cases) assert.equal(address(proxy, header), caller, header)
})

test('[HT-08] one caller has one spelling, however the proxy writes it', () => {
  const address = callerAddress([proxy])

  for (const hop of ['198.51.100.9', '198.51.100.9:4711', '::ffff:198.51.100.9', '[::ffff:198.51.100.9]:80'])
    assert.equal(address(proxy, hop), '198.51.100.9', hop)
  for (const hop of ['2001:db8:1:2::9', '[2001:DB8:1:2::9]', '[2001:0db8:1:2:ffff::]:4711', '2001:db8:1:2:3:4:5:6'])
    assert.equal(address(proxy, hop), '2001:db8:1:2::/64', hop)
  for (const hop of [
    '',
    'unknown',
    '_hidden',
    'for=198.51.100.9',
    '198.51.100.9:',
    '1.2.3.4.5:80',
    '[::1',
    'a'.repeat(9000),
  ])
    assert.equal(address(proxy, `198.51.100.9, ${hop}`), 'unknown', hop.slice(0, 40))
})

test('[BCP-4.13-01] what names everybody, or nobody, is refused by name', () => {
  for (const each of [
    '*',
    '',
    'localhost',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/7',
    '0.0.0.0/0',
    '::/0',
    '::/129',
    '10.0.0.0/8/8',
    '10.0.0/8',
    'fe80::1%eth0',
    ' 10.0.0.1',
  ]) {
    const trusted = trustProxies(['10.0.0.1', each])
    assert.match(trusted.ok ? 'accepted' : trusted.error, /^trustedProxies: /, each)
  }
  assert.ok(trustProxies(['10.0.0.0/8', '10.0.0.0/32', 'fd00::/8', 'fd00::/128']).ok)
})

test('[HT-08] no header makes a stranger somebody else', () => {
  const address = callerAddress([proxy])
  const hop = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant(proxy), fc.string())

  fc.assert(
    fc.property(fc.array(hop), (forged) => {
      assert.equal(address('192.0.2.7', forged.join(', ')), '192.0.2.7')
      assert.equal(address(proxy, [...forged, '198.51.100.9'].join(', ')), '198.51.100.9')
    }),
  )
})

function callerAddress(proxies: readonly string[]) {
  const trusted = trustProxies(proxies)
  assert.ok(trusted.ok)

  return trusted.value
}
