import { createHash } from 'node:crypto'
import { aProof, aProofKey, proofClaims } from 'hufu/testing'
import { account, asking } from '../support/details.ts'
import { d1, deviceGrantType } from '../support/device.ts'
import { accessTokenType, exchangeGrant, orders } from '../support/exchange.ts'
import * as cast from '../support/fixtures.ts'
import { nativeApp } from '../support/registration.ts'
import { jwtBearerGrant } from '../support/trusted-issuer.ts'
import { formOf, get, headersOf, post } from './draft.ts'
import type { Draft, Part } from './draft.ts'
import { fp, portal } from './world.ts'
import type { World } from './world.ts'

export type Targets = Readonly<Record<string, () => Promise<Draft>>>

/** A request that is right, for each thing that a program may ask. */
export function programTargets(world: World): Targets {
  const { as } = world
  const key = aProofKey()
  const metadata = (given: object): readonly Part[] =>
    Object.entries(given).map(([name, value]) => ({ place: 'json', name, value: value as unknown }))
  const bearer = (token: string) => headersOf({ authorization: `Bearer ${token}` })

  async function registered() {
    const draft: Draft = { method: 'POST', path: '/register', body: 'json', parts: metadata(nativeApp) }
    const made = (await (await world.send(draft)).json()) as Record<string, string>

    return {
      id: String(made['client_id']),
      path: new URL(String(made['registration_client_uri'])).pathname,
      headers: bearer(String(made['registration_access_token'])),
    }
  }

  return {
    'token, code': async () => {
      const { code, verifier } = await world.code('openid orders.read')
      const proof = aProof(key, proofClaims(Math.floor(as.clock.now() / 1000), { htu: `${as.issuer}/token` }))

      return post('/token', [
        ...formOf(fp, {
          grant_type: 'authorization_code',
          code,
          code_verifier: verifier,
          redirect_uri: fp.redirect_uris[0],
        }),
        ...headersOf({ dpop: proof }),
      ])
    },
    'token, refresh': async () => {
      const { refresh_token } = await world.tokens()

      return post('/token', formOf(fp, { grant_type: 'refresh_token', refresh_token, scope: 'orders.read' }))
    },
    'token, client credentials': async () =>
      post(
        '/token',
        formOf(cast.m1, {
          grant_type: 'client_credentials',
          scope: 'jobs.run',
          resource: cast.r1,
          ...asking({ type: 'job', name: 'nightly' }),
        }),
      ),
    'token, exchange': async () => {
      const token = { subject_token: (await world.tokens()).access_token, subject_token_type: accessTokenType }
      const saved = { ...orders, hufu_token_exchange: [{ to: cast.r2 }] }
      await as.server.saveClient(saved)

      return post(
        '/token',
        formOf(orders, { grant_type: exchangeGrant, ...token, resource: cast.r2, scope: 'orders.read' }),
      )
    },
    'token, jwt bearer': async () =>
      post('/token', formOf(portal, { grant_type: jwtBearerGrant, assertion: world.idp.say(), scope: 'orders.read' })),
    'token, device': async () => {
      const { device_code } = await world.device()

      return post('/token', formOf(d1, { grant_type: deviceGrantType, device_code }))
    },
    'device authorization': async () => post('/device_authorization', formOf(d1, { scope: 'orders.read' })),
    'pushed request': async () => {
      const { url } = as.authorize(asking(account), cast.c1)
      const { client_id: _, ...fields } = Object.fromEntries(new URL(url).searchParams)

      return post('/par', formOf(cast.c1, fields))
    },
    revoke: async () =>
      post('/revoke', formOf(fp, { token: (await world.tokens()).refresh_token, token_type_hint: 'refresh_token' })),
    introspect: async () =>
      post(
        '/introspect',
        formOf(cast.api1, { token: (await world.tokens()).access_token, token_type_hint: 'access_token' }),
      ),
    userinfo: async () => get('/userinfo', bearer((await world.tokens('openid profile')).access_token)),
    'userinfo, posted': async () => post('/userinfo', bearer((await world.tokens('openid email')).access_token)),
    register: async () => ({ method: 'POST', path: '/register', body: 'json', parts: metadata(nativeApp) }),
    'registration, read': async () => {
      const { path, headers } = await registered()

      return get(path, headers)
    },
    'registration, replaced': async () => {
      const { id, path, headers } = await registered()

      return { method: 'PUT', path, body: 'json', parts: [...metadata({ ...nativeApp, client_id: id }), ...headers] }
    },
    'registration, removed': async () => {
      const { path, headers } = await registered()

      return { method: 'DELETE', path, body: 'none', parts: headers }
    },
    'discovery, OAuth': async () =>
      get('/.well-known/oauth-authorization-server', headersOf({ accept: 'application/json' })),
    'discovery, OpenID': async () =>
      get('/.well-known/openid-configuration', headersOf({ origin: 'https://spa.example' })),
    keys: async () => get('/.well-known/jwks.json', headersOf({ 'if-none-match': createHash('sha256').digest('hex') })),
  }
}
