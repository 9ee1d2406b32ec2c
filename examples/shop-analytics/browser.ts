import type { Request, Response } from 'express'
import { newSessionId } from './sessions.ts'
import { isLanguage } from './words.ts'
import type { Language } from './words.ts'

/** What this app keeps in a browser: a random session id and the language. Never a token. */
export type Cookies = ReturnType<typeof createCookies>

/**
 * @param secure true behind https: the cookie then has the `__Host-` prefix, which browsers give to no other host and
 *   to no plain connection. On a loopback address without https the prefix would keep it from being stored.
 */
export function createCookies(secure: boolean) {
  const sessionName = secure ? '__Host-analytics' : 'analytics'
  // Lax and not Strict: the browser comes back from the shop, another site, and has to bring the cookie then.
  const attributes = { httpOnly: true, sameSite: 'lax', secure, path: '/' } as const

  return {
    readSession: (request: Request) => readCookie(request, sessionName),

    /** The id of this browser, a new one if it has none. */
    readOrSetSession(request: Request, response: Response): string {
      const known = readCookie(request, sessionName)
      if (known !== undefined) return known

      const id = newSessionId()
      response.cookie(sessionName, id, attributes)
      return id
    },

    setSession: (response: Response, id: string) => response.cookie(sessionName, id, attributes),

    setLanguage: (response: Response, language: Language) =>
      response.cookie('language', language, { ...attributes, maxAge: 365 * 24 * 60 * 60 * 1000 }),
  }
}

/** From the cookie, else from what the browser prefers. */
export function languageOf(request: Request): Language {
  const chosen = readCookie(request, 'language')
  if (isLanguage(chosen)) return chosen

  const preferred = request.acceptsLanguages('en', 'zh-CN', 'zh')
  return preferred === 'zh-CN' || preferred === 'zh' ? 'zh-CN' : 'en'
}

/**
 * The headers of every answer. Nothing is loaded from elsewhere and no script runs. A form may lead to this app and to
 * the authorization server, because Chromium holds redirects after a form post to `form-action` as well.
 */
export function securityHeaders(issuer: string, secure: boolean): Readonly<Record<string, string>> {
  return {
    'content-security-policy': `default-src 'none'; style-src 'self'; form-action 'self' ${new URL(issuer).origin}; base-uri 'none'; frame-ancestors 'none'`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    ...(secure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}

/** Only what looks like one of our values: 1 to 64 characters of base64url. */
function readCookie(request: Request, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(/; */)
  const value = pairs.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1)

  return value !== undefined && /^[\w-]{1,64}$/.test(value) ? value : undefined
}
