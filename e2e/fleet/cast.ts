import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createSigningClient } from '../support/assertion.ts'
import { deviceGrant } from '../support/fleet-clients.ts'
import { fleetIssuer, ordersApi, racer } from '../support/instances.ts'
import { createIssuer, jwtBearerGrant } from '../support/trusted-issuer.ts'

/** Brings assertions of a trusted issuer. */
export const portal = {
  ...racer,
  client_id: 'portal',
  client_secret: 'portal-secret-of-forty-characters-or-more',
  grant_types: [...racer.grant_types, jwtBearerGrant],
} as const

/** Somebody has to allow it first. */
export const shop = {
  ...racer,
  client_id: 'shop',
  client_secret: 'shop-secret-of-forty-characters-or-more-',
  redirect_uris: ['https://shop.example/cb'],
  hufu_first_party: false,
} as const

export const television = {
  client_id: 'television',
  client_secret: 'television-secret-of-forty-characters-or-more',
  client_name: 'Television',
  grant_types: [deviceGrant, 'refresh_token'],
  scope: 'orders.read',
  hufu_default_resource: ordersApi,
} as const

/** Makes itself known. */
export const newcomer = {
  client_name: 'Newcomer',
  redirect_uris: ['https://newcomer.example/cb'],
  token_endpoint_auth_method: 'none',
} as const

export const machine = { grant_type: 'client_credentials' } as const

/** Proves itself by assertions. */
export const signing = createSigningClient('signing', fleetIssuer, Date.now)
export const signer = {
  ...signing.metadata,
  client_id: 'signing',
  scope: 'orders.read',
  hufu_default_resource: ordersApi,
} as const

/** An issuer that is trusted. */
export const idp = createIssuer('https://idp.example', Date.now)

/** Where an app hears that a session has ended. */
export interface Told {
  readonly uri: string
  /** Of the sessions that it was told of, in order. */
  readonly sids: () => readonly string[]
  readonly until: (count: number) => Promise<void>
  readonly close: () => void
}

export async function openTold(): Promise<Told> {
  const sids: string[] = []
  const waiting: (() => void)[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const [, claims = ''] = (new URLSearchParams(body).get('logout_token') ?? '').split('.')
      sids.push((JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly sid: string }).sid)
      response.end()
      for (const go of waiting.splice(0)) go()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/out`,
    sids: () => sids,
    until: async (count) => {
      while (sids.length < count) await new Promise<void>((go) => waiting.push(go))
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
