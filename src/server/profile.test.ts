import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePublicKey } from '../jose/jwk.ts'
import { profileFeatures } from '../protocol/settings.ts'
import { parseSettings } from './settings.ts'
import type { SettingsOptions } from './settings.ts'

const faultOf = (given: Partial<SettingsOptions>) => {
  const parsed = parseSettings({ issuer: 'https://as.example', ...given })

  return parsed.ok ? 'ok' : parsed.error
}

test('[FAPI-prof-01] the profile fapi2 turns on what it demands, and refuses settings that contradict it', () => {
  // req: FAPI-5.3.2.1-02, FAPI-5.3.2.1-11, FAPI-5.3.2.2-01, FAPI-5.3.2.2-12
  const { pushedRequests, dpop, registration, clientIdMetadataDocuments } = profileFeatures.fapi2
  assert.deepEqual(
    [pushedRequests, dpop, registration, clientIdMetadataDocuments],
    ['required', 'required', 'off', false],
  )
  assert.equal(faultOf({ profile: 'fapi2' }), 'ok')
  assert.equal(faultOf({ profile: 'fapi2', codeLifetime: 60, pushedRequestLifetime: 599 }), 'ok')
  for (const [given, setting] of [
    [{ features: { pushedRequests: 'on' } }, 'features.pushedRequests'],
    [{ features: { pushedRequests: 'off' } }, 'features.pushedRequests'],
    [{ features: { dpop: 'on' } }, 'features.dpop'],
    [{ features: { dpop: 'off' } }, 'features.dpop'],
    [{ features: { registration: 'open' } }, 'features.registration'],
    [{ features: { clientIdMetadataDocuments: true } }, 'features.clientIdMetadataDocuments'],
    [{ codeLifetime: 61 }, 'codeLifetime'],
    [{ pushedRequestLifetime: 600 }, 'pushedRequestLifetime'],
    [{ signingAlgorithm: 'RS256' }, 'signingAlgorithm'],
  ] as const satisfies readonly (readonly [Partial<SettingsOptions>, string])[]) {
    assert.match(faultOf({ profile: 'fapi2', ...given }), new RegExp(`^${setting}: `), setting)
    if (setting !== 'pushedRequestLifetime') assert.equal(faultOf(given), 'ok', `${setting} elsewhere`)
  }
})

test('[FAPI-5.4.1-01] no key of a client is weaker than the profile allows: RSA of 2048 bits, curves of 256', () => {
  const small = { kty: 'RSA', n: Buffer.alloc(128, 0xff).toString('base64url'), e: 'AQAB', alg: 'PS256' }

  assert.equal(parsePublicKey(small).ok, false)
  assert.equal(parsePublicKey({ kty: 'EC', crv: 'P-192', x: 'AA', y: 'AA', alg: 'ES256' }).ok, false)
})
