import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { halvesMatch, parseChallenge, parseVerifier } from './pkce.ts'
import type { Challenge, Verifier } from './pkce.ts'

/** RFC 7636 appendix B. */
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

const reasonOf = (raw: string | undefined, method: string | undefined) => {
  const parsed = parseChallenge(raw, method)

  return parsed.ok ? 'accepted' : parsed.error.reason
}

test('[O21-4.1.1-03] the two halves of the example in RFC 7636 fit', () => {
  assert.equal(halvesMatch(verifier as Verifier, challenge as Challenge), true)
  assert.equal(halvesMatch(`${verifier}x` as Verifier, challenge as Challenge), false)
})

test('[PK-05] no half fits another half', () => {
  const half = fc.stringMatching(/^[A-Za-z0-9._~-]{43,128}$/)

  fc.assert(
    fc.property(half, (other) => halvesMatch(other as Verifier, challenge as Challenge) === (other === verifier)),
  )
  assert.equal(halvesMatch(challenge as string as Verifier, challenge as Challenge), false)
})

test('[O21-4.1.1-04] a challenge has exactly 43 characters of base64url', () => {
  // req: PK-07
  const bad = [
    challenge.slice(1),
    `${challenge}a`,
    `${challenge}=`,
    challenge.replace('-', '+'),
    challenge.replace('-', '/'),
    challenge.replace('-', '.'),
    challenge.replace('-', '~'),
    ` ${challenge.slice(1)}`,
    `${challenge}\n`,
    challenge.replace('E', '\u00c9'),
  ]

  assert.equal(reasonOf(challenge, 'S256'), 'accepted')
  assert.deepEqual(
    bad.filter((each) => reasonOf(each, 'S256') !== 'challenge_malformed'),
    [],
  )
})

test('[O21-4.1.1-05] the method is required and is S256: plain does not exist', () => {
  // req: O21-7.5.2-01, O21-4.1.2.1-04, O21-1.9-01, PK-04, D6
  assert.equal(reasonOf(challenge, undefined), 'challenge_method_missing')
  const others = ['plain', 'PLAIN', 's256', 'S512', 'S256 ', 'S256,plain', '']
  assert.deepEqual(
    others.filter((each) => reasonOf(challenge, each) !== 'challenge_method_unsupported'),
    [],
  )

  const refused = parseChallenge(challenge, 'plain')
  assert.equal(refused.ok, false)
  assert.match(refused.error.description, /transform/)
})

test('[O21-4.1.1-07] a request without a challenge is refused, whatever method it names', () => {
  assert.equal(reasonOf(undefined, undefined), 'challenge_missing')
  assert.equal(reasonOf(undefined, 'S256'), 'challenge_missing')
})

test('[PK-05] a verifier has 43 to 128 unreserved characters', () => {
  // req: O21-4.1.1-04
  const accepted = ['a'.repeat(43), 'a'.repeat(128), `${'a'.repeat(39)}-._~`]
  const bad = [
    'a'.repeat(42),
    'a'.repeat(129),
    `${'a'.repeat(43)}=`,
    `${'a'.repeat(43)}+`,
    `${'a'.repeat(43)}/`,
    `${'a'.repeat(43)} `,
    `${'a'.repeat(43)}\n`,
    `${'a'.repeat(42)}\u00e4`,
    '',
  ]

  assert.deepEqual(
    accepted.filter((each) => !parseVerifier(each).ok),
    [],
  )
  assert.deepEqual(
    bad.filter((each) => parseVerifier(each).ok),
    [],
  )
})
