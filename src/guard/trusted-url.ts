const loopbackHosts = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/
const uriCharacters = /^[A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=%]+$/

/**
 * Reads an absolute `https` URL without user information, query or fragment; `http` to a loopback host passes too,
 * for development. Refused with a sentence, as this is what an operator wrote down.
 */
export function readServerUrl(raw: string): URL | string {
  const url = URL.parse(raw)
  if (url === null || !uriCharacters.test(raw)) return 'is not an absolute URL of ASCII characters'
  if (!/^https?:\/\/[^/]/.test(raw)) return 'is not an https URL'
  if (url.protocol === 'http:' && !loopbackHosts.test(url.hostname)) return 'must be https: http is for loopback only'
  if (url.username !== '' || url.password !== '' || raw.includes('@')) return 'holds user information'
  if (/[?#]/.test(raw)) return 'has a query or a fragment'

  return url
}

/** The path of a request's URL, which may be absolute, without its query; as it came, so it need not be one. */
export const pathOf = (url: string) => url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '')

/**
 * True for a URL out of the issuer's metadata that may be asked: `https`, or loopback `http` if the issuer itself is
 * that. A production issuer can thus never point the guard at something on its own host without TLS.
 */
export function isEndpointOf(issuer: string, endpoint: unknown): endpoint is string {
  if (typeof endpoint !== 'string' || endpoint.includes('#')) return false
  const url = URL.parse(endpoint)
  if (url === null || url.username !== '' || url.password !== '') return false

  return url.protocol === 'https:' || (typeof readServerUrl(endpoint) !== 'string' && issuer.startsWith('http:'))
}
