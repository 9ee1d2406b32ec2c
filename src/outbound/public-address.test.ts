import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLoopbackAddress, isPublicAddress } from './public-address.ts'

test('[JWT-3.10-01] addresses of private networks, of this host and with other uses are not public, in any spelling', () => {
  // req: JCA-jwks-01
  const special = [
    ['0.0.0.0', '0.255.255.255'],
    ['10.0.0.0', '10.255.255.255'],
    ['100.64.0.0', '100.127.255.255'],
    ['127.0.0.1', '127.255.255.255'],
    ['169.254.0.0', '169.254.169.254'],
    ['172.16.0.0', '172.31.255.255'],
    ['192.0.0.0', '192.0.2.255'],
    ['192.88.99.1', '192.168.255.255'],
    ['198.18.0.0', '198.19.255.255'],
    ['198.51.100.1', '203.0.113.1'],
    ['224.0.0.1', '255.255.255.255'],
    ['::', '::1'],
    ['::ffff:10.0.0.1', '::ffff:8.8.8.8'],
    ['::ffff:7f00:1', '0:0:0:0:0:ffff:7f00:1'],
    ['64:ff9b::a00:1', '64:ff9b:1::1'],
    ['2001::1', '2001:1ff:ffff::1'],
    ['2001:db8::1', '2002:7f00:1::'],
    ['3fff::1', '3fff:fff:ffff::1'],
    ['fc00::1', 'fd00:ec2::254'],
    ['fe80::1', 'febf::1'],
    ['ff02::1', '4000::1'],
    ['fe80::1%eth0', '2a00::1%eth0x'],
  ].flat()

  assert.deepEqual(special.filter(isPublicAddress), [])
})

test('[JCA-jwks-01] their neighbours are public', () => {
  const neighbours = [
    '1.0.0.0',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.20.0.0',
    '223.255.255.255',
    '2001:200::1',
    '2001:db7::1',
    '2001:db9::1',
    '2003::1',
    '2a00:1450::1',
    '3ffe::1',
  ]

  assert.deepEqual(
    neighbours.filter((each) => !isPublicAddress(each)),
    [],
  )
})

test('[JCA-jwks-01] what is no address is neither public nor loopback', () => {
  for (const text of ['', 'localhost', '1.2.3', '010.0.0.1', '0x7f.1', '1.2.3.4:80', '[::1]', '2a00::g']) {
    assert.equal(isPublicAddress(text), false)
    assert.equal(isLoopbackAddress(text), false)
  }
  assert.equal(isLoopbackAddress('127.0.0.1'), true)
  assert.equal(isLoopbackAddress('::1'), true)
  assert.equal(isLoopbackAddress('128.0.0.1'), false)
  assert.equal(isLoopbackAddress('::2'), false)
})
