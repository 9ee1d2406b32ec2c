import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aClient, aSelfRegisteredClient, morning } from '../testing/index.ts'
import { standing } from './authorize-decision.ts'
import { findClientChanges } from './client-changes.ts'
import type { Client } from './client.ts'
import { aConsent } from '../testing/index.ts'
import { instant } from '../base/time.ts'
import type { RegisteredRedirectUri } from './redirect-uri.ts'

const key = { kid: 'one', alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' } } as const
const before = aClient({ keys: [key], authMethod: 'private_key_jwt' })
const other = 'https://shop.example/other' as RegisteredRedirectUri

test('[CIMD-8.4-01] names, redirect URIs and keys are what a client is recognised by', () => {
  // req: RG-08
  const changes: readonly [Partial<Client>, readonly string[]][] = [
    [{ name: 'Another' }, ['name']],
    [{ homepage: undefined }, ['name']],
    [{ redirectUris: [...before.redirectUris, other] }, ['redirect_uris']],
    [{ keys: [{ ...key, kid: 'two' }] }, ['keys']],
    [{ keys: [], jwksUri: 'https://shop.example/keys' }, ['keys']],
    [{ authMethod: 'none' }, ['keys']],
    [{ scope: [] as unknown as Client['scope'] }, []],
    [{ name: 'Another', redirectUris: [other] }, ['name', 'redirect_uris']],
  ]

  for (const [change, recognised] of changes)
    assert.deepEqual(findClientChanges(before, { ...before, ...change }), { any: true, recognised })
})

test('[CIMD-8.4-01] the order of members and of redirect URIs, and when it was made, change nothing', () => {
  const two = { ...before, redirectUris: [...before.redirectUris, other] }
  const turned = {
    ...two,
    redirectUris: two.redirectUris.toReversed(),
    keys: [{ jwk: { y: 'y', x: 'x', kty: 'EC', crv: 'P-256', x5c: null }, alg: 'ES256', kid: 'one' } as const],
    createdAt: instant(1),
    disabledAt: instant(1),
    registration: aSelfRegisteredClient().registration,
  }

  assert.deepEqual(findClientChanges(two, { ...turned, redirectUris: two.redirectUris }), {
    any: false,
    recognised: [],
  })
  assert.deepEqual(findClientChanges(two, turned).recognised, [])
})

test('[RG-08] what a person allowed before a change says nothing after it', () => {
  const client = aSelfRegisteredClient()
  const changedAt = (at: number | undefined): Client => ({
    ...client,
    registration: client.registration && { ...client.registration, changedAt: at === undefined ? at : instant(at) },
  })
  const consent = aConsent({ givenAt: morning })

  assert.equal(standing(consent, changedAt(undefined)), consent)
  assert.equal(standing(consent, changedAt(morning - 1)), consent)
  assert.equal(standing(consent, changedAt(morning)), undefined)
  assert.equal(standing(consent, aClient()), consent)
  assert.equal(standing(undefined, client), undefined)
})
