import type { Logger } from 'pino'
import type { HttpRequest } from '../http/message.ts'
import type { Handler } from '../http/node.ts'

/** First parts of paths that are safe in a log: the rest of a path can hold an id, or whatever a stranger sent. */
const known = [
  'authorize',
  'par',
  'token',
  'revoke',
  'introspect',
  'userinfo',
  'device_authorization',
  'device',
  'register',
  'end-session',
  'sign-in',
  'sign-out',
  'errors',
  'assets',
  'i',
  'livez',
  'readyz',
  'inspector',
]
const wellKnown = ['oauth-authorization-server', 'openid-configuration', 'jwks.json']

/**
 * One line for each request: which route, how it ended, how long it took. Never a query, a body, a header or a person
 * (attack row LG-06).
 */
export function withRequestLog(handler: Handler, logger: () => Logger | undefined): Handler {
  return {
    ...handler,
    handle: async (request: HttpRequest) => {
      const began = performance.now()
      const response = await handler.handle(request)
      const requestId = response.headers['hufu-request-id']
      const ms = Math.round((performance.now() - began) * 10) / 10
      logger()?.info({
        method: methodOf(request),
        route: routeOf(request.path),
        status: response.status,
        ms,
        requestId,
      })

      return response
    },
  }
}

/** In two words what a request was, without anything that a stranger chose. */
export const methodOf = ({ method }: HttpRequest) => (/^[A-Z]{1,10}$/.test(method) ? method : 'other')

export function routeOf(path: string): string {
  if (path === '/') return path
  const [, first = '', ...rest] = path.split('/')
  if (first === '.well-known') return `/.well-known/${wellKnown.find((each) => each === rest[0]) ?? '*'}`

  return known.includes(first) ? `/${first}${rest.length > 0 ? '/*' : ''}` : 'other'
}
