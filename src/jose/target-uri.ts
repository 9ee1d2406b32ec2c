/** Longer ones name nothing of ours; an address line of a browser ends earlier. */
export const maxTargetUriLength = 4096

const absolute = /^(https?):\/\/([^/?#]*)([^?#]*)/i
const allowed = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/
const authority = /^(\[[0-9a-f:.]+\]|[a-z0-9\-._~!$&'()*+,;=]+)(?::([0-9]{0,5}))?$/i
const escape = /%([0-9a-f]{2})/gi
const strayPercent = /%(?![0-9a-f]{2})/i

const defaultPorts = { http: '80', https: '443' } as const

/**
 * The one way to write the `http` or `https` URI of a request, without its query and fragment: case of scheme and
 * host, escapes of unreserved characters, dot segments, empty path and default port. Nothing that only browsers take
 * for the same (backslashes, spaces, numbers for addresses) is.
 *
 * @returns `undefined` for what is no such URI, has user information or escapes in its host
 * @see RFC 3986 sections 6.2.2 and 6.2.3, RFC 9449 section 4.3
 */
export function normalizeTargetUri(raw: string): string | undefined {
  if (raw.length > maxTargetUriLength || !allowed.test(raw) || strayPercent.test(raw)) return undefined

  const [, rawScheme, rawAuthority, rawPath] = absolute.exec(raw) ?? []
  const [, host, port] = authority.exec(rawAuthority ?? '') ?? []
  if (rawScheme === undefined || host === undefined) return undefined

  const scheme = rawScheme.toLowerCase() as keyof typeof defaultPorts
  const shownPort = port === undefined || port === '' || port === defaultPorts[scheme] ? '' : `:${port}`
  return `${scheme}://${host.toLowerCase()}${shownPort}${normalizePath(rawPath ?? '')}`
}

/** Unreserved characters stand for themselves; every other escape is written with capitals. */
const normalizeEscapes = (text: string) =>
  text.replace(escape, (whole, digits: string) => {
    const character = String.fromCharCode(Number.parseInt(digits, 16))

    return /[A-Za-z0-9\-._~]/.test(character) ? character : whole.toUpperCase()
  })

/** @see RFC 3986 section 5.2.4 */
function normalizePath(raw: string): string {
  const segments: string[] = []
  const parts = normalizeEscapes(raw).split('/').slice(1)
  for (const part of parts) {
    if (part === '..') segments.pop()
    if (part !== '.' && part !== '..') segments.push(part)
  }
  const last = parts.at(-1)
  if (last === '.' || last === '..') segments.push('')

  return `/${segments.join('/')}`
}
