import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import { instant, seconds } from '../base/time.ts'
import { attackKey } from '../testing/jose-attacks.ts'
import { signJws } from './jws.ts'
import { checkClaims, openJwt, readJwt, type ClaimRules } from './jwt.ts'

const keys = [{ kid: attackKey.kid, alg: attackKey.alg, key: createPublicKey(attackKey.key) }]
const second = (count: number) => instant(count * 1000)

function outcome(claims: Record<string, unknown>, rules: Partial<ClaimRules> = {}): string {
  const checked = checkClaims(claims, { now: second(1000), ...rules })
  return checked.ok ? 'passed' : checked.error
}

test('[JAT-4-02] a JWT is good until the second it expires, and as much longer as the skew says', () => {
  // req: JW-11
  assert.equal(outcome({ exp: 1001 }), 'passed')
  assert.equal(outcome({ exp: 1000 }), 'expired')
  assert.equal(outcome({ exp: 1000.5 }), 'passed')
  assert.equal(outcome({ exp: 996 }, { expirySkew: seconds(5) }), 'passed')
  assert.equal(outcome({ exp: 995 }, { expirySkew: seconds(5) }), 'expired')
})

test('[JW-11] nbf and iat are past, or in the future by no more than the skew', () => {
  for (const name of ['nbf', 'iat']) {
    assert.equal(outcome({ exp: 2000, [name]: 1000 }), 'passed')
    assert.equal(outcome({ exp: 2000, [name]: 1000.001 }), 'not_yet_valid')
    assert.equal(outcome({ exp: 2000, [name]: 1005 }, { futureSkew: seconds(5) }), 'passed')
    assert.equal(outcome({ exp: 2000, [name]: 1006 }, { futureSkew: seconds(5) }), 'not_yet_valid')
  }
})

test('[JW-11] times are numbers between 1970 and the end of 9999', () => {
  const bad = ['2000', null, -1, 253_402_300_800, 1e308, true, [2000], {}, NaN, Infinity]

  assert.deepEqual(
    bad.map((exp) => outcome({ exp })),
    bad.map(() => 'claim_malformed'),
  )
  assert.equal(outcome({ exp: 253_402_300_799 }), 'passed')
  assert.equal(outcome({ exp: 2000, iat: 0 }), 'passed')
})

test('[JW-12] exp is always required, other claims when the verifier says so', () => {
  assert.equal(outcome({}), 'claim_missing')
  assert.equal(outcome({ exp: 2000 }, { required: ['iat'] }), 'claim_missing')
  assert.equal(outcome({ exp: 2000, iat: 1 }, { required: ['iat'] }), 'passed')
})

test('[JWT-3.8-01] the issuer is compared character by character', () => {
  const issuer = 'https://as.example'

  assert.equal(outcome({ exp: 2000, iss: issuer }, { issuer }), 'passed')
  for (const iss of [undefined, `${issuer}/`, 'https://AS.example', 'https://other.example']) {
    assert.equal(outcome({ exp: 2000, iss }, { issuer }), 'issuer_wrong')
  }
  assert.equal(outcome({ exp: 2000, iss: [issuer] }, { issuer }), 'claim_malformed')
})

test('[JWT-3.9-01] the audience is the one or among the several that aud names', () => {
  const audience = 'https://orders.example/'

  assert.equal(outcome({ exp: 2000, aud: audience }, { audience }), 'passed')
  assert.equal(outcome({ exp: 2000, aud: ['a', audience] }, { audience }), 'passed')
  for (const aud of [undefined, 'https://orders.example', [], ['a']]) {
    assert.equal(outcome({ exp: 2000, aud }, { audience }), 'audience_wrong')
  }
  for (const aud of [{}, [audience, 1], [[audience]], 7]) {
    assert.equal(outcome({ exp: 2000, aud }, { audience }), 'claim_malformed')
  }
})

test('[JAT-4-01] typ compares without case and with application/ left out or not', () => {
  // req: JWT-3.11-01
  const read = (typ: string | undefined) => {
    const compact = signJws(typ === undefined ? {} : { typ }, { exp: 2000 }, attackKey)
    const result = readJwt(compact, { keys, typ: ['at+jwt'], now: second(1000) })
    return result.ok ? 'passed' : result.error
  }

  assert.deepEqual(['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/At+Jwt'].map(read), Array(4).fill('passed'))
  assert.deepEqual([undefined, 'JWT', 'at+jwt ', 'x/at+jwt', 'at'].map(read), Array(5).fill('type_wrong'))
})

test('[JAT-4-01] a verifier that takes a JWT without typ says so', () => {
  const compact = signJws({}, { exp: 2000 }, attackKey)

  assert.equal(openJwt(compact, { keys, typ: [undefined] }).ok, true)
  assert.equal(openJwt(compact, { keys, typ: ['JWT'] }).ok, false)
})
