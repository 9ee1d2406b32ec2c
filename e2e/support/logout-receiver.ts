import { createPublicKey, verify } from 'node:crypto'
import type { TestServer } from './server.ts'

export interface LogoutToken {
  readonly sub: string | undefined
  readonly sid: string | undefined
  readonly jti: string
}

/** Of tokens heard so far: a client keeps these as long as a token may live. */
type Heard = Set<string>

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

/**
 * What a client does with a logout token before it ends a session (Back-Channel Logout 1.0 section 2.6): the signature as
 * of an ID token, by the published keys and the algorithm it registered.
 *
 * @returns the token, or the first thing that is wrong
 */
export async function checkLogoutToken(
  as: Pick<TestServer, 'issuer' | 'get' | 'clock'>,
  clientId: string,
  algorithm: string,
  jwt: string,
  heard: Heard,
): Promise<LogoutToken | string> {
  const parts = jwt.split('.')
  const [header = '', payload = '', signature = ''] = parts
  if (parts.length !== 3) return 'form'
  const { alg, kid, typ } = decode(header)
  if (alg !== algorithm) return 'alg'
  // Recommended, so a client that knows its server may demand it (section 2.4).
  if (typ !== 'logout+jwt') return 'typ'
  const { keys } = (await (await as.get('/.well-known/jwks.json')).json()) as { readonly keys: readonly Jwk[] }
  const jwk = keys.find((each) => each.kid === kid && each.alg === algorithm)
  if (jwk === undefined || !isSignedBy(jwk, `${header}.${payload}`, signature)) return 'signature'

  const claims = decode(payload)
  const now = as.clock.now() / 1000
  if (claims['iss'] !== as.issuer) return 'iss'
  if (![claims['aud']].flat().includes(clientId)) return 'aud'
  if (typeof claims['iat'] !== 'number' || claims['iat'] > now) return 'iat'
  if (typeof claims['exp'] !== 'number' || claims['exp'] <= now) return 'exp'
  const events = claims['events']
  if (typeof events !== 'object' || events === null || typeof Reflect.get(events, logoutEvent) !== 'object')
    return 'events'
  if (typeof claims['sub'] !== 'string' && typeof claims['sid'] !== 'string') return 'sub or sid'
  if ('nonce' in claims) return 'nonce'
  if (typeof claims['jti'] !== 'string' || heard.has(claims['jti'])) return 'jti'
  heard.add(claims['jti'])

  return { sub: textOf(claims['sub']), sid: textOf(claims['sid']), jti: claims['jti'] }
}

type Jwk = JsonWebKey & { readonly kid?: string; readonly alg?: string }

function isSignedBy(jwk: Jwk, signed: string, signature: string): boolean {
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const options = jwk.kty === 'EC' ? ({ key, dsaEncoding: 'ieee-p1363' } as const) : key

  return verify('sha256', Buffer.from(signed), options, Buffer.from(signature, 'base64url'))
}

const decode = (part: string) =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Readonly<Record<string, unknown>>

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
