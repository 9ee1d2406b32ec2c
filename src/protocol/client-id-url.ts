const form = /^https:\/\/[A-Za-z0-9.\-_:[\]]+(?:\/[A-Za-z0-9\-._~!$&'()*+,;=:@%]*)+$/
const maxLength = 500

/**
 * True for a `client_id` that is the address of a client's own metadata document: https, a host, a path, nothing else.
 * A port may be named. Refused besides what the draft forbids (no path, dot segments in any spelling, a fragment, user
 * information): a query, which it advises against, and letters outside ASCII. Whatever is refused is an unknown client.
 *
 * Two of them are one client only if they are the same text: `https://app.example/c` and `https://app.example:443/c`
 * are two.
 *
 * @see draft-ietf-oauth-client-id-metadata-document section 3
 */
export function isClientIdUrl(id: string): boolean {
  if (id.length > maxLength || !form.test(id)) return false
  const url = URL.parse(id)

  // A path that is read as another one than is written has dot segments.
  return url !== null && url.hostname !== '' && url.pathname === pathOf(id)
}

/** The host, and the port if it is not the usual one: what a person can judge a client of this id by. */
export const hostOfClientId = (id: string) => new URL(id).host

/**
 * The first of the redirect URIs that the host of the document does not answer for: on https, of another origin.
 * Loopback addresses and private-use schemes belong to no host.
 *
 * @see draft-ietf-oauth-client-id-metadata-document section 8.1
 */
export function findForeignRedirect(id: string, redirectUris: readonly string[]): string | undefined {
  const { origin } = new URL(id)

  return redirectUris.find((uri) => uri.startsWith('https:') && new URL(uri).origin !== origin)
}

const pathOf = (id: string) => id.slice(id.indexOf('/', 'https://'.length))
