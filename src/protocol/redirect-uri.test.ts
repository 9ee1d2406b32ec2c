import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchRedirectUri, parseRedirectUri, provesIdentity, withResponse } from './redirect-uri.ts'
import type { RedirectUri, RegisteredRedirectUri } from './redirect-uri.ts'

const registered = (...uris: string[]) => uris as RegisteredRedirectUri[]
const match = (sent: string, ...uris: string[]) => matchRedirectUri(sent, registered(...uris), false)
const good = 'https://client.example/cb'

test('[NAT-7-01] each kind of redirect of a native app can be registered', () => {
  const kinds = ['com.example.app:/cb', 'https://app.example/cb', 'http://127.0.0.1/cb', 'http://[::1]:8400/cb']

  assert.deepEqual(
    kinds.filter((each) => !parseRedirectUri(each).ok),
    [],
  )
})

test('[O21-2.3-01] a relative redirect URI, or one with a fragment, is never registered', () => {
  // req: BCP-2.6-03, RU-06, RG-01
  const bad = [
    '/cb',
    'client.example/cb',
    '//client.example/cb',
    '',
    'cb',
    `${good}#`,
    `${good}#f`,
    'http://client.example/cb',
    'http://127.0.0.1.evil.example/cb',
    'http://0.0.0.0/cb',
    'http://127.1/cb',
    'http://[::ffff:127.0.0.1]/cb',
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'blob:https://client.example/1',
    'file:///etc/passwd',
    'about:blank',
    'https://user@client.example/cb',
    'https://user:pw@client.example/cb',
    'https://@client.example/cb',
    'https:client.example/cb',
    'https:///client.example/cb',
    'https://client.example/c b',
    'https://client.example/\u00e9',
    'https://client.example/cb\r\nx: y',
    'https://client.example\\@evil.example/cb',
    'HTTPS://client.example/cb',
    `https://client.example/${'a'.repeat(2000)}`,
  ]

  assert.deepEqual(
    bad.filter((each) => parseRedirectUri(each).ok),
    [],
  )
})

test('[O21-2.3.1-01] a pattern is never registered', () => {
  const patterns = ['https://client.example/*', 'https://*.client.example/cb', 'https://*/cb']

  assert.deepEqual(
    patterns.filter((each) => parseRedirectUri(each).ok),
    [],
  )
})

test('[O21-2.3.1-04] a private-use scheme is a reversed domain name and has a single slash', () => {
  // req: RU-14, O21-8.4.3-01
  assert.equal(parseRedirectUri('com.example.app:/cb').ok, true)
  assert.equal(parseRedirectUri('myapp:/cb').ok, false)
  assert.equal(parseRedirectUri('com.example.app://cb').ok, false)
  assert.equal(match('com.example.app:/cb/', 'com.example.app:/cb'), undefined)
  assert.equal(match('com.example.app://cb', 'com.example.app:/cb'), undefined)
})

test('[RU-12] a redirect URI whose query has the name of a response parameter is not registered', () => {
  const names = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri']

  assert.deepEqual(
    names.filter((name) => parseRedirectUri(`${good}?a=1&${name}=x`).ok),
    [],
  )
  assert.equal(parseRedirectUri(`${good}?code=`).ok, false)
  assert.equal(parseRedirectUri(`${good}?%63ode=x`).ok, false)
  assert.equal(parseRedirectUri(`${good}?codes=x`).ok, true)
})

test('[O21-2.3.1-02] a redirect URI is found only if it is the registered one, octet for octet', () => {
  // req: O21-4.1.1-09, BCP-2.1-01, BBA-6.3-04, MD-4-01, RU-02, RU-03, RU-04, RU-05, RU-06
  const others = [
    `${good}/`,
    `${good}/x`,
    `${good}2`,
    `${good}?`,
    `${good}?x=1`,
    `${good}#`,
    `${good}#f`,
    `${good}%2f`,
    `${good};x`,
    `${good}%00`,
    `${good}%0d%0aSet-Cookie:x=y`,
    ` ${good}`,
    `${good} `,
    `${good}\n`,
    'https://client.example/CB',
    'https://CLIENT.example/cb',
    'HTTPS://client.example/cb',
    'https://client.example./cb',
    'https://client.example:443/cb',
    'http://client.example/cb',
    'https://client.example:8443/cb',
    'https://client.example/a/../cb',
    'https://client.example/./cb',
    'https://client.example//cb',
    'https://client.example/%2e%2e/cb',
    'https://client.example/c%62',
    'https://client.example@evil.example/cb',
    'https://client.example\\@evil.example/cb',
    'https://evil.example#@client.example/cb',
    'https://client.example:443@evil.example',
    'https://evil.example/cb?https://client.example/cb',
    'https://xn--clent-3ra.example/cb',
    'https://c\u0131ient.example/cb',
    'https://\uff43lient.example/cb',
    'https://client\u3002example/cb',
    'https://client.example\uff0fcb',
    'javascript:alert(1)//client.example/cb',
    'data:text/html,<script>',
    'vbscript:x',
    'blob:https://client.example/1',
    'file:///cb',
    '/cb',
    '',
  ]

  assert.equal(match(good, good), good)
  assert.deepEqual(
    others.filter((each) => match(each, good) !== undefined),
    [],
  )
})

