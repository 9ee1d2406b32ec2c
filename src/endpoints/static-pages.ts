import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { text } from '../http/respond.ts'
import { asset, assetHeaders } from '../pages/assets.ts'
import { errorCodePage } from '../pages/error-code.ts'
import { isErrorId } from '../pages/error-ids.ts'
import { errorPage } from '../pages/error-page.ts'
import { notFoundPage } from '../pages/not-found.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import type { OAuthError } from '../protocol/errors.ts'
import { openSheet, page } from './page.ts'

/** Pages and files that are the same for everybody. */
export function createStaticPages(ports: Ports) {
  return { explainError, sendAsset, notFound, failed }

  /** What stands behind every `error_uri` (UX section 8.1). */
  async function explainError(request: HttpRequest): Promise<HttpResponse> {
    const id = request.path.slice('/errors/'.length)
    if (!isErrorId(id)) return notFound(request)
    const sheet = openSheet(request, ports, request.path)

    return page(200, errorCodePage({ ...sheet.context, id }, sheet.t), sheet)
  }

  async function sendAsset(request: HttpRequest): Promise<HttpResponse> {
    const found = asset(request.path)
    if (found === undefined) return text(404, 'not found\n')
    const headers = assetHeaders(found)

    return request.header('if-none-match') === found.etag
      ? { status: 304, headers, body: '' }
      : { status: 200, headers, body: found.body }
  }

  async function notFound(request: HttpRequest): Promise<HttpResponse> {
    const sheet = openSheet(request, ports, undefined)

    return page(404, notFoundPage(sheet.context, sheet.t), sheet)
  }

  /** A fault of ours or of the store, for a person: the number to ask about, and nothing of the cause. */
  async function failed(request: HttpRequest, caller: Caller, error: OAuthError): Promise<HttpResponse> {
    const sheet = openSheet(request, ports, undefined)
    const model = {
      ...sheet.context,
      id: error.id,
      requestId: caller.requestId ?? '',
      description: undefined,
      diagnosis: undefined,
    }

    const isUnavailable = error.reason === 'unavailable'
    const answer = page(isUnavailable ? 503 : 500, errorPage(model, sheet.t), sheet)

    return isUnavailable ? { ...answer, headers: { ...answer.headers, 'retry-after': '1' } } : answer
  }
}
