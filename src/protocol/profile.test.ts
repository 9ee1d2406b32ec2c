import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aClient, aSettings } from '../testing/index.ts'
import type { Client, ClientKey } from './client.ts'
import { findClientFault, rotatesRefreshTokens } from './profile.ts'

const es256 = { kid: 'k', alg: 'ES256', jwk: {} } as const satisfies ClientKey
const fapi = (given: Partial<Client> = {}) =>
  aClient({ authMethod: 'private_key_jwt', secrets: [], keys: [es256], pkceExemptUntil: undefined, ...given })

test('[FAPI-prof-01] a client keeps to the profile, or is told which member does not', () => {
  // req: FAPI-5.3.2.1-06, FAPI-5.3.2.2-05, FAPI-5.4.1-01, R1
  const member = (given: Partial<Client>) => findClientFault(fapi(given), 'fapi2')?.split(':')[0]
  const rs256 = { ...es256, alg: 'RS256' } as const

  assert.equal(member({}), undefined)
  for (const authMethod of ['client_secret_basic', 'client_secret_post', 'none'] as const)
    assert.equal(member({ authMethod }), 'token_endpoint_auth_method', authMethod)
  assert.equal(member({ assertionAlg: 'RS256' }), 'token_endpoint_auth_signing_alg')
  assert.equal(member({ keys: [rs256] }), 'jwks')
  assert.equal(member({ keys: [rs256, es256] }), undefined)
  assert.equal(member({ keys: [], jwksUri: 'https://client.example/jwks' }), undefined)
  assert.equal(member({ redirectUris: ['http://127.0.0.1/cb' as never] }), 'redirect_uris')
  assert.equal(member({ redirectUris: ['http://127.0.0.1/cb' as never], kind: 'native' }), undefined)
  assert.equal(member({ pkceExemptUntil: 0 as never }), 'hufu_pkce_exempt_until')
  // An API that introspects is no client of FAPI, and other profiles demand nothing.
  assert.equal(member({ authMethod: 'client_secret_basic', grantTypes: [] }), undefined)
  for (const profile of ['oauth21', 'mcp'] as const)
    assert.equal(findClientFault(aClient({ keys: [rs256], pkceExemptUntil: 0 as never }), profile), undefined)
})

test('[FAPI-5.3.2.1-09] refresh tokens are kept for confidential clients of the profile fapi2, and rotate everywhere else', () => {
  // req: R6
  const rotates = (type: Client['type'], profile: 'oauth21' | 'mcp' | 'fapi2') =>
    rotatesRefreshTokens(aClient({ type }), aSettings(undefined, { profile }))

  const kept = { lifetimes: { ...aClient().lifetimes, refreshKept: true } }
  assert.equal(rotatesRefreshTokens(aClient(kept), aSettings()), false)
  assert.equal(rotatesRefreshTokens(aClient({ ...kept, type: 'public' }), aSettings()), true)
  assert.equal(rotates('confidential', 'fapi2'), false)
  assert.equal(rotates('public', 'fapi2'), true)
  for (const profile of ['oauth21', 'mcp'] as const)
    for (const type of ['confidential', 'public'] as const) assert.equal(rotates(type, profile), true)
})
