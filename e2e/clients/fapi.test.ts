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
import { createUserAgent } from '../support/user-agent.ts'
import { open, privateJwk, signing } from './cast.ts'

/*
 * Clients of others against a server with the profile fapi2, and against one where pushing is a choice: pushed requests,
 * signed assertions, tokens bound to a key, and requests that say in detail what they are for.
 */

const redirect_uri = 'https://bank-app.example/cb'
const app = { ...signing, client_id: 'bank-app', redirect_uris: [redirect_uri], scope: 'orders.read' }
const native = { ...open, redirect_uris: ['http://127.0.0.1/cb'], require_pushed_authorization_requests: true }
const authorizationDetailTypes = [
  {
    type: 'payment',
    title: 'Pay once',
    resource: 'https://orders.example',
    fields: {
      amount: { kind: 'amount', title: 'Amount', required: true, limit: true },
      currency: { kind: 'currency', title: 'Currency', required: true },
    },
  },
]
const payment = { type: 'payment', amount: '49.90', currency: 'EUR' }

let fapi: ChildServer
let plain: ChildServer
let api: { readonly url: string; readonly close: () => void }

before(async () => {
  ;[fapi, plain] = await Promise.all([
    startChildServer({ clients: [app], profile: 'fapi2', authorizationDetailTypes }),
    startChildServer({ clients: [native, app] }),
  ])
  api = await startApi(fapi.url)
})
after(async () => {
  api?.close()
  await Promise.all([fapi?.remove(), plain?.remove()])
})

async function startApi(issuer: string) {
  const http = createServer()
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const admit = nodeGuard(createGuard({ resource: 'https://orders.example', issuer, dpop: { baseUrl: url } }))
  http.on('request', (request, response) => {
    void admit(request, response, { scope: ['orders.read'] }).then((caller) => {
      if (caller !== undefined) response.end(caller.clientId)
    })
  })

  return { url, close: () => http.close().closeAllConnections() }
}

const key = await crypto.subtle.importKey(
  'jwk',
  privateJwk as JsonWebKey,
  { name: 'ECDSA', namedCurve: 'P-256' },
  false,
  ['sign'],
)

const discover = (server: ChildServer, id: string, authentication: client.ClientAuth) =>
  client.discovery(new URL(server.url), id, undefined, authentication, { execute: [client.allowInsecureRequests] })

test('[FAPI-prof-01] openid-client does the whole FAPI journey: pushed, signed, bound to a key, and calls an API', async () => {
  // req: PAR-2.2-01, PAR-4-01, PAR-4-04, DPOP-10.1-01, JCA-3-05, FAPI-5.3.2.1-09
  const config = await discover(fapi, app.client_id, client.PrivateKeyJwt({ key, kid: 'k1' }))
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
  const [verifier, state] = [client.randomPKCECodeVerifier(), client.randomState()]

  const url = await client.buildAuthorizationUrlWithPAR(
    config,
    {
      redirect_uri,
      scope: 'orders.read',
      state,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    },
    { DPoP },
  )
  const checks = { pkceCodeVerifier: verifier, expectedState: state }
  const tokens = await client.authorizationCodeGrant(config, await approve(url.href), checks, undefined, { DPoP })
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!, undefined, { DPoP })
  const answer = await client.fetchProtectedResource(
    config,
    refreshed.access_token,
    new URL(`${api.url}/orders`),
    'GET',
    undefined,
    undefined,
    { DPoP },
  )

  assert.deepEqual([...url.searchParams.keys()].toSorted(), ['client_id', 'request_uri'])
  assert.equal(tokens.token_type, 'dpop')
  assert.equal(refreshed.refresh_token, tokens.refresh_token)
  assert.equal(await answer.text(), app.client_id)
  const bearer = await fetch(`${api.url}/orders`, { headers: { authorization: `Bearer ${refreshed.access_token}` } })
  assert.equal(bearer.status, 401)
  await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token!), { error: 'invalid_dpop_proof' })
})

test('[RAR-7-01] openid-client asks for a payment, gets it as it was allowed, and no more of it', async () => {
  // req: RAR-6-01
  const config = await discover(fapi, app.client_id, client.PrivateKeyJwt({ key, kid: 'k1' }))
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
  const [verifier, state] = [client.randomPKCECodeVerifier(), client.randomState()]
  const url = await client.buildAuthorizationUrlWithPAR(
    config,
    {
      redirect_uri,
      scope: 'offline_access',
      authorization_details: JSON.stringify([payment]),
      state,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    },
    { DPoP },
  )
  const checks = { pkceCodeVerifier: verifier, expectedState: state }

  const tokens = await client.authorizationCodeGrant(config, await approve(url.href), checks, undefined, { DPoP })
  const refresh = (amount: string) =>
    client.refreshTokenGrant(
      config,
      tokens.refresh_token!,
      { authorization_details: JSON.stringify([{ ...payment, amount }]) },
      { DPoP },
    )

  assert.deepEqual(tokens.authorization_details, [payment])
  assert.deepEqual((await refresh('10.00')).authorization_details, [{ ...payment, amount: '10.00' }])
  await assert.rejects(refresh('49.91'), { error: 'invalid_authorization_details' })
})

test('[PAR-2.2-01] oauth4webapi, which checks every answer to the letter, pushes for a public client and is told of faults', async () => {
  // req: PAR-2.3-01, PAR-4-03, RQ-05
  const issuer = new URL(plain.url)
  const insecure = { [oauth.allowInsecureRequests]: true }
  const as = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }),
  )
  const { client_id } = native
  const redirect = 'http://127.0.0.1:45678/cb'
  const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()]
  const parameters = {
    redirect_uri: redirect,
    response_type: 'code',
    scope: 'orders.read',
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }
  const pushing = async (changes: Readonly<Record<string, string>> = {}) =>
    oauth.processPushedAuthorizationResponse(
      as,
      { client_id },
      await oauth.pushedAuthorizationRequest(as, { client_id }, oauth.None(), { ...parameters, ...changes }, insecure),
    )

  const { request_uri } = await pushing()
  const url = new URL(as.authorization_endpoint!)
  url.search = new URLSearchParams({ client_id, request_uri }).toString()
  const answer = oauth.validateAuthResponse(as, { client_id }, await approve(url.href), state)
  const granted = await oauth.processAuthorizationCodeResponse(
    as,
    { client_id },
    await oauth.authorizationCodeGrantRequest(as, { client_id }, oauth.None(), answer, redirect, verifier, insecure),
  )
  url.search = new URLSearchParams({ client_id, ...parameters }).toString()
  const direct = await createUserAgent(fetch, issuer.origin).open(url.href)

  assert.equal(granted.scope, 'orders.read')
  await assert.rejects(pushing({ scope: 'unheard.of' }), { error: 'invalid_scope', status: 400 })
  await assert.rejects(pushing({ redirect_uri: 'https://other.example/cb' }), { error: 'invalid_request' })
  assert.throws(
    () => oauth.validateAuthResponse(as, { client_id }, new URL(direct.leavesFor ?? ''), state),
    (error: oauth.AuthorizationResponseError) => error.error === 'invalid_request',
  )
})
