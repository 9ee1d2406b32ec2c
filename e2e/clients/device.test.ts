import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { person, startChildServer } from '../support/child-server.ts'
import type { ChildServer } from '../support/child-server.ts'
import { deviceGrantType } from '../support/device.ts'
import { createUserAgent } from '../support/user-agent.ts'

const television = {
  client_id: 'television',
  client_name: 'Television',
  token_endpoint_auth_method: 'none',
  grant_types: [deviceGrantType, 'refresh_token'],
  scope: 'orders.read openid',
}

let server: ChildServer
before(async () => {
  server = await startChildServer({ clients: [television] })
})
after(() => server?.remove())

/** What the person does with what they scanned: compares, signs in, answers. */
async function answer(scanned: string, decision: 'allow' | 'deny'): Promise<void> {
  const by = createUserAgent(fetch, new URL(scanned).origin)
  const code = new URL(scanned).searchParams.get('user_code') ?? ''
  const signIn = await by.submit(await by.open(scanned), '/device', { user_code: code })
  const question = await by.submit(signIn, '/sign-in', { username: person.username, password: person.password })
  await by.submit(question, '/consent', { decision })
}

const discover = () =>
  client.discovery(new URL(server.url), television.client_id, undefined, client.None(), {
    execute: [client.allowInsecureRequests],
  })

test('[DEV-3.5-01] openid-client connects a device, is told who the person is, and refreshes', async () => {
  // req: DEV-4-01, DEV-3.2-01
  const config = await discover()
  const begun = await client.initiateDeviceAuthorization(config, { scope: 'orders.read openid' })
  await answer(begun.verification_uri_complete!, 'allow')

  const tokens = await client.pollDeviceAuthorizationGrant(config, { ...begun, interval: 0.01 })

  const claims = tokens.claims()!
  assert.deepEqual([claims.iss, claims.aud], [server.url, television.client_id])
  const known = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
  assert.equal(known.sub, claims.sub)
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!)
  assert.ok(refreshed.access_token)
})

test('[DEV-3.5-01] oauth4webapi, which checks every answer to the letter, waits, is slowed down, and hears yes and no', async () => {
  const insecure = { [oauth.allowInsecureRequests]: true }
  const issuer = new URL(server.url)
  const as = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }),
  )
  const tv = { client_id: television.client_id }
  const begin = async () => {
    const asked = await oauth.deviceAuthorizationRequest(as, tv, oauth.None(), { scope: 'orders.read' }, insecure)

    return oauth.processDeviceAuthorizationResponse(as, tv, asked)
  }
  const poll = async (code: string) =>
    oauth.processDeviceCodeResponse(as, tv, await oauth.deviceCodeGrantRequest(as, tv, oauth.None(), code, insecure))
  const refused = (error: string) => (thrown: oauth.ResponseBodyError) => thrown.error === error
  const [one, other] = [await begin(), await begin()]

  await assert.rejects(poll(one.device_code), refused('authorization_pending'))
  await assert.rejects(poll(one.device_code), refused('slow_down'))
  await answer(one.verification_uri_complete!, 'allow')
  await answer(other.verification_uri_complete!, 'deny')

  assert.equal((await poll(one.device_code)).scope, 'orders.read')
  await assert.rejects(poll(one.device_code), refused('invalid_grant'))
  await assert.rejects(poll(other.device_code), refused('access_denied'))
})
