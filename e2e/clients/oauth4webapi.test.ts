import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import { approve } from '../support/approve.ts'
import { startChildServer } from '../support/child-server.ts'
import type { ChildServer } from '../support/child-server.ts'
import { clients, open, post, redirectUri } from './cast.ts'

let server: ChildServer

before(async () => {
  server = await startChildServer({ clients })
})
after(() => server?.remove())

const insecure = { [oauth.allowInsecureRequests]: true }

test('[O21-4.1.3-01] oauth4webapi, which checks every answer to the letter, completes code, refresh, introspection and revocation', async () => {
  // req: O21-3.2.3-01, O21-4.1.2-06, ISS-2-02
  const issuer = new URL(server.url)
  const as = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }),
  )
  const client = { client_id: post.client_id }
  const proof = oauth.ClientSecretPost(post.client_secret)
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const url = new URL(as.authorization_endpoint!)
  url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'orders.read',
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString()

  const parameters = oauth.validateAuthResponse(as, client, await approve(url.href), state)
  const granted = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    proof,
    parameters,
    redirectUri,
    verifier,
    insecure,
  )
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, granted)
  const refreshed = await oauth.processRefreshTokenResponse(
    as,
    client,
    await oauth.refreshTokenGrantRequest(as, client, proof, tokens.refresh_token!, insecure),
  )
  const asked = await oauth.introspectionRequest(as, client, proof, refreshed.access_token, insecure)

  assert.equal((await oauth.processIntrospectionResponse(as, client, asked)).active, true)
  await oauth.processRevocationResponse(
    await oauth.revocationRequest(as, client, proof, refreshed.access_token, insecure),
  )
  const askedAgain = await oauth.introspectionRequest(as, client, proof, refreshed.access_token, insecure)
  assert.equal((await oauth.processIntrospectionResponse(as, client, askedAgain)).active, false)
})

test('[O21-4.2-01] oauth4webapi gets a JWT access token that its own validator accepts', async () => {
  // req: JAT-2.1-01, JAT-2.2-01
  const issuer = new URL(server.url)
  const as = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }),
  )
  const client = { client_id: post.client_id }
  const answer = await oauth.clientCredentialsGrantRequest(
    as,
    client,
    oauth.ClientSecretPost(post.client_secret),
    { scope: 'orders.read' },
    insecure,
  )
  const tokens = await oauth.processClientCredentialsResponse(as, client, answer)
  const request = new Request('https://orders.example/orders', {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })

  const claims = await oauth.validateJwtAccessToken(as, request, 'https://orders.example', insecure)

  assert.equal(claims.sub, post.client_id)
  assert.equal(claims.client_id, post.client_id)
})

test('[O21-4.1.2.1-07] oauth4webapi understands the answer of a person who says no', async () => {
  const { createUserAgent } = await import('../support/user-agent.ts')
  const issuer = new URL(server.url)
  const as = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }),
  )
  const state = oauth.generateRandomState()
  const url = new URL(as.authorization_endpoint!)
  url.search = new URLSearchParams({
    client_id: open.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(oauth.generateRandomCodeVerifier()),
    code_challenge_method: 'S256',
  }).toString()
  const agent = createUserAgent(fetch, issuer.origin)
  const page = await agent.open(url.href)
  const left = await agent.submit(page, '/cancel')

  assert.throws(
    () => oauth.validateAuthResponse(as, { client_id: open.client_id }, new URL(left.leavesFor!), state),
    (error: oauth.AuthorizationResponseError) => error.error === 'access_denied',
  )
})
