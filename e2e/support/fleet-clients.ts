import { racer } from './instances.ts'

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

export const television = {
  ...racer,
  client_id: 'television',
  client_secret: 'television-secret-of-forty-characters-or-more',
  redirect_uris: undefined,
  grant_types: [deviceGrant, 'refresh_token'],
  hufu_first_party: false,
}

/** Signs people in, and wants to be told when they sign out. */
export const openApp = (backchannel_logout_uri: string) => ({
  ...racer,
  client_id: 'open-app',
  client_secret: 'open-app-secret-of-forty-characters-or-more',
  redirect_uris: ['https://open.example/cb'],
  scope: 'openid orders.read',
  backchannel_logout_uri,
})
