import { uuid7 } from '../base/id.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import { isUnavailable } from '../ports/store.ts'
import { oauthError } from '../protocol/errors.ts'
import type { OAuthError } from '../protocol/errors.ts'
import { answerPreflight, withCors } from './cors.ts'
import type { HttpRequest, HttpResponse } from './message.ts'
import { methodNotAllowed, refusal } from './respond.ts'
import { belowIssuer } from './path.ts'
import { createRouter } from './router.ts'
import type { Endpoint, Route } from './router.ts'

/** Pages for what no route answers. */
export interface Fallback {
  readonly notFound: Endpoint
  /** A fault of ours or of the store, on a page. */
  readonly failed: (request: HttpRequest, caller: Caller, error: OAuthError) => Promise<HttpResponse>
}

/**
 * The one way in: finds the route, answers, and turns whatever is thrown into `server_error` or
 * `temporarily_unavailable`. Both faces, node:http and Fetch, call it with plain values.
 */
export function createHandler(routes: readonly Route[], fallback: Fallback, ports: Ports) {
  const findRoute = createRouter(routes)
  const always = transportHeaders(ports.settings)
  const allowedOn = new Map(routes.map((route) => [route, methodsOf(route)]))

  return async (request: HttpRequest): Promise<HttpResponse> => {
    const caller = { address: request.address, requestId: uuid7(ports.now(), ports.random(10)) }
    const path = belowIssuer(request.path, ports.settings.basePath)
    const response =
      path === undefined
        ? await fallback.notFound(request, caller)
        : await answer(path === request.path ? request : { ...request, path }, caller)

    return { ...response, headers: { ...response.headers, ...always, 'hufu-request-id': caller.requestId } }
  }

  async function answer(request: HttpRequest, caller: Caller & { requestId: string }): Promise<HttpResponse> {
    const route = findRoute(request.path)
    if (route === undefined) return fallback.notFound(request, caller)
    const allowed = allowedOn.get(route) ?? []
    const preflight = route.cors ? answerPreflight(request, allowed) : undefined
    if (preflight !== undefined) return preflight
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const endpoint = Object.hasOwn(route.methods, method) ? route.methods[method] : undefined
    if (endpoint === undefined) return route.cors ? withCors(methodNotAllowed(allowed)) : methodNotAllowed(allowed)
    // HEAD is answered as GET is; the faces leave the body out.
    const asked = method === request.method ? request : { ...request, method }
    let response: HttpResponse
    try {
      response = await endpoint(asked, caller)
    } catch (error) {
      response = await fail(route, request, caller, error)
    }

    return route.cors ? withCors(response) : response
  }

  async function fail(
    route: Route,
    request: HttpRequest,
    caller: Caller & { requestId: string },
    thrown: unknown,
  ): Promise<HttpResponse> {
    ports.log.fault(thrown, caller.requestId)
    const error = oauthError(isUnavailable(thrown) ? 'unavailable' : 'fault')
    if (route.audience === 'person') return fallback.failed(request, caller, error)

    return refusal(error, ports.settings.issuer, error.reason === 'unavailable' ? 1 : undefined)
  }
}

/** Browsers never come over plain HTTP again (FAPI 2.0 section 5.2.3). Elsewhere it is the operator's choice, at the proxy. */
const transportHeaders = ({ profile, issuer }: Ports['settings']) =>
  profile === 'fapi2' && issuer.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}

const methodsOf = (route: Route) =>
  Object.keys(route.methods).flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : [each]))
