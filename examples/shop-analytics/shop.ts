import * as oauth from 'openid-client'

export interface ShopOptions {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUri: string
  /** The shop's API: whom the access token is for (RFC 8707), and where it is sent. Nowhere else. */
  readonly api: string
  /** What the app asks for; the person may grant less. */
  readonly scope: string
  readonly fetch: typeof fetch
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** A login on its way: kept on the server, bound to the browser that began it, good once and for ten minutes. */
export interface PendingLogin {
  readonly issuer: string
  readonly verifier: string
  readonly expiresAt: number
}

/** What the person allowed. The tokens are opaque to this app: it never looks into them. */
export interface Connection {
  readonly accessToken: string
  /** When the server said the access token ends; it may be refused before. */
  readonly expiresAt: number | undefined
  readonly refreshToken: string | undefined
  readonly scope: readonly string[]
}

export type Shop = ReturnType<typeof createShop>

/** The answer to a login is not from the server it was sent to, or the server cannot be trusted with one. */
export class UntrustedServer extends Error {}

const loginLifetime = 10 * 60 * 1000

/**
 * The authorization server and its tokens, as this app sees them: all of OAuth in this app is in this file. Throws a
 * `TypeError` if tokens would cross a network in plain HTTP.
 */
export function createShop(options: ShopOptions) {
  const api = new URL(options.api)
  if (api.protocol !== 'https:' && !isLoopback(api)) throw new TypeError(`api: ${options.api} is not https`)
  let discovered: Promise<oauth.Configuration> | undefined

  /** Asked for at first use, so that the app starts without the server; a failure is not remembered. */
  function findServer(): Promise<oauth.Configuration> {
    discovered ??= discover(options).catch((error: unknown) => {
      discovered = undefined
      throw error
    })
    return discovered
  }

  function toConnection(answer: oauth.TokenEndpointResponse, before: Connection | undefined): Connection {
    return {
      accessToken: answer.access_token,
      expiresAt: answer.expires_in === undefined ? undefined : options.now() + answer.expires_in * 1000,
      // A new refresh token replaces the old one, which is dead from here on; without a new one the old one stays.
      refreshToken: answer.refresh_token ?? before?.refreshToken,
      scope: answer.scope?.split(' ') ?? before?.scope ?? options.scope.split(' '),
    }
  }

  return {
    /** Where to send the browser, and what to remember until it comes back. */
    async begin(language: string): Promise<{ url: URL; state: string; login: PendingLogin }> {
      const server = await findServer()
      const verifier = oauth.randomPKCECodeVerifier()
      const state = oauth.randomState()
      const url = oauth.buildAuthorizationUrl(server, {
        redirect_uri: options.redirectUri,
        scope: options.scope,
        resource: options.api,
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ui_locales: language,
      })

      return {
        url,
        state,
        login: { issuer: server.serverMetadata().issuer, verifier, expiresAt: options.now() + loginLifetime },
      }
    },

    /**
     * Turns the answer in the address into a connection. The answer's issuer is compared before its code is sent
     * anywhere, and an error in it is believed only after that (RFC 9207 section 2.4).
     */
    async finish(answer: URLSearchParams, state: string, login: PendingLogin): Promise<Connection> {
      const server = await findServer()
      const { issuer } = server.serverMetadata()
      if (login.issuer !== issuer || answer.get('iss') !== issuer) throw new UntrustedServer('iss is not the issuer')

      const address = new URL(options.redirectUri)
      address.search = answer.toString()
      const tokens = await oauth.authorizationCodeGrant(
        server,
        address,
        { pkceCodeVerifier: login.verifier, expectedState: state },
        { resource: options.api },
      )

      return toConnection(tokens, undefined)
    },

    /** A newer access token. Throws `ResponseBodyError` with `invalid_grant` when the person's permission has ended. */
    async refresh(connection: Connection): Promise<Connection> {
      const answer = await oauth.refreshTokenGrant(await findServer(), connection.refreshToken!, {
        resource: options.api,
      })

      return toConnection(answer, connection)
    },

    /** Tells the server that this app needs its permission no longer; one token ends them all. */
    async revoke(connection: Connection): Promise<void> {
      await oauth.tokenRevocation(await findServer(), connection.refreshToken ?? connection.accessToken)
    },

    /** Asks the shop's API. The token goes into the header, and never along a redirect. */
    call: (path: `/${string}`, accessToken: string) =>
      options.fetch(options.api + path, {
        headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
        redirect: 'error',
        signal: AbortSignal.timeout(10_000),
      }),
  }
}

async function discover(options: ShopOptions): Promise<oauth.Configuration> {
  const issuer = new URL(options.issuer)
  const authentication = oauth.ClientSecretPost(options.clientSecret)
  const server = await oauth.discovery(issuer, options.clientId, undefined, authentication, {
    algorithm: 'oauth2',
    [oauth.customFetch]: options.fetch as oauth.CustomFetch,
    // http is for a server on this very machine; anything else has to be https, and the library sees to that.
    execute: isLoopback(issuer) ? [oauth.allowInsecureRequests] : [],
  })

  const metadata = server.serverMetadata()
  if (metadata.issuer !== options.issuer) throw new UntrustedServer('the metadata is of another issuer')
  // Without PKCE this app would have nothing against an injected code (OAuth 2.1 section 7.10).
  if (!server.serverMetadata().supportsPKCE('S256')) throw new UntrustedServer('the server does not announce S256')

  const endpoints = [metadata.authorization_endpoint, metadata.token_endpoint, metadata.revocation_endpoint]
  const isElsewhere = (each: string | undefined) => each === undefined || new URL(each).origin !== issuer.origin
  if (endpoints.some(isElsewhere)) throw new UntrustedServer('an endpoint is missing or on another host')

  return server
}

const isLoopback = (url: URL) => url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
