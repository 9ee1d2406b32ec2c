import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { seeOther } from '../http/respond.ts'
import { handOffPage } from '../pages/hand-off.ts'
import type { HandOffModel } from '../pages/hand-off.ts'
import type { Ports } from '../ports/ports.ts'
import { withResponse } from '../protocol/redirect-uri.ts'
import type { RedirectEnding } from './finish.ts'
import { openSheet, page } from './page.ts'

/** Sends a browser back to an app: by a redirect where no page is needed, and no form was posted (UX section 3.0). */
export function goBack(request: HttpRequest, ports: Ports, to: Leaving, cookies: readonly string[] = []): HttpResponse {
  const { ending, byItself } = to
  if (request.method !== 'GET' || ending.mode !== 'query' || !byItself) return handOff(request, ports, to, cookies)

  return seeOther(withResponse(ending.to, ending.fields), cookies.length > 0 ? { 'set-cookie': cookies } : {})
}

type Leaving = Pick<HandOffModel, 'appName' | 'outcome' | 'byItself'> & { readonly ending: RedirectEnding }

/** Sends a browser on to an app by a page: with a link, or with a form whose policy lets it go there alone. */
export function handOff(
  request: HttpRequest,
  ports: Ports,
  { ending, ...to }: Leaving,
  cookies: readonly string[] = [],
): HttpResponse {
  const sheet = openSheet(request, ports, undefined)
  const { to: redirectUri, fields } = ending
  if (ending.mode === 'query') {
    const model = { ...sheet.context, ...to, url: withResponse(redirectUri, fields) }

    return page(200, handOffPage(model, sheet.t), sheet, { formAction: 'none', cookies })
  }
  const model = { ...sheet.context, ...to, url: redirectUri, fields }

  return page(200, handOffPage(model, sheet.t), sheet, { formAction: { only: redirectUri }, cookies })
}
