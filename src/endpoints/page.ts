import { formatCookie, readCookie } from '../http/cookies.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import type { Ports } from '../ports/ports.ts'
import { parseParameters } from '../protocol/parameters.ts'
import type { TransactionId } from '../protocol/authorization.ts'
import { render } from '../pages/html.ts'
import type { Html } from '../pages/html.ts'
import { chooseLanguage, languageCookie, messagesIn, parseLanguage } from '../pages/language.ts'
import { pageHeaders } from '../pages/layout.ts'
import type { FormAction, PageContext } from '../pages/layout.ts'
import type { Messages } from '../pages/locales/en.ts'

/** A page being made: what every page is told, and the words of the reader's language. */
export interface Sheet {
  readonly context: PageContext
  readonly t: Messages
  /** Remembers a language that was chosen by a link of the footer. */
  readonly setCookie: string | undefined
}

/** The address of a waiting request and of its steps: `sign-in`, `consent`, `cancel`, `switch`. */
export const transactionPath = (id: TransactionId, step = '') => `/i/${id}${step === '' ? '' : `/${step}`}`

/** @param path of this page for the language links; `undefined` for the answer to a post @param uiLocales of the app's request */
export function openSheet(request: HttpRequest, ports: Ports, path: string | undefined, uiLocales?: string): Sheet {
  const secure = ports.settings.issuer.startsWith('https:')
  const cookie = secure ? `__Host-${languageCookie}` : languageCookie
  const chosen = parseLanguage(parseParameters(request.query)?.get('lang'))
  const language = chooseLanguage({
    chosen,
    uiLocales,
    cookie: readCookie(request.header('cookie'), cookie),
    acceptLanguage: request.header('accept-language'),
  })

  return {
    context: {
      productName: ports.settings.productName,
      base: ports.settings.basePath,
      development: ports.settings.development,
      path: path === undefined ? undefined : ports.settings.basePath + path,
    },
    t: messagesIn(language),
    setCookie: chosen === undefined ? undefined : formatCookie(cookie, chosen, { secure, maxAge: 31_536_000 }),
  }
}

/** @param cookies to set besides the language's */
export function page(
  status: number,
  body: Html,
  sheet: Sheet,
  {
    formAction = 'self',
    cookies = [],
  }: { readonly formAction?: FormAction; readonly cookies?: readonly (string | undefined)[] } = {},
): HttpResponse {
  const set = [...cookies, sheet.setCookie].filter((each) => each !== undefined)

  return {
    status,
    headers: {
      ...pageHeaders({ formAction }),
      vary: 'accept-language, cookie',
      ...(set.length > 0 && { 'set-cookie': set }),
    },
    body: render(body),
  }
}
