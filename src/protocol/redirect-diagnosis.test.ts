import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RedirectDifference } from './redirect-diagnosis.ts'
import { diagnoseRedirectUri, maxShownCharacters } from './redirect-diagnosis.ts'
import { matchRedirectUri } from './redirect-uri.ts'
import type { RegisteredRedirectUri } from './redirect-uri.ts'

const cb = 'https://app.example.com/cb'

const examples: readonly (readonly [RedirectDifference, sent: string, registered: string])[] = [
  ['scheme', 'http://app.example.com/cb', cb],
  ['loopback_name', 'http://localhost:3000/cb', 'http://127.0.0.1/cb'],
  ['loopback_name', 'http://127.0.0.1:3000/cb', 'http://[::1]:3000/cb'],
  ['port', 'https://app.example.com:8443/cb', cb],
  ['port', 'http://localhost:3001/cb', 'http://localhost:3000/cb'],
  ['trailing_slash', `${cb}/`, cb],
  ['trailing_slash', 'https://app.example.com', 'https://app.example.com/'],
  ['letter_case', 'https://app.example.com/CB', cb],
  ['letter_case', 'https://APP.example.com/cb', cb],
  ['www', 'https://www.app.example.com/cb', cb],
  ['www', 'https://example.com/cb', 'https://www.example.com/cb'],
  ['percent_encoding', 'https%3A%2F%2Fapp.example.com%2Fcb', cb],
  ['percent_encoding', 'https%253A%252F%252Fapp.example.com%252Fcb', cb],
  ['percent_encoding', 'https://app.example.com/%63b', cb],
  ['query', `${cb}?tab=1`, cb],
  ['query', cb, `${cb}?tab=1`],
  ['fragment', `${cb}#top`, cb],
  ['default_port', 'https://app.example.com:443/cb', cb],
  ['default_port', 'http://localhost/cb', 'http://localhost:80/cb'],
  ['missing_path', 'https://app.example.com', cb],
  ['missing_path', 'https://app.example.com/', cb],
  ['look_alike', 'https://аpp.example.com/cb', cb],
  ['look_alike', 'https://app.exarnple.com/cb', cb],
  ['nothing_near', 'https://other.example.org/login', cb],
]

for (const [difference, sent, registered] of examples)
  test(`${sent} for ${registered} is told as ${difference}`, () => {
    const diagnosis = diagnoseRedirectUri(sent, ['https://unrelated.example.net/x', registered])

    assert.equal(diagnosis.difference, difference)
    assert.equal(diagnosis.registered[0]?.map((each) => each.text).join(''), registered)
  })

test('an address of another app or environment is told first, where the reader may know', () => {
  const elsewhere = { otherApps: [`${cb}/`], otherEnvironments: ['https://test.example.com/cb'] }

  assert.equal(diagnoseRedirectUri(`${cb}/`, [cb], elsewhere).difference, 'other_app')
  assert.equal(diagnoseRedirectUri('https://test.example.com/cb', [cb], elsewhere).difference, 'other_environment')
  assert.equal(diagnoseRedirectUri(`${cb}/`, [cb]).difference, 'trailing_slash')
})

test('only what differs is marked, in both lines', () => {
  const { received, registered } = diagnoseRedirectUri('https://app.example.com:8443/cb', [cb])

  assert.deepEqual(received, [
    { text: 'https://app.example.com', differs: false },
    { text: ':8443', differs: true },
    { text: '/cb', differs: false },
  ])
  assert.deepEqual(registered, [
    [
      { text: 'https://app.example.com', differs: false },
      { text: '/cb', differs: false },
    ],
  ])
})

test('where nothing is near, the nearest three are listed, the nearest first', () => {
  const registered = [
    'https://a.example/long/and/different',
    'https://b.example/x',
    'https://b.example/xyz',
    'https://c.example/q',
  ]
  const { registered: lines } = diagnoseRedirectUri('https://b.example/xy12', registered)

  assert.equal(lines.length, 3)
  assert.equal(lines[0]?.map((each) => each.text).join(''), 'https://b.example/xyz')
})

test('a client without a redirect URI gets a diagnosis, too', () => {
  assert.deepEqual(diagnoseRedirectUri(cb, []), {
    difference: 'nothing_near',
    received: [{ text: cb, differs: false }],
    registered: [],
  })
})

test('[HT-07] whatever is sent, the lines are bounded and say what was sent', () => {
  const evil = [
    '/'.repeat(50_000),
    '%'.repeat(50_000),
    `http://${'a:'.repeat(25_000)}`,
    '@'.repeat(50_000),
    '%25'.repeat(20_000),
  ]
  const text = fc.oneof(fc.string(), fc.webUrl(), fc.constantFrom(...evil))

  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 5 }), (sent, registered) => {
      const { received, registered: lines } = diagnoseRedirectUri(sent, registered)

      assert.equal(received.map((each) => each.text).join(''), sent.slice(0, maxShownCharacters))
      assert.ok(lines.every((line) => line.map((each) => each.text).join('').length <= maxShownCharacters))
    }),
    { numRuns: 200 },
  )
})

test('it explains what does not match, and nothing it explains matches', () => {
  for (const [, sent, registered] of examples)
    assert.equal(matchRedirectUri(sent, [registered as RegisteredRedirectUri], false), undefined)
})
