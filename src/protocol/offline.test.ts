import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aClient, aConsent, scopeOf } from '../testing/build.ts'
import { aSettings } from '../testing/build-settings.ts'
import { decideOffline } from './offline.ts'
import { profileFeatures } from './settings.ts'

const settings = aSettings()
const decide = (text: string, { asked = false, client = aClient(), known = settings } = {}) => {
  const scope = scopeOf(text)
  const granted = { scope, consent: asked ? aConsent() : undefined }
  const decided = decideOffline({ scope }, granted, client, known)

  return `${decided.scope.join(' ')}${decided.onlineOnly ? ' (online only)' : ''}`
}

test('[OIDC-11-01] beside openid, offline_access counts where the person was asked or the app is the operator’s own', () => {
  const both = 'openid offline_access'

  assert.equal(decide(both), 'openid (online only)')
  assert.equal(decide(both, { asked: true }), both)
  assert.equal(decide(both, { client: aClient({ firstParty: true }) }), both)
})

test('[OIDC-11-01] a request that does not use the word, or not the one of OpenID Connect, is untouched', () => {
  const off = aSettings([], { features: { ...profileFeatures.oauth21, openid: false } })

  assert.equal(decide('openid'), 'openid')
  assert.equal(decide('orders.read offline_access'), 'orders.read offline_access')
  assert.equal(decide('openid offline_access', { known: off }), 'openid offline_access')
})
