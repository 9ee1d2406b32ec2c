import type { RequestHandler } from 'express'

/** What a page may send besides what every page may, and what it may read. */
const requestHeaders = 'Authorization, Content-Type, Last-Event-ID, MCP-Protocol-Version, Mcp-Session-Id'
const responseHeaders = 'WWW-Authenticate, Mcp-Session-Id'

/**
 * Lets pages of allowed origins call, and refuses those of all others with 403: a page of a stranger must not reach a
 * server on the person's own machine. What is no page sends no `Origin` and passes.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning
 */
export const allowOrigins =
  (isAllowed: (origin: string) => boolean): RequestHandler =>
  (request, response, next) => {
    const { origin } = request.headers
    if (origin === undefined) return next()
    if (!isAllowed(origin)) return void response.status(403).json({ error: 'origin_not_allowed' })

    response.set({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': responseHeaders,
      vary: 'Origin',
    })
    if (request.method !== 'OPTIONS') return next()

    response.set({
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': requestHeaders,
      'access-control-max-age': '600',
    })
    return void response.status(204).end()
  }
