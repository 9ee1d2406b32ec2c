import { readFileSync } from 'node:fs'
import * as oauth from 'openid-client'

export interface NightlyReportOptions {
  readonly issuer: string
  readonly clientId: string
  /** ES256. Its public half is registered at the server; this half never leaves the job. */
  readonly privateKey: CryptoKey
  /** The key's id at the server. */
  readonly keyId: string
  /** The API: the resource the token is for, without a slash at the end. */
  readonly api: string
  /** @default 'orders.stats' */
  readonly scope?: string
  /** A date `2026-11-22`. @default the API's yesterday */
  readonly date?: string
  readonly fetch?: typeof fetch
}

/** What happened, for those who want to show it. */
export interface NightlyReport {
  readonly token: { readonly scope: string; readonly expiresIn: number | undefined; readonly milliseconds: number }
  readonly call: {
    readonly path: string
    /** The end of the access token; never more of it. */
    readonly tokenEnd: string
    readonly status: number
    readonly body: string
    readonly milliseconds: number
  }
}

/**
 * Fetches the shop's sums of a day. A job that acts for itself: client credentials, proved by a signed assertion, so
 * that no secret is ever sent. Throws what `openid-client` throws when the server refuses.
 */
export async function runNightlyReport(options: NightlyReportOptions): Promise<NightlyReport> {
  const send = options.fetch ?? fetch
  const scope = options.scope ?? 'orders.stats'
  const server = await findServer(options, send)

  const asked = performance.now()
  const token = await oauth.clientCredentialsGrant(server, { scope, resource: options.api })
  const granted = performance.now()

  const path = options.date === undefined ? '/stats/daily' : `/stats/daily?date=${encodeURIComponent(options.date)}`
  const called = performance.now()
  const response = await send(options.api + path, {
    headers: { authorization: `Bearer ${token.access_token}`, accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(10_000),
  })
  const body = await response.text()

  return {
    token: { scope: token.scope ?? scope, expiresIn: token.expires_in, milliseconds: granted - asked },
    call: {
      path,
      tokenEnd: token.access_token.slice(-3),
      status: response.status,
      body,
      milliseconds: performance.now() - called,
    },
  }
}

function findServer(options: NightlyReportOptions, send: typeof fetch): Promise<oauth.Configuration> {
  const issuer = new URL(options.issuer)
  // The assertion's audience is the issuer alone, which is what `openid-client` writes (RFC 7523bis); the type keeps
  // it from being taken for any other kind of JWT.
  const authentication = oauth.PrivateKeyJwt(
    { key: options.privateKey, kid: options.keyId },
    { [oauth.modifyAssertion]: (header) => void (header['typ'] = 'client-authentication+jwt') },
  )
  const isLoopback = issuer.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(issuer.hostname)

  return oauth.discovery(issuer, options.clientId, undefined, authentication, {
    algorithm: 'oauth2',
    [oauth.customFetch]: send as oauth.CustomFetch,
    execute: isLoopback ? [oauth.allowInsecureRequests] : [],
  })
}

if (import.meta.main) {
  const { ISSUER, CLIENT_ID, KEY_FILE, API, DATE } = process.env
  if (ISSUER === undefined || CLIENT_ID === undefined || KEY_FILE === undefined || API === undefined) {
    console.error('Set ISSUER, CLIENT_ID, API and KEY_FILE (the private key as a JWK). DATE is optional.')
    process.exit(2)
  }

  const jwk = JSON.parse(readFileSync(KEY_FILE, 'utf8')) as JsonWebKey & { kid: string }
  const privateKey = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
  const report = await runNightlyReport({
    issuer: ISSUER,
    clientId: CLIENT_ID,
    privateKey,
    keyId: jwk.kid,
    api: API,
    ...(DATE !== undefined && { date: DATE }),
  })
  console.log(report.call.body)
  process.exitCode = report.call.status === 200 ? 0 : 1
}
