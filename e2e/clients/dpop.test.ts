import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { createGuard, nodeGuard } from 'hufu/guard'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { approve } from '../support/approve.ts'
import { startChildServer } from '../support/child-server.ts'
import type { ChildServer } from '../support/child-server.ts'
import { clients, open, post, redirectUri } from './cast.ts'

/*
 * Clients of others with tokens bound to their keys: against a server and an API that both want nonces of their own.
 */

let server: ChildServer
let api: { readonly url: string; readonly close: () => void }
const visits: string[] = []

before(async () => {
  server = await startChildServer({ clients, dpopNonces: true })
  api = await startApi(server.url)
})
after(async () => {
  api?.close()
  await server?.remove()
})

/** An API that says who calls, and writes down how each call went. */
async function startApi(issuer: string) {
  const http = createServer()
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const admit = nodeGuard(
    createGuard({ resource: 'https://orders.example', issuer, dpop: { nonces: true, baseUrl: url } }),
  )
  http.on('request', (request, response) => {
    void admit(request, response, { scope: ['orders.read'] }).then((caller) => {
      visits.push(`${request.headers.authorization?.split(' ')[0]} ${caller === undefined ? 'refused' : 'admitted'}`)
      if (caller !== undefined) response.end(`${caller.clientId} ${caller.keyThumbprint}`)
    })
  })

  return { url, close: () => http.close().closeAllConnections() }
}

const insecure = { [oauth.allowInsecureRequests]: true }

/** As the library's guide says: once more if the server wants a nonce, which the handle has learned by then. */
async function withNonce<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call()
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error
    return call()
  }
}

test('[DPOP-8-01] oauth4webapi binds code and tokens to its key, learns the nonces of server and API, and refreshes', async () => {
  // req: DPOP-9-01, DPOP-10-01, DPOP-5-01, DPOP-7.1-01
  const issuer = new URL(server.url)
  const as = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }),
  )
  const app: oauth.Client = { client_id: open.client_id }
  const DPoP = oauth.DPoP(app, await oauth.generateKeyPair('ES256'))
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const url = new URL(as.authorization_endpoint!)
  url.search = new URLSearchParams({
    client_id: app.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'orders.read',
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    dpop_jkt: await DPoP.calculateThumbprint(),
  }).toString()
  const parameters = oauth.validateAuthResponse(as, app, await approve(url.href), state)
  const options = { DPoP, ...insecure }

  const tokens = await withNonce(async () =>
    oauth.processAuthorizationCodeResponse(
      as,
      app,
      await oauth.authorizationCodeGrantRequest(as, app, oauth.None(), parameters, redirectUri, verifier, options),
    ),
  )
  const refreshed = await oauth.processRefreshTokenResponse(
    as,
    app,
    await oauth.refreshTokenGrantRequest(as, app, oauth.None(), tokens.refresh_token!, options),
  )
  visits.length = 0
  const call = () =>
    oauth.protectedResourceRequest(
      refreshed.access_token,
      'GET',
      new URL(`${api.url}/orders/17?x=y`),
      undefined,
      undefined,
      options,
    )
  const answers = [await withNonce(call), await call(), await call()]

  assert.equal(tokens.token_type, 'dpop')
  assert.equal(refreshed.token_type, 'dpop')
  for (const answer of answers)
    assert.equal(await answer.text(), `${app.client_id} ${await DPoP.calculateThumbprint()}`)
  assert.deepEqual(visits, ['DPoP refused', 'DPoP admitted', 'DPoP admitted', 'DPoP admitted'])

  // Another key opens nothing.
  const thief = { DPoP: oauth.DPoP(app, await oauth.generateKeyPair('ES256')), ...insecure }
  await assert.rejects(
    withNonce(async () =>
      oauth.processRefreshTokenResponse(
        as,
        app,
        await oauth.refreshTokenGrantRequest(as, app, oauth.None(), refreshed.refresh_token!, thief),
      ),
    ),
    { error: 'invalid_grant' },
  )
  await assert.rejects(
    withNonce(() =>
      oauth.protectedResourceRequest(refreshed.access_token, 'GET', new URL(api.url), undefined, undefined, thief),
    ),
    oauth.WWWAuthenticateChallengeError,
  )
  const asBearer = await fetch(api.url, { headers: { authorization: `Bearer ${refreshed.access_token}` } })
  assert.equal(asBearer.status, 401)
})

test('[DPOP-5-02] openid-client does the same with a key of another kind, and retries for nonces by itself', async () => {
  // req: DPOP-8-01, DPOP-9-01, DPOP-5-01, OIDC-3.1.3.3-01
  const config = await client.discovery(
    new URL(server.url),
    post.client_id,
    undefined,
    client.ClientSecretPost(post.client_secret),
    { algorithm: 'oauth2', execute: [client.allowInsecureRequests] },
  )
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('EdDSA'))
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'orders.read',
    state,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    dpop_jkt: await DPoP.calculateThumbprint(),
  })

  const tokens = await client.authorizationCodeGrant(
    config,
    await approve(url.href),
    { pkceCodeVerifier: verifier, expectedState: state },
    undefined,
    { DPoP },
  )
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!, undefined, { DPoP })
  const own = await client.clientCredentialsGrant(config, { scope: 'orders.read' }, { DPoP })

  for (const { token_type, access_token } of [tokens, refreshed, own]) {
    const answer = await client.fetchProtectedResource(
      config,
      access_token,
      new URL(`${api.url}/orders`),
      'GET',
      undefined,
      undefined,
      { DPoP },
    )
    assert.equal(token_type, 'dpop')
    assert.equal(await answer.text(), `${post.client_id} ${await DPoP.calculateThumbprint()}`)
    const told = await client.tokenIntrospection(config, access_token)
    assert.deepEqual([told.token_type, told.cnf], ['DPoP', { jkt: await DPoP.calculateThumbprint() }])
  }
})
