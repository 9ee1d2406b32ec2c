import { generateKeyPairSync } from 'node:crypto'

export const redirectUri = 'http://127.0.0.1:45678/cb'

const code = {
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  response_types: ['code'],
  scope: 'orders.read',
}

export const basic = {
  ...code,
  client_id: 'basic app:with+odd%chars',
  client_secret: 'a secret: with+odd %characters & length',
  client_name: 'Basic',
  token_endpoint_auth_method: 'client_secret_basic',
}

export const post = {
  ...code,
  client_id: 'post-app',
  client_secret: 'post-secret-of-forty-characters-or-more-x',
  client_name: 'Post',
  token_endpoint_auth_method: 'client_secret_post',
}

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })

export const signing = {
  ...code,
  client_id: 'signing-app',
  client_name: 'Signing',
  token_endpoint_auth_method: 'private_key_jwt',
  jwks: { keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' }] },
}

export const privateJwk = { ...keys.privateKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256' }

export const open = {
  ...code,
  grant_types: ['authorization_code', 'refresh_token'],
  client_id: 'open-app',
  client_name: 'Open',
  token_endpoint_auth_method: 'none',
  application_type: 'native',
}

export const clients = [basic, post, signing, open]
