/** What a request brought to say who calls. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'bearer'; readonly token: string }

/** Characters of a whole `Authorization` header; JWTs pass 1 kB easily (OAuth 2.1 section 1.7.1). */
export const maxAuthorizationLength = 16_384

const credentials = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: +(.*))?$/s
const token68 = /^[A-Za-z0-9\-._~+/]+=*$/

/**
 * Reads the one place a token may be in, the `Authorization` header. The scheme is compared without case and one or
 * more spaces follow it. `malformed`: several headers, also when they were joined by a comma, a lone `Bearer`, and
 * anything that is not token68. Another scheme counts as no credentials: `DPoP` will get its own branch here.
 *
 * @param repeated true if the header came more than once
 * @see OAuth 2.1 section 5.1.1, RFC 9110 section 11.4
 */
export function readBearer(header: string | undefined, repeated: boolean): Credentials {
  if (repeated) return { kind: 'malformed' }
  if (header === undefined || header === '') return { kind: 'none' }
  if (header.length > maxAuthorizationLength) return { kind: 'malformed' }

  const [, scheme, token] = credentials.exec(header) ?? []
  if (scheme === undefined) return { kind: 'malformed' }
  if (scheme.toLowerCase() !== 'bearer') return { kind: 'none' }

  return token !== undefined && token68.test(token) ? { kind: 'bearer', token } : { kind: 'malformed' }
}
