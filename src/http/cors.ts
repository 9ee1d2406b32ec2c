import type { HttpRequest, HttpResponse } from './message.ts'

/** Any origin may read, none with its cookies: `Access-Control-Allow-Credentials` does not exist here (O21-3.2-05). */
const readable = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'WWW-Authenticate, DPoP-Nonce, Hufu-Request-Id, Retry-After',
} as const

export const withCors = (response: HttpResponse): HttpResponse => ({
  ...response,
  headers: { ...response.headers, ...readable },
})

/** The answer to a preflight, or `undefined` if the request is none. */
export function answerPreflight(request: HttpRequest, methods: readonly string[]): HttpResponse | undefined {
  if (request.method !== 'OPTIONS' || request.header('access-control-request-method') === undefined) return undefined

  return {
    status: 204,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': methods.join(', '),
      // MCP clients send their version with discovery.
      'access-control-allow-headers': 'Authorization, Content-Type, DPoP, MCP-Protocol-Version',
      'access-control-max-age': '600',
    },
    body: '',
  }
}
