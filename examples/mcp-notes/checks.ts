import type { OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js'

/*
 * What a client has to check and the SDK leaves to it. Each throws: a client that cannot trust an answer stops.
 */

/**
 * Discovery counts if the server that was called says that it is itself, or all of its origin: else somebody else's
 * tokens could be had by naming their API. And if the metadata of the authorization server name the issuer they were
 * asked for, letter by letter, and promise PKCE.
 *
 * @see RFC 9728 section 3.3, RFC 8414 section 3.3
 */
export function checkDiscovery(serverUrl: string, discovery: OAuthDiscoveryState): OAuthDiscoveryState {
  const { authorizationServerUrl, authorizationServerMetadata: metadata, resourceMetadata } = discovery
  const { href, origin } = new URL(serverUrl)
  const resource = resourceMetadata?.resource
  if (resource === undefined || ![href, origin, `${origin}/`].includes(resource))
    throw new Error(`${href} says that it is ${resource ?? 'nothing'}`)
  if (metadata?.issuer !== authorizationServerUrl)
    throw new Error(`the metadata of ${authorizationServerUrl} are those of ${metadata?.issuer ?? 'nobody'}`)
  if (metadata.code_challenge_methods_supported?.includes('S256') !== true)
    throw new Error(`${authorizationServerUrl} does not promise PKCE`)

  return discovery
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
