import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { maxTargetUriLength, normalizeTargetUri } from './target-uri.ts'

test('[DPOP-4.3-08] what RFC 3986 calls the same URI is written in one way', () => {
  // req: DP-04
  const written = {
    'https://server.example.com/token': 'https://server.example.com/token',
    'HTTPS://Server.EXAMPLE.com/token': 'https://server.example.com/token',
    'https://server.example.com:443/token': 'https://server.example.com/token',
    'https://server.example.com:/token': 'https://server.example.com/token',
    'http://server.example.com:80': 'http://server.example.com/',
    'http://server.example.com:443/': 'http://server.example.com:443/',
    'https://server.example.com': 'https://server.example.com/',
    'https://server.example.com/a/./b/../c': 'https://server.example.com/a/c',
    'https://server.example.com/a/..': 'https://server.example.com/',
    'https://server.example.com/../../a/.': 'https://server.example.com/a/',
    'https://server.example.com/%7Ewei/%c3%a9%2f': 'https://server.example.com/~wei/%C3%A9%2F',
    'https://server.example.com/%2e%2E/a': 'https://server.example.com/a',
    'https://[2001:DB8::1]:8443//a/': 'https://[2001:db8::1]:8443//a/',
  }

  for (const [raw, expected] of Object.entries(written)) assert.equal(normalizeTargetUri(raw), expected)
})

test('[DPOP-4.3-08] the query and the fragment are left out, whatever they hold', () => {
  for (const rest of ['?a=b', '#c', '?a=b#c', '#c?a', '?/../x']) {
    assert.equal(normalizeTargetUri(`https://server.example.com/token${rest}`), 'https://server.example.com/token')
  }
})

test('[DP-04] what only a browser takes for the same URI is another one or none', () => {
  const token = 'https://server.example.com/token'
  const others = [
    'https://server.example.com/Token',
    'https://server.example.com/token/',
    'https://server.example.com//token',
    'https://server.example.com:8443/token',
    'http://server.example.com/token',
    'https://server.example.com./token',
    'https://server.example.com/token;x',
    'https://server.example.com/to%2Fken',
  ]
  const none = [
    '',
    '/token',
    'server.example.com/token',
    'https:/server.example.com/token',
    'https:server.example.com/token',
    'https:\\\\server.example.com\\token',
    ' https://server.example.com/token',
    'https://server.example.com/token\n',
    'https://server.example.com/to\tken',
    'https://user@server.example.com/token',
    'https://server.example.com:443x/token',
    'https://server.example.com:123456/token',
    'https://server%2eexample.com/token',
    'https://server.example.com/%zz',
    'https://server.example.com/%',
    'https://sérver.example.com/token',
    'https:///token',
    'ftp://server.example.com/token',
    'constructor://server.example.com/token',
  ]

  for (const raw of others) assert.notEqual(normalizeTargetUri(raw), token, raw)
  for (const raw of none) assert.equal(normalizeTargetUri(raw), undefined, raw)
})

test('a URI of the greatest length is read, one character more is not', () => {
  const ofLength = (length: number) => 'https://a/'.padEnd(length, 'x')

  assert.equal(normalizeTargetUri(ofLength(maxTargetUriLength)), ofLength(maxTargetUriLength))
  assert.equal(normalizeTargetUri(ofLength(maxTargetUriLength + 1)), undefined)
})

test('what was written in the one way stays as it is, and a browser reads the same host and path in it', () => {
  fc.assert(
    fc.property(fc.webUrl({ size: 'small', withQueryParameters: true, withFragments: true }), (raw) => {
      const once = normalizeTargetUri(raw)!
      const url = new URL(raw)

      assert.equal(normalizeTargetUri(once), once)
      assert.equal(new URL(once).host, url.host)
      assert.equal(normalizeTargetUri(url.origin + url.pathname), once)
    }),
    { numRuns: 30 },
  )
})
