import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { approve } from '../support/approve.ts'
import { person, startChildServer } from '../support/child-server.ts'
import type { ChildServer } from '../support/child-server.ts'
import { createUserAgent } from '../support/user-agent.ts'
import { basic, open, post, redirectUri } from './cast.ts'

const scope = 'openid profile email orders.read offline_access'
const bye = 'http://127.0.0.1:45678/bye'
const identity = { ...post, client_id: 'identity', scope, post_logout_redirect_uris: [bye] }
const signed = {
  ...basic,
  client_id: 'signed',
  scope,
  id_token_signed_response_alg: 'ES256',
  userinfo_signed_response_alg: 'RS256',
  subject_type: 'pairwise',
}
const native = { ...open, client_id: 'native', scope }

let server: ChildServer
before(async () => {
  const users = [{ ...person, given_name: 'Wei', email_verified: true, locale: 'zh-CN' }]
  server = await startChildServer({ clients: [identity, signed, native], users })
})
after(() => server?.remove())

const ways = [
  [identity, client.ClientSecretPost(identity.client_secret), {}],
  [
    signed,
    client.ClientSecretBasic(signed.client_secret),
    { id_token_signed_response_alg: 'ES256', userinfo_signed_response_alg: 'RS256' },
  ],
  [native, client.None(), {}],
] as const

for (const [{ client_id: id }, authentication, metadata] of ways) {
  test(`[OIDC-3.1.3.7-01] openid-client, as the client ${id}, signs somebody in, and finds nothing wrong with ID tokens and UserInfo`, async () => {
    // req: OIDC-2-01, OIDC-3.1.3.3-01, OIDC-5.3-01, OIDC-12.2-01, OIDC-DISC-4-01
    const config = await client.discovery(new URL(server.url), id, metadata, authentication, {
      execute: [client.allowInsecureRequests],
    })
    const [pkceCodeVerifier, expectedState, expectedNonce] = [
      client.randomPKCECodeVerifier(),
      client.randomState(),
      client.randomNonce(),
    ]
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid profile email offline_access',
      state: expectedState,
      nonce: expectedNonce,
      prompt: 'consent',
      max_age: '300',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })

    const tokens = await client.authorizationCodeGrant(config, await approve(url.href), {
      pkceCodeVerifier,
      expectedState,
      expectedNonce,
      maxAge: 300,
      idTokenExpected: true,
    })
    const { sub } = tokens.claims()!
    const info = await client.fetchUserInfo(config, tokens.access_token, sub)
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!)

    assert.equal(info.name, person.name)
    assert.equal(info.given_name, 'Wei')
    assert.equal(info.email_verified, true)
    assert.equal(refreshed.claims()?.sub, sub)
    await assert.rejects(client.fetchUserInfo(config, tokens.access_token, 'somebody-else'))
  })
}

test('[OUT-RP-2-01] openid-client finds the end session endpoint, and brings the person back from it', async () => {
  const { client_id: id, client_secret: secret } = identity
  const config = await client.discovery(new URL(server.url), id, undefined, client.ClientSecretPost(secret), {
    execute: [client.allowInsecureRequests],
  })
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const agent = createUserAgent(fetch, new URL(server.url).origin)
  const asked = await agent.submit(await agent.open(url.href), '/sign-in', person)
  const page = asked.leavesFor === undefined ? await agent.submit(asked, '/consent', { decision: 'allow' }) : asked
  const tokens = await client.authorizationCodeGrant(config, new URL(page.leavesFor!), { pkceCodeVerifier })
  const state = client.randomState()

  const out = client.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token!,
    post_logout_redirect_uri: bye,
    state,
  })
  const back = await agent.open(out.href)

  assert.equal(out.searchParams.get('client_id'), id)
  assert.equal(back.leavesFor, `${bye}?state=${state}`)
  assert.match((await agent.open(`${server.url}/`)).html, /\/sign-in/)
})

test('[OIDC-3.1.3.7-01] openid-client refuses the answer when the nonce is not the one it sent', async () => {
  const { client_id: id, client_secret: secret } = identity
  const config = await client.discovery(new URL(server.url), id, undefined, client.ClientSecretPost(secret), {
    execute: [client.allowInsecureRequests],
  })
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid',
    nonce: 'one',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const callback = await approve(url.href)

  await assert.rejects(
    client.authorizationCodeGrant(config, callback, { pkceCodeVerifier, expectedNonce: 'another' }),
    { code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' },
  )
})

test('[BCP-4.2.4-05] oauth4webapi reads a form_post answer, and checks the ID token and at_hash to the letter', async () => {
  // req: OIDC-3.1.3.6-01
  const insecure = { [oauth.allowInsecureRequests]: true }
  const issuer = new URL(server.url)
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
  const known = { client_id: identity.client_id }
  const [verifier, state, nonce] = [
    oauth.generateRandomCodeVerifier(),
    oauth.generateRandomState(),
    oauth.generateRandomNonce(),
  ]
  const url = new URL(as.authorization_endpoint!)
  url.search = new URLSearchParams({
    client_id: known.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    response_mode: 'form_post',
    scope: 'openid',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString()
  const agent = createUserAgent(fetch, issuer.origin)
  const asked = await agent.submit(await agent.open(url.href), '/sign-in', person)
  const page = asked.forms.some((each) => each.action.endsWith('/consent'))
    ? await agent.submit(asked, '/consent', { decision: 'allow' })
    : asked
  const form = page.forms.find((each) => each.action === redirectUri)!
  const body = new URLSearchParams(form.fields.map(([name, value]) => [name, value]))

  const parameters = oauth.validateAuthResponse(as, known, body, state)
  const answer = await oauth.authorizationCodeGrantRequest(
    as,
    known,
    oauth.ClientSecretPost(identity.client_secret),
    parameters,
    redirectUri,
    verifier,
    insecure,
  )
  const tokens = await oauth.processAuthorizationCodeResponse(as, known, answer, {
    expectedNonce: nonce,
    requireIdToken: true,
  })
  const claims = oauth.getValidatedIdTokenClaims(tokens)!
  const told = await oauth.userInfoRequest(as, known, tokens.access_token, insecure)
  const info = await oauth.processUserInfoResponse(as, known, claims.sub, told)

  assert.equal(claims.aud, known.client_id)
  assert.equal(info.sub, claims.sub)
})
