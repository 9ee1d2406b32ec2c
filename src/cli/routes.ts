import { belowIssuer } from '../http/path.ts'
import type { HttpRequest } from '../http/message.ts'
import { defaultPaths } from '../protocol/settings.ts'
import type { Paths } from '../protocol/settings.ts'

/** In few words what a request was: the same for all requests of one kind, and never anything that a stranger chose. */
export interface RouteNames {
  readonly methodOf: (request: Pick<HttpRequest, 'method'>) => string
  readonly routeOf: (path: string) => string
}

/** Of what has no path in the configuration. What follows the first part can hold an id. */
const fixed = ['i', 'sign-in', 'sign-out', 'errors', 'assets', 'livez', 'readyz', 'inspector']
const documents = ['oauth-authorization-server', 'openid-configuration']
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/**
 * Wherever the configuration puts an endpoint, and whatever path the issuer has, its route is the path that it has by
 * default: dashboards and searches stay what they are.
 */
export function createRouteNames(issuer: string, paths: Partial<Paths> = {}): RouteNames {
  const basePath = issuer.slice(new URL(issuer).origin.length)
  const configured = new Map(
    Object.entries({ ...defaultPaths, ...paths }).map(([endpoint, path]) => [
      path,
      defaultPaths[endpoint as keyof Paths],
    ]),
  )
  const registered = `${paths.register ?? defaultPaths.register}/`

  return {
    methodOf: ({ method }) => (methods.has(method) ? method : 'other'),
    routeOf: (path) => {
      if (path === '/livez' || path === '/readyz') return path
      const below = belowIssuer(path, basePath)
      if (below === undefined) return 'other'

      return configured.get(below) ?? (below.startsWith(registered) ? `${defaultPaths.register}/*` : fixedRoute(below))
    },
  }
}

function fixedRoute(path: string): string {
  if (path === '/') return path
  const [, first = '', second] = path.split('/', 3)
  if (first === '.well-known') return `/.well-known/${documents.find((each) => each === second) ?? '*'}`

  return fixed.includes(first) ? `/${first}${second === undefined ? '' : '/*'}` : 'other'
}
