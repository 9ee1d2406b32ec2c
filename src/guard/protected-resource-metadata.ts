/** What this API tells about itself, so that a client finds out where to get a token. */
export interface ProtectedResourceMetadata {
  readonly resource: string
  readonly authorization_servers: readonly string[]
  readonly scopes_supported?: readonly string[]
  /** The header alone: not the body, never the query. */
  readonly bearer_methods_supported: readonly ['header']
  readonly resource_name?: string
}

/**
 * The metadata document of a protected resource. Lists without an element are left out (RFC 9728 section 3.2).
 *
 * @see RFC 9728 section 2
 */
export const protectedResourceMetadata = (about: {
  readonly resource: string
  readonly issuer: string
  readonly scopesSupported: readonly string[]
  readonly resourceName: string | undefined
}): ProtectedResourceMetadata => ({
  resource: about.resource,
  authorization_servers: [about.issuer],
  ...(about.scopesSupported.length === 0 ? {} : { scopes_supported: about.scopesSupported }),
  bearer_methods_supported: ['header'],
  ...(about.resourceName === undefined ? {} : { resource_name: about.resourceName }),
})

/**
 * The path of that document: the well-known one, then the resource's own path, of which only a slash that stands
 * alone is dropped.
 *
 * @see RFC 9728 section 3.1
 */
export function metadataPathOf(resource: string): string {
  const path = pathOf(resource)

  return `/.well-known/oauth-protected-resource${path === '/' ? '' : path}`
}

export const metadataUrlOf = (resource: string) =>
  resource.slice(0, -pathOf(resource).length || undefined) + metadataPathOf(resource)

/** As written, not normalised: whoever compares identifiers compares octets. */
const pathOf = (resource: string) => /^https?:\/\/[^/]+(.*)$/.exec(resource)?.[1] ?? ''
