import type { OAuthError, Reason } from '../protocol/errors.ts'
import type { HttpResponse } from './message.ts'

/** For whatever holds a token, a code, a secret or personal data (OAuth 2.1 section 3.2.3). */
export const noStore = { 'cache-control': 'no-store' } as const

const plainHeaders = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' } as const

export function json(status: number, body: unknown, headers: HttpResponse['headers'] = noStore): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...plainHeaders, ...headers },
    body: JSON.stringify(body),
  }
}

/** A JWT as the whole answer. */
export const signed = (jwt: string): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'application/jwt', ...plainHeaders, ...noStore },
  body: jwt,
})

export function text(status: number, body: string, headers: HttpResponse['headers'] = noStore): HttpResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...plainHeaders, ...headers }, body }
}

/** 303 always: 307 and 308 would carry a form's body, and the password in it, along (OAuth 2.1 section 7.5.4). */
export function seeOther(location: string, headers: HttpResponse['headers'] = {}): HttpResponse {
  return { status: 303, headers: { location, ...plainHeaders, ...noStore, ...headers }, body: '' }
}

export function methodNotAllowed(allowed: readonly string[]): HttpResponse {
  return text(405, 'method not allowed\n', { ...noStore, allow: allowed.join(', ') })
}

/** What the client reads of a refusal (OAuth 2.1 section 3.2.4): class, public code, and the page that explains it. */
export function errorBody(error: OAuthError, issuer: string) {
  return {
    error: error.code,
    error_description: `${error.id} ${error.description}`,
    error_uri: `${issuer}/errors/${error.id}`,
  }
}

/** The JSON answer to a refused request of a client. @param retryAfter seconds, where trying again later may help */
export function refusal(error: OAuthError, issuer: string, retryAfter?: number): HttpResponse {
  const headers: Record<string, string> = { ...noStore }
  // RFC 9110 wants a challenge with every 401, whichever method the client used.
  if (error.code === 'invalid_client') headers['www-authenticate'] = 'Basic realm="hufu", charset="UTF-8"'
  if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter)

  return json(statusOf(error), errorBody(error, issuer), headers)
}

const tooMany: readonly Reason[] = ['throttled', 'pushed_too_often', 'devices_too_many']

function statusOf(error: OAuthError): number {
  if (error.code === 'invalid_client') return 401
  if (tooMany.includes(error.reason)) return 429
  if (error.reason === 'form_too_large') return 413
  if (error.code === 'temporarily_unavailable') return 503

  return error.code === 'server_error' ? 500 : 400
}
