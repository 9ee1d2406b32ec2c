import { hash } from 'node:crypto'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { json } from '../http/respond.ts'
import type { Ports } from '../ports/ports.ts'

/**
 * A JSON document that anybody may read and keep for a while: discovery (RFC 8414 section 3) and the published keys.
 * Both answers, the document and "as you have it" (RFC 9110 section 13.1.2), are made again only when `make` gives
 * another object, not for each request.
 *
 * @param maxAge seconds; a key is published longer than this before it signs
 */
export function createDocumentEndpoint(
  make: () => unknown,
  maxAge: number,
): (request: HttpRequest) => Promise<HttpResponse> {
  let source: unknown
  let ready: ReturnType<typeof prepare> | undefined

  return async (request) => {
    const current = make()
    if (ready === undefined || source !== current) {
      source = current
      ready = prepare(current, maxAge)
    }
    const known = request.header('if-none-match')

    return known !== undefined && names(known, ready.tag) ? ready.unchanged : ready.document
  }
}

function prepare(value: unknown, maxAge: number) {
  const cacheControl = `public, max-age=${maxAge}`
  const tag = `"${hash('sha256', JSON.stringify(value), 'base64url').slice(0, 22)}"`
  const document = json(200, value, { 'cache-control': cacheControl, etag: tag })

  return { tag, document, unchanged: { status: 304, headers: { 'cache-control': cacheControl, etag: tag }, body: '' } }
}

/** A list of tags, which a cache on the way may have weakened, or `*`. */
const names = (known: string, tag: string) =>
  known.split(',').some((each) => [tag, `W/${tag}`, '*'].includes(each.trim()))

/** @see RFC 7517 section 5; `signer.jwks()` gives the same object until the set changes */
export const createJwksEndpoint = (ports: Ports) => createDocumentEndpoint(() => ports.signer.jwks(), 600)
