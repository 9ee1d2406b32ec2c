import { parseForm } from '../http/form.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { seeOther } from '../http/respond.ts'
import { homePage } from '../pages/home.ts'
import { signOutPage, signedOutPage } from '../pages/sign-out.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import { isAdmin } from '../protocol/account.ts'
import type { SignedIn } from '../protocol/authorize-decision.ts'
import { findBrowser, formToken, isOwnForm, sessionCookie } from './browser.ts'
import { openSheet, page } from './page.ts'
import { createSignInPost, showSignIn } from './sign-in.ts'
import type { DemoAccount } from './sign-in.ts'
import { endBrowserSession, findTold } from './sign-out.ts'

/** Signing in without an app, signing out, and the first page. */
export function createSessionPages(ports: Ports, demo: DemoAccount | undefined, inspectorPath: string | undefined) {
  const postSignIn = createSignInPost(ports)

  return { home, showForm, submitForm, askSignOut, signOut }

  async function home(request: HttpRequest): Promise<HttpResponse> {
    const { signedIn } = await findBrowser(request, ports)
    const sheet = openSheet(request, ports, '/')

    return page(200, homePage({ ...sheet.context, account: signedIn?.account.username, inspectorPath }, sheet.t), sheet)
  }

  async function showForm(request: HttpRequest): Promise<HttpResponse> {
    const browser = await findBrowser(request, ports)

    return showSignIn(
      request,
      ports,
      { browser, client: undefined, transaction: undefined, problem: undefined, username: '' },
      demo,
    )
  }

  async function submitForm(request: HttpRequest, caller: Caller): Promise<HttpResponse> {
    const browser = await findBrowser(request, ports)
    const form = await parseForm(request, 'any')
    if (!form.ok || !isOwnForm(request, form.value.get('csrf'), formToken(browser, 'sign-in', ports), ports))
      return seeOther(`${ports.settings.issuer}/sign-in`)
    const result = await postSignIn(form.value, browser, undefined, caller)
    if (result.kind === 'signed_in')
      return seeOther(ports.settings.issuer + pathFor(result.signedIn), { 'set-cookie': result.cookie })
    const username = form.value.get('username') ?? ''

    return showSignIn(
      request,
      ports,
      { browser, client: undefined, transaction: undefined, problem: result.problem, username },
      demo,
    )
  }

  /** Where somebody goes who came by themselves. Never asked of the request, so that no link leads on to elsewhere. */
  function pathFor({ account }: SignedIn): string {
    return inspectorPath !== undefined && isAdmin(account) ? '/inspector' : '/'
  }

  async function askSignOut(request: HttpRequest): Promise<HttpResponse> {
    const browser = await findBrowser(request, ports)
    const sheet = openSheet(request, ports, '/sign-out')
    const model = {
      ...sheet.context,
      account: browser.signedIn?.account.username,
      action: `${sheet.context.base}/sign-out`,
      csrf: formToken(browser, 'sign-out', ports),
      told: await findTold(browser, ports),
    }

    return page(200, signOutPage(model, sheet.t), sheet, { cookies: [browser.setCookie] })
  }

  async function signOut(request: HttpRequest, caller: Caller): Promise<HttpResponse> {
    const browser = await findBrowser(request, ports)
    const form = await parseForm(request, 'any')
    if (!form.ok || !isOwnForm(request, form.value.get('csrf'), formToken(browser, 'sign-out', ports), ports))
      return seeOther(`${ports.settings.issuer}/sign-out`)
    await endBrowserSession(browser, ports, caller)
    const sheet = openSheet(request, ports, undefined)

    return page(200, signedOutPage(sheet.context, sheet.t), sheet, { cookies: [sessionCookie(undefined, ports)] })
  }
}
