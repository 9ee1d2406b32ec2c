import type { Brand } from '../base/brand.ts'
import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'

/** A redirect URI as it stands in a client's registration. */
export type RegisteredRedirectUri = Brand<string, 'RegisteredRedirectUri'>

/** A redirect URI of a request that was found in the registration: the only thing a browser is ever sent to. */
export type RedirectUri = Brand<string, 'RedirectUri'>

const loopback = /^http:\/\/(127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?(\/[^#]*)?$/
const localhost = /^http:\/\/(localhost)(?::(\d{1,5}))?(\/[^#]*)?$/
const uriCharacters = /^[A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=%]+$/
const responseParameters = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri']

/**
 * Checks a redirect URI before it is registered. Refused: relative or with a fragment, characters outside RFC 3986,
 * user information, `http` to anything but a loopback host, a private-use scheme without a period (RFC 8252
 * section 7.1) or with `//`, a wildcard, and a query that holds a parameter of the response (attack row RU-12).
 *
 * @see OAuth 2.1 sections 2.3, 2.3.1 and 8.4
 */
export function parseRedirectUri(raw: string): Result<RegisteredRedirectUri, string> {
  if (!uriCharacters.test(raw) || raw.length > 2000)
    return refuse('a redirect URI is an absolute URI of ASCII characters without a fragment')
  const parsed = URL.parse(raw)
  if (parsed === null) return refuse('a redirect URI is absolute')
  if (raw.includes('*')) return refuse('a redirect URI has no wildcard')
  if (parsed.username !== '' || parsed.password !== '' || /^[a-z]+:\/\/[^/?]*@/i.test(raw))
    return refuse('a redirect URI has no user information')
  if (responseParameters.some((name) => parsed.searchParams.has(name)))
    return refuse('a redirect URI has no response parameter in its query')
  if (parsed.protocol === 'https:')
    return /^https:\/\/[^/?]/.test(raw)
      ? accept(raw as RegisteredRedirectUri)
      : refuse('an https redirect URI names its host')
  if (parsed.protocol === 'http:') {
    return loopback.test(raw) || localhost.test(raw)
      ? accept(raw as RegisteredRedirectUri)
      : refuse('http is for loopback redirect URIs only')
  }
  if (!parsed.protocol.includes('.'))
    return refuse('a private-use scheme is a reversed domain name, as com.example.app')
  if (raw.slice(parsed.protocol.length).startsWith('//'))
    return refuse('a private-use scheme is followed by a single slash')

  return accept(raw as RegisteredRedirectUri)
}

/**
 * Finds the redirect URI of a request among the registered ones: the same octets, nothing normalised. Only the port
 * of `http://127.0.0.1` and `http://[::1]` may differ, and that of `localhost` where the client's record allows it.
 *
 * @see OAuth 2.1 sections 2.3.1 and 8.4.2
 */
export function matchRedirectUri(
  sent: string,
  registered: readonly RegisteredRedirectUri[],
  allowLocalhostAnyPort: boolean,
): RedirectUri | undefined {
  if (registered.includes(sent as RegisteredRedirectUri)) return sent as string as RedirectUri
  const anyPort = withoutPort(sent, allowLocalhostAnyPort)
  const found =
    anyPort !== undefined &&
    uriCharacters.test(sent) &&
    registered.some((each) => withoutPort(each, allowLocalhostAnyPort) === anyPort)

  return found ? (sent as string as RedirectUri) : undefined
}

/** True for a redirect that only the client's own https server can receive; loopback and private schemes prove nothing. */
export const provesIdentity = (uri: string) => uri.startsWith('https://')

/** Adds the response to the redirect URI, whose own query is kept octet for octet (OAuth 2.1 section 2.3). */
export function withResponse(uri: RedirectUri, response: Readonly<Record<string, string | undefined>>): string {
  const present = Object.entries(response).filter((entry): entry is [string, string] => entry[1] !== undefined)
  if (present.length === 0) return uri
  const separator = !uri.includes('?') ? '?' : /[?&]$/.test(uri) ? '' : '&'

  return uri + separator + new URLSearchParams(present).toString()
}

function withoutPort(uri: string, allowLocalhostAnyPort: boolean): string | undefined {
  const parts = loopback.exec(uri) ?? (allowLocalhostAnyPort ? localhost.exec(uri) : null)
  const port = Number(parts?.[2] ?? 1)
  if (parts === null || port < 1 || port > 65535) return undefined

  return `${parts[1]}${parts[3] ?? ''}`
}
