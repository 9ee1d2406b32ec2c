import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ScopeText } from '../protocol/resource.ts'
import { aSettings } from '../testing/index.ts'
import { parseRegistration } from './registration-options.ts'
import type { RegistrationOptions } from './registration-options.ts'

const [text] = [...aSettings().scopes.values()] as [ScopeText]
const scopes = new Map(
  (['read', 'write', 'delete', 'money'] as const).map((access) => [access, { ...text, name: access, access }]),
)
const faultOf = (options: RegistrationOptions, development = false) => {
  const parsed = parseRegistration(options, { scopes, detailTypes: ['payment'], development })

  return parsed.ok ? 'ok' : (/^registration\.(\w+): /.exec(parsed.error)?.[1] ?? parsed.error)
}

test('[DCR-5-02] clients that make themselves known may read and write, come for a day, and leave after a month without use', () => {
  const parsed = parseRegistration({}, { scopes, detailTypes: ['payment'], development: false })

  assert.deepEqual(parsed, {
    ok: true,
    value: {
      scopes: ['read', 'write'],
      authorizationDetailTypes: [],
      firstUseWithin: 86_400,
      unusedFor: 2_592_000,
      maxClients: 10_000,
      allowedHosts: undefined,
      deniedHosts: [],
      localhostAnyPort: false,
      allScopes: false,
      softwareStatements: [],
    },
  })
})

test('[DCR-5-02] what an operator sets is a scope of the server, a number within bounds, a host', () => {
  // req: CIMD-8.9-01, RG-10
  assert.equal(faultOf({ scopes: ['money'] }), 'ok')
  assert.equal(faultOf({ scopes: ['other'] }), 'scopes')
  assert.equal(faultOf({ authorizationDetailTypes: ['payment'] }), 'ok')
  assert.equal(faultOf({ authorizationDetailTypes: ['other'] }), 'authorizationDetailTypes')
  for (const [option, least, most] of [
    ['firstUseWithin', 60, 2_592_000],
    ['unusedFor', 86_400, 31_622_400],
    ['maxClients', 1, 1_000_000],
  ] as const) {
    for (const right of [least, most]) assert.equal(faultOf({ [option]: right }), 'ok', `${option} ${right}`)
    for (const wrong of [least - 1, most + 1, least + 0.5, Number.NaN, Infinity])
      assert.equal(faultOf({ [option]: wrong }), option, `${option} ${wrong}`)
    assert.equal(faultOf({ [option]: 1 }, true), 'ok')
  }
  for (const host of ['app.example', '.app.example', 'app.example:8443', '192.0.2.1', 'xn--fiq228c.example'])
    assert.equal(faultOf({ allowedHosts: [host], deniedHosts: [host] }), 'ok', host)
  for (const host of [
    '',
    '.',
    '..a',
    'App.example',
    'app.example/',
    'https://app.example',
    'app.example:443',
    '*.app.example',
    '应用.example',
    'a b',
  ])
    assert.equal(faultOf({ allowedHosts: ['app.example', host] }), 'allowedHosts', host)
  assert.equal(faultOf({ deniedHosts: ['*'] }), 'deniedHosts')
})

test('[DCR-2.3-01] an issuer of software statements comes with keys that are good', () => {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }
  const issuer = 'https://directory.example'

  assert.equal(faultOf({ softwareStatements: [{ issuer, jwks: { keys: [jwk] } }] }), 'ok')
  for (const jwks of [{}, { keys: [{ kty: 'oct', k: 'x' }] }, { keys: [{ ...jwk, d: 'x' }] }])
    assert.equal(faultOf({ softwareStatements: [{ issuer, jwks }] }), 'softwareStatements')
})
