import type { GuardResponse } from './challenge.ts'
import type { Guard } from './guard.ts'
import { pathOf } from './trusted-url.ts'

/** How long clients may keep the metadata, in seconds. */
const maxAgeSeconds = 300

/**
 * The answer if the request asks for this API's metadata, else `undefined`. Pages of other origins may read it, with
 * any header they send along: it holds nothing secret. MCP clients in browsers send their protocol's version.
 *
 * @param url path and query, or absolute
 * @see RFC 9728 section 3
 */
export function metadataResponse(guard: Guard, method: string, url: string): GuardResponse | undefined {
  if (pathOf(url) !== guard.metadataPath) return undefined
  if (method === 'OPTIONS') return preflight
  if (method !== 'GET' && method !== 'HEAD') return undefined

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

const preflight: GuardResponse = {
  status: 204,
  headers: {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, HEAD',
    'access-control-allow-headers': '*',
    'access-control-max-age': String(maxAgeSeconds),
  },
  body: '',
}
