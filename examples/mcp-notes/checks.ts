import type { OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js'

/*
 * What a client has to check and the SDK leaves to it. Each throws: a client that cannot trust an answer stops.
 */

/**
 * Metadata count if they name the issuer they were asked for, letter by letter, and promise PKCE.
 *
 * @see RFC 8414 section 3.3, RFC 9207 section 2.4
 */
export function checkDiscovery(discovery: OAuthDiscoveryState): OAuthDiscoveryState {
  const { authorizationServerUrl, authorizationServerMetadata: metadata } = discovery
  if (metadata === undefined) throw new Error(`${authorizationServerUrl} has no metadata`)
  if (metadata.issuer !== authorizationServerUrl)
    throw new Error(`the metadata of ${authorizationServerUrl} are those of ${metadata.issuer}`)
  if (metadata.code_challenge_methods_supported?.includes('S256') !== true)
    throw new Error(`${authorizationServerUrl} does not promise PKCE`)

  return discovery
}

/**
 * A resource counts if it is the very address that was called: else somebody else's tokens could be had by naming
 * their API.
 *
 * @see RFC 9728 section 3.3
 */
export function checkResource(serverUrl: string | URL, resource: string | undefined): URL {
  const called = new URL(serverUrl)
  const itself = called.pathname === '/' ? [called.href, called.origin] : [called.href]
  if (resource !== undefined && !itself.includes(resource))
    throw new Error(`${called.href} says that it is ${resource}`)

  return called
}

/** What a request for consent has to be compared with when its answer comes. */
export interface Pending {
  readonly state: string
  readonly verifier: string
  readonly issuer: string
  /** True if the server has promised to say who it is. */
  readonly issuerPromised: boolean
}

/**
 * An answer counts if it belongs to the request that was made last, and comes from the server that request was made
 * to: a code of another server must not be sent to this one.
 *
 * @see RFC 9207 section 2.4
 */
export function readCallback(callback: URL, pending: Pending | undefined): string {
  const { searchParams: answer } = callback
  const code = answer.get('code')
  const issuer = answer.get('iss')
  if (pending === undefined || answer.get('state') !== pending.state)
    throw new Error('this answer belongs to no request')
  if (issuer === null ? pending.issuerPromised : issuer !== pending.issuer)
    throw new Error(`this answer is not from ${pending.issuer}`)
  if (answer.has('error')) throw new Error(`${answer.get('error')}: ${answer.get('error_description') ?? ''}`)
  if (code === null) throw new Error('this answer has no code')

  return code
}
