import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { json } from '../http/respond.ts'
import type { Ports } from '../ports/ports.ts'

/**
 * A JSON document that anybody may read and keep for a while: discovery (RFC 8414 section 3) and the published keys.
 * Made again only when `make` gives another object, not for each request.
 *
 * @param maxAge seconds; a key is published longer than this before it signs
 */
export function createDocumentEndpoint(
  make: () => unknown,
  maxAge: number,
): (request: HttpRequest) => Promise<HttpResponse> {
  let source: unknown
  let ready: HttpResponse | undefined

  return async () => {
    const current = make()
    if (ready === undefined || source !== current) {
      source = current
      ready = json(200, current, { 'cache-control': `public, max-age=${maxAge}` })
    }

    return ready
  }
}

/** @see RFC 7517 section 5; `signer.jwks()` gives the same object until the set changes */
export const createJwksEndpoint = (ports: Ports) => createDocumentEndpoint(() => ports.signer.jwks(), 600)
