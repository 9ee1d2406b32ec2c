/** What this API tells about itself, so that a client finds out where to get a token. */
export interface ProtectedResourceMetadata {
  readonly resource: string
  readonly authorization_servers: readonly string[]
  readonly scopes_supported?: readonly string[]
  /** The header alone: not the body, never the query. Empty where bearer tokens are not taken. */
  readonly bearer_methods_supported: readonly ['header'] | readonly []
  readonly authorization_details_types_supported?: readonly string[]
  readonly dpop_signing_alg_values_supported?: readonly string[]
  readonly dpop_bound_access_tokens_required?: true
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
  readonly authorizationDetailsTypes?: readonly string[]
  readonly dpop?: { readonly required: boolean; readonly algorithms: readonly string[] } | undefined
}): ProtectedResourceMetadata => ({
  resource: about.resource,
  authorization_servers: [about.issuer],
  ...(about.scopesSupported.length === 0 ? {} : { scopes_supported: about.scopesSupported }),
  bearer_methods_supported: about.dpop?.required === true ? [] : ['header'],
  ...(about.resourceName === undefined ? {} : { resource_name: about.resourceName }),
  ...((about.authorizationDetailsTypes ?? []).length === 0
    ? {}
    : { authorization_details_types_supported: about.authorizationDetailsTypes! }),
  ...(about.dpop === undefined ? {} : { dpop_signing_alg_values_supported: about.dpop.algorithms }),
  ...(about.dpop?.required === true ? { dpop_bound_access_tokens_required: true } : {}),
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
