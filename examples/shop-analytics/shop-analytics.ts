import { readFileSync } from 'node:fs'
import express from 'express'
import type { Express, NextFunction, Request, Response } from 'express'
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client'
import { ask, disconnect } from './access.ts'
import { createCookies, languageOf, securityHeaders } from './browser.ts'
import type { Order, Refund } from './orders.ts'
import { dashboardPage, landingPage, messagePage, unavailablePage } from './pages.ts'
import type { PageContext } from './pages.ts'
import { createSessions } from './sessions.ts'
import type { Session } from './sessions.ts'
import { createShop, UntrustedServer } from './shop.ts'
import { isLanguage, isNotice } from './words.ts'
import type { Notice } from './words.ts'

export interface ShopAnalyticsOptions {
  /** Where this app is reached, without a slash at the end. Its redirect URI is this and `/callback`. */
  readonly baseUrl: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** The shop's API: the resource the tokens are for, without a slash at the end. */
  readonly api: string
  /** @default 'orders.read refunds.read' */
  readonly scope?: string
  /** All requests to the server and to the API go through it. */
  readonly fetch?: typeof fetch
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** One line about a failure, without any token or code in it. */
  readonly log?: (line: string) => void
}

const style = readFileSync(new URL('style.css', import.meta.url), 'utf8')

/**
 * A web app that is not the shop's: a person lets it read their orders, and it draws them. It is a confidential client
 * of OAuth 2.1 with code and PKCE, renders on the server and runs no script in the browser.
 */
