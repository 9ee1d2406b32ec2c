import { generateKeyPairSync } from 'node:crypto'
import { signJws, type SigningKey } from '../jose/jws.ts'

/** An authorization server as an API sees it: metadata, keys, introspection. All of it may be changed by a test. */
export interface TestIssuer {
  readonly issuer: string
  /** To be given to the guard. Answers without a network and writes down what was asked. */
  readonly fetch: typeof fetch
  /** `GET https://…` or `POST https://…`, in order. */
  readonly asked: readonly string[]
  /** Headers and body of the last question. */
  readonly lastAsked: () => { readonly headers: Headers; readonly body: string } | undefined
  /** What is published, as JWKs. */
  keys: object[]
  /** Replaces or extends members of the metadata. */
  metadata: Record<string, unknown>
  /** What introspection says of a token. */
  introspect: (token: string) => Response | Record<string, unknown>
  /** While true nothing answers. */
  down: boolean
  /** Asked before every answer, to hold it up. */
  before: () => Promise<void>
}

export const testIssuerUrl = 'https://auth.example.com'
export const testResource = 'https://api.example.com/orders'

export function createTestIssuer(issuer = testIssuerUrl): TestIssuer {
  const asked: string[] = []
  let last: { headers: Headers; body: string } | undefined

  const self: TestIssuer = {
    issuer,
    asked,
    lastAsked: () => last,
    keys: [],
    metadata: {},
    introspect: () => ({ active: false }),
    down: false,
    before: async () => {},
    fetch: async (input, init) => {
      const url = input as string
      asked.push(`${init?.method ?? 'GET'} ${url}`)
      last = { headers: new Headers(init?.headers), body: (init?.body ?? '') as string }
      const { body } = last
      await self.before()
      if (self.down) throw new TypeError('fetch failed')

      return answer(self, url, body)
    },
  }
  return self
}

function answer(self: TestIssuer, url: string, body: string): Response {
  const { issuer } = self
  if (url.includes('/.well-known/oauth-authorization-server')) {
    return Response.json({
      issuer,
      jwks_uri: `${issuer}/jwks`,
      introspection_endpoint: `${issuer}/introspect`,
      ...self.metadata,
    })
  }
  if (url === `${issuer}/jwks`) return Response.json({ keys: self.keys })
  if (url === `${issuer}/introspect`) {
    const said = self.introspect(new URLSearchParams(body).get('token') ?? '')
    return said instanceof Response ? said : Response.json(said)
  }

  return new Response('not here', { status: 404 })
}

/** A fresh ES256 key: its private half to sign with, its public half to publish. */
export function aSigningKey(kid: string): { readonly signing: SigningKey; readonly jwk: object } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  return {
    signing: { kid, alg: 'ES256', key: privateKey },
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' },
  }
}

/** A JWT of `claims`, an access token unless `typ` says otherwise. */
export const aJwt = (key: SigningKey, claims: Readonly<Record<string, unknown>>, typ = 'at+jwt') =>
  signJws({ typ }, claims, key)

/** Claims of an access token for {@link testResource}, good for ten minutes from `now`, given in seconds. */
export const accessTokenClaims = (now: number, changed: Readonly<Record<string, unknown>> = {}) => ({
  iss: testIssuerUrl,
  aud: testResource,
  sub: 'li.wei',
  client_id: 'shop-analytics',
  scope: 'orders.read',
  iat: now,
  exp: now + 600,
  jti: 'token-1',
  ...changed,
})

/** A request with these `Authorization` headers, as a guard takes it. */
export const requestWith = (...authorization: readonly string[]) => ({
  method: 'GET',
  url: '/orders',
  header: (name: string) => (name === 'authorization' ? authorization[0] : undefined),
  repeated: (name: string) => name === 'authorization' && authorization.length > 1,
})
