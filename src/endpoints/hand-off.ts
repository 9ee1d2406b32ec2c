import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { handOffPage } from '../pages/hand-off.ts'
import type { HandOffModel } from '../pages/hand-off.ts'
import type { Ports } from '../ports/ports.ts'
import { openSheet, page } from './page.ts'

/** Sends a browser on to an app by a page instead of a redirect (UX section 3.0). */
export function handOff(
  request: HttpRequest,
  ports: Ports,
  to: Pick<HandOffModel, 'appName' | 'url' | 'outcome' | 'byItself'>,
  cookies: readonly string[] = [],
): HttpResponse {
  const sheet = openSheet(request, ports, undefined)

  return page(200, handOffPage({ ...sheet.context, ...to }, sheet.t), sheet, { formAction: 'none', cookies })
}
