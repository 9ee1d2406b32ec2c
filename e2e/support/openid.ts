import { createHash, createPublicKey, verify } from 'node:crypto'
import type { TestContext } from 'node:test'
import { alice } from './fixtures.ts'
import { startServer } from './server.ts'
import type { TestServer, TestServerOptions, Tokens } from './server.ts'

/** A confidential web app that signs people in, and may read orders. */
export const o1 = {
  client_id: 'o1',
  client_secret: 'hufucanary_secret_of_o1_0123456789abcdef',
  client_name: 'Open One',
  redirect_uris: ['https://open.example/cb'],
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'openid profile email address phone orders.read offline_access',
  hufu_default_resource: 'https://orders.example',
} as const

/** What is known of Alice besides name and email. */
export const aliceProfile = {
  given_name: 'Alice',
  locale: 'en',
  phone_number: '+1 555 0100',
  address: { locality: 'Springfield', country: 'US' },
  email_verified: true,
} as const

/** As the token endpoint answers a request with `openid`. */
export type TokensWithId = Tokens & { readonly id_token: string }

/** A server with an app that signs people in, and with more known of Alice. */
export async function identityServer(t: TestContext, options?: TestServerOptions): Promise<TestServer> {
  const as = await startServer(options)
  t.after(() => as.close())
  await addClient(as, o1)
  await as.server.saveAccount({ ...alice, profile: aliceProfile })

  return as
}

/** Saves one more client. */
export async function addClient(as: TestServer, metadata: Readonly<Record<string, unknown>>): Promise<void> {
  const saved = await as.server.saveClient(metadata)
  if (!saved.ok) throw new Error(saved.error)
}

/** The claims of a JWT that the server's published keys verify, as a stranger would check it. */
export async function readSigned(as: TestServer, jwt: string) {
  const [header = '', payload = '', signature = ''] = jwt.split('.')
  const { alg, kid, typ } = decode(header) as { readonly alg: string; readonly kid: string; readonly typ: string }
  const { keys } = (await (await as.get('/.well-known/jwks.json')).json()) as { readonly keys: readonly JsonWebKey[] }
  const jwk = keys.find((each) => (each as { kid?: string }).kid === kid)
  if (jwk === undefined || (jwk as { alg?: string }).alg !== alg)
    throw new Error(`no key ${kid} for ${alg} is published`)
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const options = alg === 'ES256' ? ({ key, dsaEncoding: 'ieee-p1363' } as const) : key
  const isGood = verify('sha256', Buffer.from(`${header}.${payload}`), options, Buffer.from(signature, 'base64url'))
  if (!isGood) throw new Error('the signature is wrong')

  return { alg, typ, claims: decode(payload) }
}

/** The left half of a token's SHA-256, as `at_hash` is. */
export const halfHash = (token: string) =>
  createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url')

/** Asks UserInfo. */
export const userInfo = (as: TestServer, token: string, init: RequestInit = {}) =>
  as.send('/userinfo', { ...init, headers: { authorization: `Bearer ${token}` } })

const decode = (part: string) =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Readonly<Record<string, unknown>>
