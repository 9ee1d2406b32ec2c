import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { AuthorizationCode, ClientCredentials } from 'simple-oauth2'
import { approve } from '../support/approve.ts'
import { startChildServer } from '../support/child-server.ts'
import type { ChildServer } from '../support/child-server.ts'
import { basic, clients, post, redirectUri } from './cast.ts'

let server: ChildServer

before(async () => {
  server = await startChildServer({ clients })
})
after(() => server?.remove())

const auth = () => ({ tokenHost: server.url, tokenPath: '/token', authorizePath: '/authorize', revokePath: '/revoke' })

test('[L20-6749-2.3.1-01] simple-oauth2 with Basic and PKCE completes code, refresh and revocation', async () => {
  // req: O21-2.4.1-03
  const client = new AuthorizationCode({
    client: { id: basic.client_id, secret: basic.client_secret },
    auth: auth(),
    options: { authorizationMethod: 'header' },
  })
  const verifier = randomBytes(32).toString('base64url')
  // Its types know nothing of PKCE; it sends on whatever it is given.
  const pkce = {
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }
  const url = client.authorizeURL({ redirect_uri: redirectUri, scope: 'orders.read', state: 'a state', ...pkce })

  const callback = await approve(url)
  const parameters = { code: callback.searchParams.get('code')!, redirect_uri: redirectUri, code_verifier: verifier }
  const token = await client.getToken(parameters)
  const refreshed = await token.refresh()

  assert.equal(callback.searchParams.get('state'), 'a state')
  assert.equal(token.token['scope'], 'orders.read')
  assert.notEqual(refreshed.token['refresh_token'], token.token['refresh_token'])
  await refreshed.revoke('refresh_token')
  await assert.rejects(refreshed.refresh())
})

test('[O21-4.2.1-01] simple-oauth2 gets a token by client credentials, with the secret in the body', async () => {
  const client = new ClientCredentials({
    client: { id: post.client_id, secret: post.client_secret },
    auth: { tokenHost: server.url, tokenPath: '/token' },
    options: { authorizationMethod: 'body' },
  })

  const token = await client.getToken({ scope: 'orders.read' })

  assert.equal(token.expired(), false)
  assert.equal(token.token['refresh_token'], undefined)
})
