import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aSettings } from '../testing/build-settings.ts'
import { describeServer } from './metadata.ts'

const grants = ['authorization_code', 'refresh_token']

test('[MD-2-05] no member of the document is empty or null', () => {
  // req: O21-C-01
  const bare = describeServer(aSettings([]), grants, ['ES256'])

  assert.equal('protected_resources' in bare, false)
  for (const document of [bare, describeServer(aSettings(), grants, ['ES256'])]) {
    const empty = Object.entries(document).filter(
      ([, value]) => value === null || value === '' || (Array.isArray(value) && value.length === 0),
    )
    assert.deepEqual(empty, [])
  }
})

test('[O21-3.1-02] endpoints are below the issuer and have no fragment and no query', () => {
  // req: O21-3.2-01
  const document = describeServer(aSettings(), grants, ['ES256'])

  for (const [name, value] of Object.entries(document)) {
    if (!name.endsWith('_endpoint') && name !== 'jwks_uri') continue
    assert.match(String(value), /^https:\/\/as\.example\/[^?#]+$/, name)
  }
})

test('[O21-7.10-02] S256 and nothing else is announced, and code and nothing else', () => {
  // req: BCP-2.1.1-05, BCP-4.7.1-01, ISS-2.3-01, IN-10, MD-2-02, MD-2-03
  const document = describeServer(aSettings(), grants, ['ES256', 'EdDSA'])

  assert.deepEqual(document.code_challenge_methods_supported, ['S256'])
  assert.deepEqual(document.response_types_supported, ['code'])
  assert.deepEqual(document.response_modes_supported, ['query'])
  assert.deepEqual(document.grant_types_supported, grants)
  assert.equal(document.authorization_response_iss_parameter_supported, true)
  for (const endpoint of ['token', 'revocation', 'introspection'] as const) {
    assert.ok(document[`${endpoint}_endpoint_auth_methods_supported`].includes('private_key_jwt'))
    assert.deepEqual(document[`${endpoint}_endpoint_auth_signing_alg_values_supported`], ['ES256', 'EdDSA'])
  }
})
