import { findBrowser } from '../endpoints/browser.ts'
import { openSheet, page } from '../endpoints/page.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { seeOther } from '../http/respond.ts'
import type { Endpoint } from '../http/router.ts'
import { notAllowedPage } from '../pages/not-allowed.ts'
import type { Ports } from '../ports/ports.ts'
import { isAdmin } from '../protocol/account.ts'

/** Answers everything below `/inspector`; `undefined` stands for "not found". */
export type InspectorHandle = (request: HttpRequest) => Promise<HttpResponse | undefined>

/**
 * The inspector behind its door. In development it keeps its own door; elsewhere only an administrator who is signed
 * in gets as far as that: nobody else learns more than that there is a page (UX-2.6).
 */
export function createInspectorGate(inspector: InspectorHandle, notFound: Endpoint, ports: Ports): Endpoint {
  return async (request, caller) => {
    const refused = ports.settings.development ? undefined : await refuseStranger(request, ports)

    return refused ?? (await inspector(request)) ?? notFound(request, caller)
  }
}

async function refuseStranger(request: HttpRequest, ports: Ports): Promise<HttpResponse | undefined> {
  const { signedIn } = await findBrowser(request, ports)
  if (signedIn === undefined) return seeOther(`${ports.settings.issuer}/sign-in`)
  if (isAdmin(signedIn.account)) return undefined
  const sheet = openSheet(request, ports, undefined)

  return page(403, notAllowedPage(sheet.context, sheet.t), sheet)
}
