/**
 * The path as it is routed: a doubled leading slash is one, because some SDKs put a base URL that ends in a slash
 * before a path that begins with one (DECISIONS 12). Nothing else is changed.
 */
export const routedPath = (path: string) => path.replace(/^\/{2,}/, '/')

/** Documents whose address the issuer's path ends: RFC 8414 section 3, and for OpenID Connect what MCP clients try. */
const inserted = ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']
/** Clients look for this one in both places: RFC 8414 section 5 and OpenID Connect Discovery differ. */
const openidMetadata = '/.well-known/openid-configuration'

/**
 * Takes the path of the issuer off, so that an issuer with a path and one without have the same routes. Discovery is
 * the exception: there the issuer's path comes last (RFC 8414 section 3), in OpenID's own document last or first.
 *
 * @param base the issuer's path without a trailing slash; empty if it has none
 * @returns `undefined` for a path that is outside of the issuer's
 */
export function belowIssuer(path: string, base: string): string | undefined {
  if (base === '') return path
  const document = inserted.find((each) => path === each + base)
  if (document !== undefined) return document
  if (path === openidMetadata + base) return openidMetadata
  if (path === base) return '/'

  return path.startsWith(`${base}/`) && path !== `${base}/.well-known/oauth-authorization-server`
    ? path.slice(base.length)
    : undefined
}
