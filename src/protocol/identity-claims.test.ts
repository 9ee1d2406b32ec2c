import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anAccount, scopeOf } from '../testing/build.ts'
import { claimsAbout } from './identity-claims.ts'

const all = scopeOf('openid profile email address phone')
const liWei = anAccount({
  profile: { given_name: 'Wei', birthdate: '1990-01-02', phone_number: '+86 571 0000', updated_at: 5 },
})

test('[OIDC-5.3-01] a scope gives its claims, and what is not known of them is not there', () => {
  assert.deepEqual(claimsAbout(liWei, scopeOf('openid profile'), {}, all), {
    name: 'Li Wei',
    given_name: 'Wei',
    preferred_username: 'li.wei',
    birthdate: '1990-01-02',
    updated_at: 5,
  })
  assert.deepEqual(claimsAbout(liWei, scopeOf('openid address'), {}, all), {})
  assert.deepEqual(claimsAbout(liWei, scopeOf('openid email phone'), {}, all), {
    email: 'li.wei@example.com',
    email_verified: false,
    phone_number: '+86 571 0000',
    phone_number_verified: false,
  })
  assert.deepEqual(claimsAbout(anAccount({ email: undefined }), scopeOf('email phone'), {}, all), {})
})

test('[OIDC-5.5-01] a wish gives one claim, and only of a scope that the client may have today', () => {
  const wishes = { given_name: {}, email: { essential: true }, nickname: {} }

  assert.deepEqual(claimsAbout(liWei, scopeOf('openid'), wishes, all), {
    given_name: 'Wei',
    email: 'li.wei@example.com',
  })
  assert.deepEqual(claimsAbout(liWei, scopeOf('openid profile'), wishes, scopeOf('openid')), {})
})
