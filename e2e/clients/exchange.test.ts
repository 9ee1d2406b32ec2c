import assert from 'node:assert/strict'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { approve } from '../support/approve.ts'
import { signedJwt } from '../support/assertion.ts'
import { person, startChildServer } from '../support/child-server.ts'
import type { ChildServer } from '../support/child-server.ts'
import { accessTokenType, exchangeGrant } from '../support/exchange.ts'
import { claimsOf } from '../support/token-oracles.ts'
import { jwtBearerGrant } from '../support/trusted-issuer.ts'
import { basic, redirectUri } from './cast.ts'

/*
 * The two grants through libraries of others, over real HTTP, with a server that is set up by its seed file alone.
 */

const orders = 'https://orders.example'
const bills = 'https://bills.example'

/** Stands for the orders API, and is trusted with people of the identity provider. */
const service = {
  client_id: 'orders-api',
  client_secret: 'orders-secret-of-forty-characters-or-more',
  grant_types: [exchangeGrant, jwtBearerGrant],
  scope: 'orders.read',
  hufu_resources: [orders],
  hufu_token_exchange: [{ from: [basic.client_id], to: bills }],
}

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const idp = {
  issuer: 'https://idp.example',
  jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'i1', alg: 'ES256' }] },
  clients: [service.client_id],
  subject: 'username',
  scopes: ['orders.read'],
  resources: [orders],
}

let server: ChildServer

before(async () => {
  server = await startChildServer({
    clients: [basic, service],
    resources: [
      { resource: orders, scopes: ['orders.read'] },
      { resource: bills, scopes: ['bills.read', 'orders.read'], tokenFormat: 'opaque' },
    ],
    trustedIssuers: [idp],
  })
})
after(() => server?.remove())

const exchangeForm = (subjectToken: string) => ({
  subject_token: subjectToken,
  subject_token_type: accessTokenType,
  resource: bills,
})

function assertion(): string {
  const iat = Math.floor(Date.now() / 1000)
  const claims = { iss: idp.issuer, sub: person.username, aud: server.url, iat, exp: iat + 60, jti: randomUUID() }

  return signedJwt({ kid: 'i1' }, claims, privateKey)
}

const insecure = { [oauth.allowInsecureRequests]: true }

/** A token of a person who signed in to an app, which then calls the orders API with it. */
async function getShownToken(): Promise<string> {
  const config = await client.discovery(
    new URL(server.url),
    basic.client_id,
    undefined,
    client.ClientSecretBasic(basic.client_secret),
    { execute: [client.allowInsecureRequests] },
  )
  const verifier = client.randomPKCECodeVerifier()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'orders.read',
    resource: orders,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })

  return (await client.authorizationCodeGrant(config, await approve(url.href), { pkceCodeVerifier: verifier }))
    .access_token
}

test('[TX-2.2.1-01] openid-client exchanges a token, and gets one on the word of an issuer', async () => {
  // req: JCA-3.1-01, O21-4.4-01
  const config = await client.discovery(
    new URL(server.url),
    service.client_id,
    undefined,
    client.ClientSecretBasic(service.client_secret),
    { algorithm: 'oauth2', execute: [client.allowInsecureRequests] },
  )
  const shown = await getShownToken()

  const exchanged = await client.genericGrantRequest(config, exchangeGrant, exchangeForm(shown))
  const vouched = await client.genericGrantRequest(config, jwtBearerGrant, { assertion: assertion() })

  assert.deepEqual([exchanged['issued_token_type'], exchanged.scope], [accessTokenType, 'orders.read'])
  assert.equal((await client.tokenIntrospection(config, exchanged.access_token)).sub, claimsOf(shown)['sub'])
  assert.equal(claimsOf(vouched.access_token)['sub'], claimsOf(shown)['sub'])
  await assert.rejects(client.genericGrantRequest(config, exchangeGrant, exchangeForm('nothing')), {
    error: 'invalid_request',
  })
  await assert.rejects(client.genericGrantRequest(config, jwtBearerGrant, { assertion: 'nothing' }), {
    error: 'invalid_grant',
  })
})

test('[TX-2.2.1-01] oauth4webapi, which checks every answer to the letter, takes both', async () => {
  // req: JCA-3.1-01
  const issuer = new URL(server.url)
  const discovery = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
  const as = await oauth.processDiscoveryResponse(issuer, discovery)
  const me = { client_id: service.client_id }
  const proof = oauth.ClientSecretBasic(service.client_secret)
  const ask = async (grant: string, form: Record<string, string>) =>
    oauth.processGenericTokenEndpointResponse(
      as,
      me,
      await oauth.genericTokenEndpointRequest(as, me, proof, grant, form, insecure),
    )

  const exchanged = await ask(exchangeGrant, exchangeForm(await getShownToken()))
  const vouched = await ask(jwtBearerGrant, { assertion: assertion() })

  assert.deepEqual([exchanged.token_type, exchanged['issued_token_type']], ['bearer', accessTokenType])
  assert.deepEqual([vouched.token_type, vouched.scope], ['bearer', 'orders.read'])
})
