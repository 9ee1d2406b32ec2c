import { generateKeyPairSync, randomUUID } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { signedJwt } from './assertion.ts'
import * as cast from './fixtures.ts'

export const jwtBearerGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** Somebody whose assertions may be taken. */
export interface Issuer {
  readonly issuer: string
  readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] }
  readonly privateKey: KeyObject
  /** An assertion for alice that is right, but for the claims named; those given as `undefined` are left out. */
  readonly say: (
    claims?: Readonly<Record<string, unknown>>,
    by?: KeyObject,
    header?: Readonly<Record<string, unknown>>,
  ) => string
}

/** @param now in milliseconds */
export function createIssuer(issuer: string, now: () => number): Issuer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'i1', alg: 'ES256' }] }

  return {
    issuer,
    jwks,
    privateKey,
    say(claims = {}, by = privateKey, header = {}) {
      const iat = Math.floor(now() / 1000)
      const usual = { iss: issuer, sub: 'alice', aud: cast.issuer, iat, exp: iat + 300, jti: randomUUID() }

      return signedJwt({ kid: 'i1', typ: 'JWT', ...header }, { ...usual, ...claims }, by)
    },
  }
}