test('[RU-02] whatever differs from every registered URI is not found', () => {
  const mutations = fc.tuple(fc.nat(good.length), fc.nat(3), fc.string({ unit: 'binary', maxLength: 4 }))

  fc.assert(
    fc.property(mutations, ([at, removed, inserted]) => {
      const sent = good.slice(0, at) + inserted + good.slice(at + removed)
      const found = match(sent, good)

      assert.equal(found, sent === good ? good : undefined)
    }),
    { numRuns: 2000 },
  )
})

test('[O21-8.4.2-01] only the port of a loopback address may be another one', () => {
  // req: NAT-8.4-01, RU-08
  const loopback = 'http://127.0.0.1/cb'
  const ports = [1, 80, 8080, 53_123, 65_535].map((port) => `http://127.0.0.1:${port}/cb`)

  assert.deepEqual(
    ports.filter((each) => match(each, loopback) !== each),
    [],
  )
  assert.equal(match('http://127.0.0.1/cb', 'http://127.0.0.1:8400/cb'), 'http://127.0.0.1/cb')
  assert.equal(match('http://[::1]:8400/cb', 'http://[::1]/cb'), 'http://[::1]:8400/cb')
})

test('[RU-09] what only resembles a loopback address has no freedom of port', () => {
  // req: O21-8.4.2-01
  const others = [
    'http://localhost:53123/cb',
    'http://127.0.0.1.evil.example/cb',
    'http://127.1/cb',
    'http://2130706433/cb',
    'http://[::ffff:127.0.0.1]/cb',
    'http://0.0.0.0/cb',
    'http://127.0.0.1:1@evil.example/cb',
    'https://127.0.0.1/cb',
    'http://127.0.0.2/cb',
    'http://[::1]/cb',
    'http://127.0.0.1:/cb',
    'http://127.0.0.1:0/cb',
    'http://127.0.0.1:00/cb',
    'http://127.0.0.1:65536/cb',
    'http://127.0.0.1:123456/cb',
    'http://127.0.0.1:8o/cb',
    'http://127.0.0.1:-1/cb',
    'http://127.0.0.1:1/',
    'http://127.0.0.1:1/cb/',
    'http://127.0.0.1:1/CB',
    'http://127.0.0.1:1/cb?x',
    'http://127.0.0.1:1/cb#',
    'http://127.0.0.1:1',
    'HTTP://127.0.0.1:1/cb',
    'http://127.0.0.1:1//cb',
    'http://127.0.0.1:1\\cb',
  ]

  assert.deepEqual(
    others.filter((each) => match(each, 'http://127.0.0.1/cb') !== undefined),
    [],
  )
  assert.equal(match('http://127.0.0.1:1/cb', 'http://[::1]/cb'), undefined)
})

test('[R8] localhost has freedom of port only where the record of the client allows it', () => {
  // req: O21-8.4.2-02
  const uris = registered('http://localhost/cb')

  assert.equal(matchRedirectUri('http://localhost:1234/cb', uris, false), undefined)
  assert.equal(matchRedirectUri('http://localhost/cb', uris, false), 'http://localhost/cb')
  assert.equal(matchRedirectUri('http://localhost:1234/cb', uris, true), 'http://localhost:1234/cb')
  assert.equal(matchRedirectUri('http://127.0.0.1:1234/cb', uris, true), undefined)
  assert.equal(matchRedirectUri('http://localhost.evil.example:1234/cb', uris, true), undefined)
  assert.equal(matchRedirectUri('https://localhost:1234/cb', uris, true), undefined)
})

test('[O21-2.3-02] the response is appended, and the query of the redirect URI stays octet for octet', () => {
  // req: RU-13
  const to = (uri: string) =>
    withResponse(uri as RedirectUri, { code: 'c', state: undefined, iss: 'https://as.example' })

  assert.equal(to('https://c.example/cb'), 'https://c.example/cb?code=c&iss=https%3A%2F%2Fas.example')
  assert.equal(
    to('https://c.example/cb?next=/a&b=%2F+'),
    'https://c.example/cb?next=/a&b=%2F+&code=c&iss=https%3A%2F%2Fas.example',
  )
  assert.equal(to('https://c.example/cb?'), 'https://c.example/cb?code=c&iss=https%3A%2F%2Fas.example')
  assert.equal(to('https://c.example/cb?a&'), 'https://c.example/cb?a&code=c&iss=https%3A%2F%2Fas.example')
})

test('[HT-13] whatever the state is, the address to return to has no line break and gives the state back', () => {
  // req: O21-4.1.2-03, O21-7.12-01, O21-B-01
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }).filter((each) => each.isWellFormed()),
      (state) => {
        const location = withResponse('https://c.example/cb?a=1' as RedirectUri, { code: 'c', state })

        assert.match(location, /^[\x21-\x7e]+$/)
        assert.equal(new URL(location).searchParams.get('state'), state)
      },
    ),
  )
  const vector = withResponse('https://c.example/' as RedirectUri, { v: ' %&+\u00a3\u20ac' })
  assert.equal(vector, 'https://c.example/?v=+%25%26%2B%C2%A3%E2%82%AC')
})

test('[O21-7.3.1-01] a redirect proves an identity only if it is https', () => {
  assert.equal(provesIdentity('https://c.example/cb'), true)
  assert.equal(provesIdentity('http://127.0.0.1/cb'), false)
  assert.equal(provesIdentity('com.example.app:/cb'), false)
})
