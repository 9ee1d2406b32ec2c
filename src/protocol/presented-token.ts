/** How an access token is shown: as it is (RFC 6750), or with a proof of the key it is bound to (RFC 9449 section 7). */
export type TokenScheme = 'Bearer' | 'DPoP'

/** What a request brought to say who calls. */
export type PresentedToken =
  | { readonly kind: 'none' }
  /** `scheme` if it can be told which was meant. */
  | { readonly kind: 'malformed'; readonly scheme: TokenScheme | undefined }
  | { readonly kind: 'token'; readonly scheme: TokenScheme; readonly token: string }

/** Characters of a whole `Authorization` header; JWTs pass 1 kB easily (OAuth 2.1 section 1.7.1). */
export const maxAuthorizationLength = 16_384

const credentials = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: +(.*))?$/s
const token68 = /^[A-Za-z0-9\-._~+/]+=*$/

/**
 * Reads the one place a token may be in, the `Authorization` header. The scheme is compared without case and one or
 * more spaces follow it. `malformed`: several headers, also when they were joined by a comma, a lone scheme, and
 * anything that is not token68. A scheme that is not taken counts as no credentials.
 *
 * @param repeated true if the header came more than once
 * @see OAuth 2.1 section 5.1.1, RFC 9110 section 11.4, RFC 9449 section 7.1
 */
export function readPresentedToken(
  header: string | undefined,
  repeated: boolean,
  taken: readonly TokenScheme[],
): PresentedToken {
  if (repeated) return malformed()
  if (header === undefined || header === '') return { kind: 'none' }
  if (header.length > maxAuthorizationLength) return malformed()

  const [, name, token] = credentials.exec(header) ?? []
  if (name === undefined) return malformed()
  const scheme = taken.find((each) => each.toLowerCase() === name.toLowerCase())
  if (scheme === undefined) return { kind: 'none' }

  return token !== undefined && token68.test(token) ? { kind: 'token', scheme, token } : malformed(scheme)
}

const malformed = (scheme?: TokenScheme): PresentedToken => ({ kind: 'malformed', scheme })
