import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { SignatureAlgorithm } from '../base/signature-algorithm.ts'
import { addSeconds, seconds } from '../base/time.ts'
import { aClient, liWei, shop } from '../testing/build.ts'
import { anAuthorization } from '../testing/build-tokens.ts'
import { aHash, morning } from '../testing/ids.ts'
import type { SessionId } from './authorization.ts'
import type { ClientId } from './client.ts'
import { describeIdToken, sidOf } from './identity-token.ts'

const describe = (alg: SignatureAlgorithm = 'RS256', given: Partial<Parameters<typeof describeIdToken>[0]> = {}) =>
  describeIdToken({
    issuer: 'https://as.example',
    client: aClient(),
    algorithm: alg,
    subject: liWei,
    authorization: anAuthorization({ particulars: { acr: 'urn:hufu:acr:pwd', amr: ['pwd'] } }),
    nonce: undefined,
    accessToken: 'token',
    wished: {},
    now: addSeconds(morning, seconds(60)),
    ...given,
  })

test('[OIDC-2-01] the sign-in is dated by itself, the token by now; it lives for ten minutes', () => {
  const { iat, exp, auth_time } = describe() as Record<string, number>

  assert.deepEqual([iat, exp, auth_time], [morning / 1000 + 60, morning / 1000 + 660, morning / 1000])
})

test('[OIDC-3.1.3.6-01] at_hash is the left half of the hash that belongs to the algorithm', () => {
  const half = (name: string) => {
    const digest = createHash(name).update('token').digest()

    return digest.subarray(0, digest.length / 2).toString('base64url')
  }

  for (const [alg, name] of [
    ['RS256', 'sha256'],
    ['ES256', 'sha256'],
    ['PS256', 'sha256'],
    ['ES384', 'sha384'],
    ['EdDSA', 'sha512'],
  ] as const)
    assert.equal(describe(alg)['at_hash'], half(name), alg)
})

test('[OIDC-2-01] no wish takes the place of what the token says by itself', () => {
  const wished = { iss: 'https://evil.example', sub: 'mallory', aud: 'x', exp: 9e9, email: 'li.wei@example.com' }
  const { iss, sub, aud, email } = describe('RS256', { wished })

  assert.deepEqual([iss, sub, aud, email], ['https://as.example', liWei, shop, 'li.wei@example.com'])
})

test('[OIDC-2-01] sid is the same for one session and client, and has nothing of the session in it', () => {
  const session = aHash<SessionId>()

  assert.equal(sidOf(session, shop), sidOf(session, shop))
  assert.notEqual(sidOf(session, shop), sidOf(session, 'another' as ClientId))
  assert.notEqual(sidOf(session, shop), sidOf(aHash<SessionId>(), shop))
  assert.equal(session.includes(sidOf(session, shop)), false)
  assert.equal('sid' in describe(), false)
})
