import type { GuardResponse } from './challenge.ts'
import type { Guard } from './guard.ts'

/** How long clients may keep the metadata, in seconds. */
const maxAgeSeconds = 300

/**
 * The answer if the request asks for this API's metadata, else `undefined`. Pages of other origins may read it: it
 * holds nothing secret.
 *
 * @param url path and query, or absolute
 * @see RFC 9728 section 3
 */
export function metadataResponse(guard: Guard, method: string, url: string): GuardResponse | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined
  if (withoutQuery(url) !== guard.metadataPath) return undefined

  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'cache-control': `public, max-age=${maxAgeSeconds}`,
      'access-control-allow-origin': '*',
    },
    body: JSON.stringify(guard.metadata()),
  }
}

const withoutQuery = (url: string) => url.replace(/^https?:\/\/[^/?#]*/, '').replace(/[?#].*$/s, '')
