import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { parseTrustedIssuers } from './trusted-issuers.ts'
import type { TrustedIssuerOptions } from './trusted-issuers.ts'

const known = {
  issuer: 'https://as.example',
  scopes: ['orders.read'],
  resources: ['https://orders.example'],
  development: false,
}
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'i1', alg: 'ES256' }] }

const anIssuer = (given: Partial<TrustedIssuerOptions> = {}): TrustedIssuerOptions => ({
  issuer: 'https://idp.example',
  jwks,
  clients: ['portal'],
  subject: 'username',
  scopes: ['orders.read'],
  resources: ['https://orders.example'],
  ...given,
})

function faultOf(given: Partial<TrustedIssuerOptions>, development = false): string {
  const parsed = parseTrustedIssuers([anIssuer(given)], { ...known, development })

  return parsed.ok ? 'ok' : (/^trustedIssuers\[0\]\.(.*?):/.exec(parsed.error)?.[1] ?? parsed.error)
}

test('[JCA-3.1-01] an issuer is trusted as far as its entry says: keys, clients, subjects, scopes and resources', () => {
  const parsed = parseTrustedIssuers([anIssuer()], known)

  assert.deepEqual(parsed.ok && [...parsed.value], [
    [
      'https://idp.example',
      {
        issuer: 'https://idp.example',
        keys: [{ kid: 'i1', alg: 'ES256', jwk: jwks.keys[0] }],
        jwksUri: undefined,
        clients: ['portal'],
        publicClients: false,
        subject: 'username',
        subjects: undefined,
        scope: ['orders.read'],
        resources: ['https://orders.example'],
      },
    ],
  ])
})

test('[JCA-3.1-01] an entry that leaves something open, or names what is not here, is refused with its place', () => {
  // req: GR-07
  const secret = { kty: 'oct', k: 'c2VjcmV0' }
  const { jwks: _, ...withoutKeys } = anIssuer()
  const both = anIssuer({ jwksUri: 'https://idp.example/jwks.json' })
  const noKeys = parseTrustedIssuers([withoutKeys], known)

  assert.equal(noKeys.ok === false && noKeys.error, 'trustedIssuers[0].jwks: give either jwks or jwksUri')
  assert.equal(parseTrustedIssuers([both], known).ok, false)
  assert.equal(parseTrustedIssuers([anIssuer(), anIssuer()], known).ok, false)
  assert.equal(faultOf({ issuer: 'http://idp.example' }), 'issuer')
  assert.equal(faultOf({ issuer: 'idp' }), 'issuer')
  assert.equal(faultOf({ issuer: known.issuer }), 'issuer')
  assert.equal(faultOf({ jwks: { keys: [] } }), 'jwks')
  assert.equal(faultOf({ jwks: { keys: [secret] } }), 'jwks.keys[0]')
  assert.equal(faultOf({ jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }) }] } }), 'jwks.keys[0]')
  assert.equal(faultOf({ clients: [] }), 'clients')
  assert.equal(faultOf({ subject: 'client' }), 'subjects')
  assert.equal(faultOf({ subject: 'client', subjects: ['repo:shop/main'] }), 'ok')
  assert.equal(faultOf({ scopes: ['orders.delete'] }), 'scopes')
  assert.equal(faultOf({ resources: [] }), 'resources')
  assert.equal(faultOf({ resources: ['https://elsewhere.example'] }), 'resources[0]')
})

test('[JCA-jwks-01] published keys are at an https address; http is for development on this machine', () => {
  const at = (jwksUri: string, development = false) => {
    const { jwks: _, ...rest } = anIssuer({ jwksUri })

    return parseTrustedIssuers([rest], { ...known, development }).ok
  }

  assert.equal(at('https://idp.example/jwks.json'), true)
  assert.equal(at('http://127.0.0.1:9000/jwks.json'), false)
  assert.equal(at('http://127.0.0.1:9000/jwks.json', true), true)
  assert.equal(at('http://idp.example/jwks.json', true), false)
})
