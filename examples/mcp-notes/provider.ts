import type { OAuthClientProvider, OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js'
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import { checkDiscovery, readCallback } from './checks.ts'
import type { Pending } from './checks.ts'

export interface ProviderOptions {
  /** The address of the MCP server. */
  readonly server: string
  /** Where the person's browser comes back to. */
  readonly redirectUrl: string
  /** Shows the person the way to the authorization server. */
  readonly openBrowser: (url: URL) => void | Promise<void>
  /** Of a client that somebody registered by hand; `issuer` says where. */
  readonly registered?: OAuthClientInformationMixed
  /** The `https` address of this client's metadata document: its id wherever such ids are understood. */
  readonly clientMetadataUrl?: string
}

export interface Provider extends OAuthClientProvider {
  /** What the SDK sends its requests with: it learns here that a wider scope is needed. */
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>
  /** Takes the code out of the address the browser came back with. Throws if the answer is not to be trusted. */
  readonly finish: (callback: URL) => string
}

/**
 * What the SDK asks its client to keep, in memory; and what it leaves to its client: whether discovery can be trusted,
 * whose answer came back, and which scope to ask for when more is needed.
 */
export function createProvider(options: ProviderOptions): Provider {
  const { server, redirectUrl, openBrowser, registered, clientMetadataUrl } = options
  let client = registered
  let tokens: OAuthTokens | undefined
  let discovery: OAuthDiscoveryState | undefined
  let state = ''
  let verifier = ''
  let pending: Pending | undefined
  let needsMore = false

  return {
    redirectUrl,
    clientMetadata: {
      client_name: 'Notes on the command line',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      ...nativeApp,
    },
    ...(clientMetadataUrl !== undefined && { clientMetadataUrl }),
    state: () => (state = crypto.randomUUID()),

    clientInformation: () => client,
    saveClientInformation: (given) => void (client = given),
    // A refresh never widens the scope, so the SDK has to go the long way then.
    tokens: () => (needsMore && tokens !== undefined ? { ...tokens, refresh_token: undefined } : tokens),
    saveTokens(given) {
      tokens = given
      needsMore = false
    },
    codeVerifier() {
      if (pending === undefined || pending.issuer !== issuerOf(discovery))
        throw new Error('the code is from another server than the one that would get it')

      return pending.verifier
    },
    saveCodeVerifier: (given) => void (verifier = given),

    discoveryState: () => discovery,
    saveDiscoveryState: (given) => void (discovery = checkDiscovery(server, given)),

    async redirectToAuthorization(url) {
      pending = {
        state,
        verifier,
        issuer: issuerOf(discovery),
        issuerPromised: promisesIssuer(discovery),
      }
      // The challenge names what this one call needs; without the rest, the next call would lead back here.
      const scope = new Set([...wordsOf(tokens?.scope), ...wordsOf(url.searchParams.get('scope'))])
      if (scope.size > 0) url.searchParams.set('scope', [...scope].join(' '))
      await openBrowser(url)
    },

    invalidateCredentials(what) {
      if (what === 'all' || what === 'tokens') tokens = undefined
      if (what === 'all' || what === 'client') client = registered
      if (what === 'all' || what === 'discovery') discovery = undefined
    },

    async fetch(url, init) {
      const response = await fetch(url, init)
      const challenge = response.headers.get('www-authenticate') ?? ''
      // Whoever is challenged looks again where the tokens come from (RFC 9728 section 5.2).
      if (response.status === 401 && /^bearer\b/i.test(challenge)) discovery = undefined
      if (response.status === 403 && /\berror="?insufficient_scope\b/.test(challenge)) needsMore = true

      return response
    },

    finish: (callback) => readCallback(callback, pending),
  }
}

/** For registration; the SDK's type does not know the member yet. */
const nativeApp = { application_type: 'native' }

const issuerOf = (discovery: OAuthDiscoveryState | undefined) => discovery?.authorizationServerMetadata?.issuer ?? ''

const wordsOf = (scope: string | null | undefined) => (scope ?? '').split(' ').filter((word) => word !== '')

/** The SDK's type does not know the member yet. */
const promisesIssuer = (discovery: OAuthDiscoveryState | undefined) => {
  const metadata = discovery?.authorizationServerMetadata as Readonly<Record<string, unknown>> | undefined

  return metadata?.['authorization_response_iss_parameter_supported'] === true
}
