import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

export const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** A client that signs: J1 of the attack catalogue, for jobs. */
export interface SigningClient {
  readonly metadata: Readonly<Record<string, unknown>>
  /** The form members by which it proves itself; claims given as `undefined` are left out. */
  readonly prove: (claims?: Readonly<Record<string, unknown>>, by?: KeyObject) => Record<string, string>
}

/** @param now in milliseconds */
export function createSigningClient(id: string, issuer: string, now: () => number): SigningClient {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const metadata = {
    client_id: id,
    client_name: 'Signing Client',
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    scope: 'jobs.run',
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256' }] },
  }

  function prove(claims: Readonly<Record<string, unknown>> = {}, by = privateKey) {
    const iat = Math.floor(now() / 1000)
    const usual = { iss: id, sub: id, aud: issuer, iat, exp: iat + 60, jti: randomUUID() }
    const assertion = signedJwt({ typ: 'client-authentication+jwt', kid: 'k1' }, { ...usual, ...claims }, by)

    return { client_assertion_type: jwtBearer, client_assertion: assertion }
  }

  return { metadata, prove }
}

export function signedJwt(header: object, payload: object, key: KeyObject): string {
  const [head, body] = [{ alg: 'ES256', ...header }, payload].map((each) =>
    Buffer.from(JSON.stringify(each)).toString('base64url'),
  )
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' })

  return `${head}.${body}.${signature.toString('base64url')}`
}
