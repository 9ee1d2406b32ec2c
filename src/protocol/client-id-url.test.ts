import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findForeignRedirect, hostOfClientId, isClientIdUrl } from './client-id-url.ts'

const id = 'https://app.example/client.json'

test('[CIMD-3-01] a client identifier is an https address with a path and nothing more', () => {
  // req: RG-07
  const good = [
    id,
    'https://app.example/',
    'https://app.example:8443/c',
    'https://app.example:443/c',
    'https://APP.example/c',
    'https://xn--fiq228c.example/c',
    'https://app.example/a/b.c/~d/%20',
    'https://app.example//c',
    `https://app.example/${'c'.repeat(480)}`,
  ]

  assert.deepEqual(
    good.filter((each) => !isClientIdUrl(each)),
    [],
  )
})

test('[CIMD-3-01] everything else is no client identifier of this kind', () => {
  // req: RG-07
  const bad = [
    'http://app.example/c',
    'HTTPS://app.example/c',
    'https:/app.example/c',
    'https:///c',
    'https://app.example',
    'https://app.example?x=1',
    'https://app.example/c?x=1',
    'https://app.example/c?',
    'https://app.example/c#f',
    'https://app.example/c#',
    'https://user@app.example/c',
    'https://user:password@app.example/c',
    'https://@app.example/c',
    'https://app.example/./c',
    'https://app.example/a/../c',
    'https://app.example/a/..',
    'https://app.example/%2e%2e/c',
    'https://app.example/.%2E/c',
    'https://app.example/%2e/c',
    'https://app.example\\@evil.example/c',
    'https://app.example/\\c',
    'https://app.example/c d',
    'https://app.example/c\n',
    'https://应用.example/c',
    'https://app.example/应用',
    'https://app.example:99999/c',
    'https://[::1/c',
    'app_0198c1f2a5b07c3e8d4f6a1b2c3d4e5f',
    '',
    `https://app.example/${'c'.repeat(481)}`,
  ]

  assert.deepEqual(bad.filter(isClientIdUrl), [])
})

test('[CIMD-8.5-01] the host of an identifier is what its address is reached by', () => {
  assert.equal(hostOfClientId(id), 'app.example')
  assert.equal(hostOfClientId('https://APP.example:443/c'), 'app.example')
  assert.equal(hostOfClientId('https://app.example:8443/c'), 'app.example:8443')
})

test('[CIMD-8.1-01] an https redirect URI is of the origin of the document; loopback and app schemes belong to no host', () => {
  const own = ['https://app.example/callback', 'https://app.example:443/other', 'http://127.0.0.1/callback']
  const neutral = ['http://localhost:8090/callback', 'http://[::1]/callback', 'com.example.app:/callback']

  assert.equal(findForeignRedirect(id, [...own, ...neutral]), undefined)
  for (const foreign of [
    'https://evil.example/callback',
    'https://app.example:8443/callback',
    'https://app.example.evil.example/callback',
    'https://sub.app.example/callback',
  ])
    assert.equal(findForeignRedirect(id, [...own, foreign]), foreign)
})