export function createShopAnalytics(options: ShopAnalyticsOptions): Express {
  const now = options.now ?? Date.now
  const log = options.log ?? console.error
  const secure = options.baseUrl.startsWith('https:')
  const cookies = createCookies(secure)
  const sessions = createSessions(now)
  const shop = createShop({
    issuer: options.issuer,
    clientId: options.clientId,
    clientSecret: options.clientSecret,
    redirectUri: `${options.baseUrl}/callback`,
    api: options.api,
    scope: options.scope ?? 'orders.read refunds.read',
    fetch: options.fetch ?? fetch,
    now,
  })

  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use((_request, response, next) => {
    response.set(securityHeaders(options.issuer, secure))
    next()
  })

  app.get('/style.css', (_request, response) => {
    response.set('cache-control', 'public, max-age=300').type('css').send(style)
  })

  app.get('/', async (request, response) => {
    const { lang, notice } = request.query
    if (isLanguage(lang)) {
      cookies.setLanguage(response, lang)
      response.redirect(303, '/')
      return
    }

    const page = pageOf(request, response, isNotice(notice) ? notice : undefined)
    const session = sessions.find(cookies.readSession(request))
    if (session?.connection === undefined) response.send(landingPage(page))
    else await showDashboard(session, page, response)
  })

  app.post('/connect', readForm, async (request, response) => {
    const id = checkForm(request, response)
    if (id === undefined) return

    try {
      const { url, state, login } = await shop.begin(languageOf(request))
      sessions.addPending(sessions.findOrCreate(id), state, login)
      response.redirect(303, url.href)
    } catch (error) {
      response.redirect(303, `/?notice=${noticeOf(error)}`)
    }
  })

  // The answer in the address is used at most once, and the browser leaves the address at once for a clean one.
  app.get('/callback', async (request, response) => {
    const answer = new URL(request.originalUrl, options.baseUrl).searchParams
    const states = answer.getAll('state')
    const session = sessions.find(cookies.readSession(request))
    const login = sessions.takePending(session, states.length === 1 ? states[0] : undefined)
    if (session === undefined || login === undefined) {
      response.redirect(303, '/?notice=not-begun')
      return
    }

    try {
      const before = session.connection
      session.connection = await shop.finish(answer, states[0]!, login)
      // What was allowed before is in the new permission too: no second one is left behind at the shop.
      if (before !== undefined)
        await shop.revoke(before).catch((error: unknown) => log(`shop-analytics: ${describe(error)}`))
      cookies.setSession(response, sessions.renew(session).id)
      response.redirect(303, '/')
    } catch (error) {
      response.redirect(303, `/?notice=${noticeOf(error)}`)
    }
  })

  app.post('/disconnect', readForm, async (request, response) => {
    const id = checkForm(request, response)
    if (id === undefined) return

    const session = sessions.find(id)
    const isRevoked = session === undefined || (await disconnect(shop, session))
    response.redirect(303, `/?notice=${isRevoked ? 'disconnected' : 'forgotten'}`)
  })

  app.use((request, response) => {
    response.status(404).send(messagePage(pageOf(request, response), 'notFound'))
  })
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    log(`shop-analytics: ${describe(error)}`)
    if (response.headersSent) next(error)
    else response.status(statusOf(error)).send(messagePage(pageOf(request, response), 'broken'))
  })

  function pageOf(request: Request, response: Response, notice?: Notice): PageContext {
    const id = cookies.readOrSetSession(request, response)
    return { language: languageOf(request), formToken: sessions.formToken(id), notice }
  }

  /** The browser's id if the form is from a page of ours; otherwise the request is answered and nothing happens. */
  function checkForm(request: Request, response: Response): string | undefined {
    const id = cookies.readSession(request)
    if (id !== undefined && sessions.hasFormToken(id, request.body?.csrf)) return id

    response.status(403).send(messagePage(pageOf(request, response), 'formExpired'))
    return undefined
  }

  async function showDashboard(session: Session, page: PageContext, response: Response): Promise<void> {
    const from = new Date(now() - 365 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10)
    const hasRefunds = session.connection!.scope.includes('refunds.read')
    const [orders, refunds] = await Promise.all([
      ask(shop, session, `/orders?from=${from}&limit=500`, now()),
      hasRefunds ? ask(shop, session, `/refunds?from=${from}&limit=500`, now()) : ({ kind: 'not_shared' } as const),
    ])

    if (orders.kind === 'ended') response.redirect(303, '/?notice=ended')
    else if (orders.kind !== 'ok' || refunds.kind === 'unavailable') response.status(502).send(unavailablePage(page))
    else
      response.send(
        dashboardPage(page, {
          orders: (orders.body as { orders: Order[] }).orders,
          refunds: refunds.kind === 'ok' ? (refunds.body as { refunds: Refund[] }).refunds : undefined,
          now: now(),
        }),
      )
  }

  /** What to tell the person, in a word; the exact reason is for the log. */
  function noticeOf(error: unknown): Notice {
    if (error instanceof AuthorizationResponseError && error.error === 'access_denied') return 'cancelled'

    log(`shop-analytics: ${describe(error)}`)
    if (error instanceof UntrustedServer || isFromAnotherIssuer(error)) return 'wrong-server'
    if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) return 'refused'

    return error instanceof ClientError && error.code !== 'OAUTH_TIMEOUT' ? 'refused' : 'unreachable'
  }

  return app
}

const readForm = express.urlencoded({ extended: false, limit: '4kb', parameterLimit: 20 })

const isFromAnotherIssuer = (error: unknown) =>
  error instanceof ClientError && error.code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED'

const statusOf = (error: unknown) => {
  const status = (error as { status?: unknown } | undefined)?.status
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500
}

/** Names and codes only: an error's cause may hold an address with a code in it. */
function describe(error: unknown): string {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
    return `${error.name}: ${error.error} ${error.error_description ?? ''}`.trim()
  if (error instanceof ClientError) return `${error.code ?? error.name}: ${error.message}`

  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error'
}

if (import.meta.main) {
  const { ISSUER, CLIENT_ID, CLIENT_SECRET, API, PORT = '9130', BASE_URL = `http://127.0.0.1:${PORT}` } = process.env
  if (ISSUER === undefined || CLIENT_ID === undefined || CLIENT_SECRET === undefined || API === undefined) {
    console.error('Set ISSUER, CLIENT_ID, CLIENT_SECRET and API. PORT (9130) and BASE_URL are optional.')
    process.exit(2)
  }

  const app = createShopAnalytics({
    baseUrl: BASE_URL,
    issuer: ISSUER,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    api: API,
  })
  app.listen(Number(PORT), '127.0.0.1', () => console.log(`ready ${BASE_URL}`))
}
