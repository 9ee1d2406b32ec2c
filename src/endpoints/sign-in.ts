import { createBrowserSession } from '../accounts/browser-session.ts'
import { createSignIn } from '../accounts/sign-in.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { destinationOf, hostOf } from '../pages/destination.ts'
import { signInPage } from '../pages/sign-in.ts'
import type { SignInProblem } from '../pages/sign-in.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import { StoreUnavailable } from '../ports/store.ts'
import { passwordMeans } from '../protocol/authentication-level.ts'
import type { AnswerTo, Transaction } from '../protocol/authorization.ts'
import type { SignedIn } from '../protocol/authorize-decision.ts'
import type { Client } from '../protocol/client.ts'
import type { Parameters } from '../protocol/parameters.ts'
import { formToken, sessionCookie } from './browser.ts'
import type { Browser } from './browser.ts'
import { openSheet, page, transactionPath } from './page.ts'
import { revokedBySignOut } from './sign-out.ts'

/** A made-up account whose password everybody may know, offered as a button. Never outside of the demo. */
export interface DemoAccount {
  readonly username: string
  readonly password: string
}

interface Form {
  readonly browser: Browser
  /** What the person is on their way to; `undefined` when they came by themselves. */
  readonly client: Client | undefined
  readonly transaction: Transaction | undefined
  readonly problem: SignInProblem | undefined
  readonly username: string
}

export function showSignIn(
  request: HttpRequest,
  ports: Ports,
  { browser, client, transaction, problem, username }: Form,
  demo: DemoAccount | undefined,
): HttpResponse {
  const path = transaction === undefined ? '/sign-in' : transactionPath(transaction.id)
  const sheet = openSheet(request, ports, path, transaction?.request.uiLocales)
  const model = {
    ...sheet.context,
    app:
      client === undefined || transaction === undefined
        ? undefined
        : { name: client.name, ...goal(transaction.request.answerTo) },
    action: sheet.context.base + (transaction === undefined ? '/sign-in' : transactionPath(transaction.id, 'sign-in')),
    cancelAction:
      transaction === undefined ? undefined : sheet.context.base + transactionPath(transaction.id, 'cancel'),
    csrf: formToken(browser, transaction?.id ?? 'sign-in', ports),
    username: username === '' ? (transaction?.request.loginHint ?? '') : username,
    problem,
    demo,
  }

  return page(statusOf(problem), signInPage(model, sheet.t), sheet, { cookies: [browser.setCookie] })
}

const goal = (answerTo: AnswerTo) =>
  answerTo.kind === 'device'
    ? { host: undefined, onDevice: true }
    : { host: hostOf(destinationOf(answerTo.to)), onDevice: false }

export type SignInResult =
  | { readonly kind: 'signed_in'; readonly signedIn: SignedIn; readonly cookie: string }
  | { readonly kind: 'refused'; readonly problem: SignInProblem }

/** Checks name and password, and begins a browser session in the place of the one before. */
export function createSignInPost(ports: Ports) {
  const signIn = createSignIn(ports)

  return async (
    form: Parameters,
    browser: Browser,
    client: Client | undefined,
    caller: Caller,
  ): Promise<SignInResult> => {
    const result = await signIn({
      username: form.get('username') ?? '',
      password: form.get('password') ?? '',
      address: caller.address ?? 'unknown',
      requestId: caller.requestId,
      clientId: client?.id,
    })
    if (result.kind === 'refused') return { kind: 'refused', problem: { kind: 'wrong' } }
    if (result.kind === 'wait')
      return { kind: 'refused', problem: { kind: 'throttled', minutes: Math.ceil(result.wait / 60) } }
    if (result.kind === 'busy') throw new StoreUnavailable('too many people sign in at once')
    const { cookie, session } = createBrowserSession(
      result.account.subject,
      result.at,
      ports.settings.sessionLifetime,
      ports.random,
      passwordMeans,
      browser.signedIn?.session,
    )
    const revoked = revokedBySignOut(ports, caller, browser.signedIn?.account.subject)
    await ports.store.startSession(session, browser.sessionId, result.event, revoked)
    // Somebody else may have been signed in here.
    if (browser.sessionId !== undefined) ports.logouts.soon()

    return { kind: 'signed_in', signedIn: { session, account: result.account }, cookie: sessionCookie(cookie, ports) }
  }
}

const statusOf = (problem: SignInProblem | undefined) =>
  problem === undefined ? 200 : problem.kind === 'throttled' ? 429 : 400
