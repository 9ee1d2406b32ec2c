import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as client from 'openid-client'
import { approve } from '../support/approve.ts'
import { startChildServer } from '../support/child-server.ts'
import type { ChildServer } from '../support/child-server.ts'
import { basic, clients, open, post, privateJwk, redirectUri, signing } from './cast.ts'

let server: ChildServer

before(async () => {
  server = await startChildServer({ clients })
})
after(() => server?.remove())

const key = await crypto.subtle.importKey(
  'jwk',
  privateJwk as JsonWebKey,
  { name: 'ECDSA', namedCurve: 'P-256' },
  false,
  ['sign'],
)

const ways: readonly (readonly [string, string, client.ClientAuth])[] = [
  ['client_secret_basic', basic.client_id, client.ClientSecretBasic(basic.client_secret)],
  ['client_secret_post', post.client_id, client.ClientSecretPost(post.client_secret)],
  ['private_key_jwt', signing.client_id, client.PrivateKeyJwt({ key, kid: 'k1' })],
  ['none', open.client_id, client.None()],
]

for (const [method, clientId, authentication] of ways) {
  for (const algorithm of ['oauth2', 'oidc'] as const) {
    test(`[O21-3.2.1-01] openid-client with ${method}, found by ${algorithm} discovery, gets, refreshes, introspects and revokes tokens`, async () => {
      // req: ISS-2-01, MD-3-01, MD-3.1-01, REV-2-01, INT-2.2-01, O21-2.4.1-01
      const config = await client.discovery(new URL(server.url), clientId, undefined, authentication, {
        algorithm,
        execute: [client.allowInsecureRequests],
      })
      const verifier = client.randomPKCECodeVerifier()
      const state = client.randomState()
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'orders.read',
        resource: 'https://orders.example',
        state,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      })

      const callback = await approve(url.href)
      const tokens = await client.authorizationCodeGrant(config, callback, {
        pkceCodeVerifier: verifier,
        expectedState: state,
      })
      const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!)

      assert.equal(tokens.token_type, 'bearer')
      assert.equal(tokens.scope, 'orders.read')
      assert.notEqual(refreshed.refresh_token, tokens.refresh_token)
      if (method !== 'none') {
        const told = await client.tokenIntrospection(config, refreshed.access_token)
        assert.equal(told.active, true)
        assert.equal(told.aud, 'https://orders.example')
      }
      await client.tokenRevocation(config, refreshed.refresh_token!)
      if (method !== 'none')
        assert.deepEqual({ ...(await client.tokenIntrospection(config, refreshed.access_token)) }, { active: false })
      await assert.rejects(client.refreshTokenGrant(config, refreshed.refresh_token!), { error: 'invalid_grant' })
    })
  }

  if (method === 'none') continue
  test(`[JAT-2.2-02] openid-client with ${method} gets a token for itself by client credentials`, async () => {
    // req: O21-4.2-02
    const config = await client.discovery(new URL(server.url), clientId, undefined, authentication, {
      algorithm: 'oauth2',
      execute: [client.allowInsecureRequests],
    })

    const tokens = await client.clientCredentialsGrant(config, { scope: 'orders.read' })

    assert.equal(tokens.refresh_token, undefined)
    assert.equal((await client.tokenIntrospection(config, tokens.access_token)).sub, clientId)
  })
}
