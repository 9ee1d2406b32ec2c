import { createHmac } from 'node:crypto'
import { isAlive, sessionIdOf } from '../accounts/browser-session.ts'
import { toBase64Url } from '../base/encoding.ts'
import { formatCookie, readCookie } from '../http/cookies.ts'
import type { HttpRequest } from '../http/message.ts'
import type { Ports } from '../ports/ports.ts'
import type { SessionId } from '../protocol/authorization.ts'
import type { SignedIn } from '../protocol/authorize-decision.ts'
import { hashSecret, isSameSecret } from '../protocol/credential.ts'

/**
 * A browser, known by a random cookie long before anybody signs in. Waiting requests and forms are bound to it; who is
 * signed in is another cookie, new at every sign-in.
 */
export interface Browser {
  readonly hash: string
  /** To be sent when the browser is new here, else `undefined`. */
  readonly setCookie: string | undefined
  readonly signedIn: SignedIn | undefined
  /** Of the session cookie, alive or not. */
  readonly sessionId: SessionId | undefined
}

const valueForm = /^[A-Za-z0-9_-]{43}$/

export async function findBrowser(request: HttpRequest, ports: Ports): Promise<Browser> {
  const { browser, session } = cookieNames(ports)
  const known = readValue(request, browser)
  const value = known ?? toBase64Url(ports.random(32))
  const sessionId = sessionIdOf(readCookie(request.header('cookie'), session))

  return {
    hash: hashSecret(value),
    setCookie: known === undefined ? formatCookie(browser, value, { secure: isSecure(ports) }) : undefined,
    signedIn: sessionId === undefined ? undefined : await findSignedIn(sessionId, ports),
    sessionId,
  }
}

/** Who is signed in in this session, if it and the account are alive. */
export async function findSignedIn(id: SessionId, { store, now, settings }: Ports): Promise<SignedIn | undefined> {
  const [session, account] = await Promise.all([store.findSession(id), store.findAccountOf({ kind: 'session', id })])
  if (session === undefined || account === undefined || session.authenticatedAt < settings.validAfter) return undefined

  return isAlive(session, account, now()) ? { session, account } : undefined
}

export function sessionCookie(value: string | undefined, ports: Ports): string {
  return formatCookie(cookieNames(ports).session, value ?? '', {
    secure: isSecure(ports),
    maxAge: value === undefined ? 0 : ports.settings.sessionLifetime,
  })
}

/**
 * What proves that a form was made for this browser, this session and this purpose (attack rows UI-01, UI-21): a form
 * of somebody who signed out meanwhile does not pass for the next person.
 */
export function formToken(browser: Browser, purpose: string, ports: Ports): string {
  const bound = `${browser.hash} ${browser.signedIn?.session.id ?? ''} ${purpose}`

  return createHmac('sha256', ports.keys.forms).update(bound).digest('base64url')
}

/**
 * True if a form post comes from a page of ours: the token fits, and the browser does not say otherwise. Pages send no
 * referrer, and so browsers say `Origin: null` for them.
 */
export function isOwnForm(request: HttpRequest, sent: string | undefined, expected: string, ports: Ports): boolean {
  return isSameSite(request, ports) && isSameSecret(sent ?? '', expected)
}

/** True for a form post by a page of another site, with which no cookie of ours comes (`SameSite=Lax`). */
export const isForeignPost = (request: HttpRequest) =>
  request.method === 'POST' &&
  request.header('sec-fetch-site') === 'cross-site' &&
  request.header('cookie') === undefined

function isSameSite(request: HttpRequest, ports: Ports): boolean {
  const site = request.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  const origin = request.header('origin')

  return origin === undefined || origin === 'null' || origin === new URL(ports.settings.issuer).origin
}

const isSecure = (ports: Ports) => ports.settings.issuer.startsWith('https:')

/** Over plain http, on loopback in development, browsers refuse the stricter names. */
const cookieNames = (ports: Ports) => {
  const prefix = isSecure(ports) ? '__Host-' : ''

  return { browser: `${prefix}hufu_browser`, session: `${prefix}hufu_session` }
}

function readValue(request: HttpRequest, name: string): string | undefined {
  const value = readCookie(request.header('cookie'), name)

  return value !== undefined && valueForm.test(value) ? value : undefined
}
