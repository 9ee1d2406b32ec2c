import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import { instant, seconds } from '../base/time.ts'
import { attackKey, honestJwt, joseAttacks, type HonestToken } from '../testing/jose-attacks.ts'
import { readJwt } from './jwt.ts'

const honest: HonestToken = {
  typ: 'at+jwt',
  claims: {
    iss: 'https://as.example',
    sub: 'li.wei',
    aud: 'https://orders.example/',
    exp: 1060,
    iat: 1000,
  },
  key: attackKey,
  now: 1000,
}
const rules = {
  keys: [{ kid: attackKey.kid, alg: attackKey.alg, key: createPublicKey(attackKey.key) }],
  typ: ['at+jwt'],
  issuer: 'https://as.example',
  audience: 'https://orders.example/',
  now: instant(1_000_000),
  expirySkew: seconds(5),
  futureSkew: seconds(5),
}

test('[JWT-bis-01] every forged, confused or malformed JWT of the corpus is refused, the honest one is read', () => {
  // req: JW-01, JW-02, JW-03, JW-04, JW-05, JW-06, JW-07, JW-08, JW-09, JW-10, JW-11, JW-12, JW-13, JW-14
  // req: JWT-3.1-01, JWT-3.2-01, JWT-3.3-01, JWT-3.6-01, JWT-3.10-01, JWT-3.11-01
  const attacks = joseAttacks(honest)

  const accepted = attacks.filter(({ token }) => readJwt(token, rules).ok)

  assert.equal(readJwt(honestJwt(honest), rules).ok, true)
  assert.ok(attacks.length > 120)
  assert.deepEqual(
    accepted.map(({ id, what }) => `${id} ${what}`),
    [],
  )
})

test('[JW-04] a key of another party is not found by its kid in the set of this one', () => {
  const otherSet = [{ ...rules.keys[0]!, kid: 'theirs' }]

  const result = readJwt(honestJwt(honest), { ...rules, keys: otherSet })

  assert.equal(result.ok === false && result.error, 'key_unknown')
})

test('[JW-01] what is not a text is refused', () => {
  const refused = [undefined, null, 7, {}, ['a.b.c']].map((each) => readJwt(each, rules))

  assert.deepEqual(
    refused.map((each) => each.ok === false && each.error),
    Array(5).fill('not_compact'),
  )
})
