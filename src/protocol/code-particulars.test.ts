import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aClient, aSession, aTransaction, scopeOf } from '../testing/build.ts'
import { aSettings } from '../testing/build-settings.ts'
import type { StoredAuthorizeRequest } from './authorization.ts'
import { particularsAfterCode, particularsOfCode, particularsOfToken } from './code-particulars.ts'

const acr = 'urn:hufu:acr:pwd'
const ofCode = (given: Partial<StoredAuthorizeRequest>) =>
  particularsOfCode({ ...aTransaction().request, ...given }, aSession(), aSettings())

test('[STEP-6-01] a plain OAuth request leaves nothing at its code, one that asked for a level what was reached', () => {
  assert.deepEqual(ofCode({ nonce: 'n' }), {})
  assert.deepEqual(ofCode({ acrValues: ['gold'] }), { acr })
  assert.deepEqual(particularsOfToken({}), {})
  assert.deepEqual(particularsOfToken({ acr, amr: ['pwd'], nonce: 'n' }), { acr })
})

test('[OIDC-12.2-01] the nonce stays with the code; how the person signed in goes on to the authorization', () => {
  const code = ofCode({ scope: scopeOf('openid'), nonce: 'n', claims: { userinfo: { email: {} } } })

  assert.deepEqual(code, { acr, amr: ['pwd'], nonce: 'n', claims: { userinfo: { email: {} } } })
  assert.deepEqual(particularsAfterCode({ ...code, onlineOnly: true }, aClient(), undefined), {
    acr,
    amr: ['pwd'],
    claims: { userinfo: { email: {} } },
  })
})

test('[DPOP-5-02] the key that a public client has shown stays with its authorization; a confidential one may change it', () => {
  const [asked, shown] = [{ jkt: 'asked' }, { jkt: 'shown' }]
  const open = aClient({ type: 'public', authMethod: 'none' })

  assert.deepEqual(ofCode({ confirmation: asked }), { confirmation: asked })
  assert.deepEqual(particularsAfterCode({ confirmation: asked }, open, shown), { confirmation: shown })
  assert.deepEqual(particularsAfterCode({ confirmation: asked }, aClient(), shown), {})
  assert.deepEqual(particularsAfterCode({}, open, undefined), {})
})
