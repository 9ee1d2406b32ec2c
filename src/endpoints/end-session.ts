import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import { parseForm } from '../http/form.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { seeOther } from '../http/respond.ts'
import { errorPage } from '../pages/error-page.ts'
import { signOutPage, signedOutPage } from '../pages/sign-out.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import type { Client } from '../protocol/client.ts'
import { endSessionParameters, findAskingClient, findReturn, isOfSession } from '../protocol/end-session.ts'
import type { LogoutHint } from '../protocol/end-session.ts'
import { because } from '../protocol/errors.ts'
import type { OAuthError } from '../protocol/errors.ts'
import { shownSubject } from '../protocol/pairwise.ts'
import { parseParameters } from '../protocol/parameters.ts'
import type { Parameters } from '../protocol/parameters.ts'
import type { RedirectUri } from '../protocol/redirect-uri.ts'
import { findBrowser, formToken, isOwnForm, sessionCookie } from './browser.ts'
import type { Browser } from './browser.ts'
import { goBack } from './hand-off.ts'
import { readIdToken } from './id-token.ts'
import { openSheet, page } from './page.ts'
import { endBrowserSession, findTold } from './sign-out.ts'

/** A request to sign out, found in order. */
interface Asked {
  readonly parameters: Parameters
  readonly hint: LogoutHint | undefined
  readonly client: Client | undefined
  readonly returnTo: RedirectUri | undefined
}

/** The longest request that is sent on as an address (OAuth 2.1 section 1.7.1). */
const maxQuery = 8000

/**
 * Where an app sends a person who signs out of it (OpenID Connect RP-Initiated Logout 1.0), by GET or by POST. With an ID
 * token of this very session they are signed out at once; else they are asked, since anybody could have sent them.
 */
export function createEndSessionEndpoint(ports: Ports) {
  const { settings, store, keys } = ports
  const path = settings.paths.endSession

  return async (request: HttpRequest, caller: Caller): Promise<HttpResponse> => {
    const parameters = await readParameters(request)
    if (parameters === undefined || endSessionParameters.some((each) => isBroken(parameters, each)))
      return explain(because('logout_unreadable').error, undefined)
    const asked = await findAsked(parameters)
    if (!asked.ok) return explain(asked.error, parameters)
    const browser = await findBrowser(request, ports)
    if (request.method === 'GET') return decide(asked.value, browser)
    const csrf = parameters.get('csrf')
    if (csrf !== undefined && isOwnForm(request, csrf, formToken(browser, 'end-session', ports), ports))
      return signOut(asked.value, browser, true)

    // A post from another site comes without the cookie of the session, and one of a form of before is not believed;
    // going on by GET shows who is signed in.
    return browser.sessionId === undefined || csrf !== undefined ? goOn(parameters) : decide(asked.value, browser)

    async function decide(given: Asked, by: Browser): Promise<HttpResponse> {
      const { hint, client } = given
      if (by.signedIn === undefined) return signOut(given, by, false)
      const { session, account } = by.signedIn
      const mayEnd =
        hint !== undefined &&
        client !== undefined &&
        isOfSession(hint, session, shownSubject(account.subject, client, keys.pairwiseSubjects))

      return mayEnd && isPageLoad(request) ? signOut(given, by, false) : ask(given, by)
    }

    async function ask(given: Asked, by: Browser): Promise<HttpResponse> {
      const sheet = openSheet(request, ports, undefined, given.parameters.get('ui_locales'))
      const model = {
        ...sheet.context,
        account: by.signedIn?.account.username,
        action: sheet.context.base + path,
        csrf: formToken(by, 'end-session', ports),
        app: given.client?.name,
        told: await findTold(by, ports),
        fields: Object.fromEntries(sentAs(given.parameters)),
      }

      return page(200, signOutPage(model, sheet.t), sheet, { cookies: [by.setCookie] })
    }

    /** Who is signed out already goes the same way. @param confirmed the person said so here */
    async function signOut(given: Asked, by: Browser, confirmed: boolean): Promise<HttpResponse> {
      await endBrowserSession(by, ports, caller, given.client?.id)
      const cookies = by.sessionId === undefined ? [] : [sessionCookie(undefined, ports)]
      const { client, returnTo, hint } = given
      if (client === undefined || returnTo === undefined) {
        const sheet = openSheet(request, ports, undefined, given.parameters.get('ui_locales'))

        return page(200, signedOutPage(sheet.context, sheet.t), sheet, { cookies })
      }
      const state = given.parameters.get('state')
      const fields: Readonly<Record<string, string>> = state === undefined ? {} : { state }
      const ending = { kind: 'redirect', to: returnTo, mode: 'query', fields } as const
      // Whoever nobody has looked at must not use us as a door to anywhere, and without an ID token the person opens it.
      const byItself = client.reviewed && (confirmed || hint !== undefined)

      return goBack(request, ports, { appName: client.name, ending, outcome: 'signedOut', byItself }, cookies)
    }

    function goOn(given: Parameters): Promise<HttpResponse> | HttpResponse {
      const query = new URLSearchParams(sentAs(given)).toString()
      if (query.length > maxQuery) return explain(because('logout_unreadable').error, given)

      return seeOther(`${settings.issuer}${path}?${query}`)
    }

    /** A page of ours, whatever was wrong; nothing of the request becomes an address to go to. */
    async function explain(error: OAuthError, given: Parameters | undefined): Promise<HttpResponse> {
      await store.appendAudit(auditEvent(ports, caller, 'sign_out', 'refused', { reason: error.reason }))
      const sheet = openSheet(request, ports, undefined, given?.get('ui_locales'))
      const model = {
        ...sheet.context,
        id: error.id,
        requestId: caller.requestId ?? '',
        description: error.description,
        diagnosis: undefined,
      }

      return page(400, errorPage(model, sheet.t), sheet)
    }
  }

  async function findAsked(parameters: Parameters): Promise<Result<Asked, OAuthError>> {
    const sent = parameters.get('id_token_hint')
    const hint = sent === undefined ? undefined : await readIdToken(sent, ports)
    if (sent !== undefined && hint === undefined) return because('logout_hint_invalid')
    const clientId = findAskingClient(parameters, hint)
    if (!clientId.ok) return clientId
    const client = clientId.value === undefined ? undefined : await store.findClient(clientId.value)
    if (clientId.value !== undefined && (client === undefined || client.disabledAt !== undefined))
      return because('logout_client_unknown')
    const returnTo = findReturn(parameters, client, hint)

    return returnTo.ok ? accept({ parameters, hint, client, returnTo: returnTo.value }) : returnTo
  }
}

async function readParameters(request: HttpRequest): Promise<Parameters | undefined> {
  if (request.method === 'GET') return parseParameters(request.query)
  const form = await parseForm(request)

  return form.ok ? form.value : undefined
}

const isBroken = (parameters: Parameters, name: string) => parameters.isRepeated(name) || parameters.isMalformed(name)

/** False for what a page of somebody else loads into itself: a picture, a frame, a script. Old browsers do not say. */
function isPageLoad(request: HttpRequest): boolean {
  const kind = request.header('sec-fetch-dest')

  return kind === undefined || kind === 'document'
}

/** The request as it came, without what nobody defined. */
const sentAs = (parameters: Parameters) =>
  endSessionParameters.flatMap((name): [string, string][] => {
    const value = parameters.get(name)

    return value === undefined ? [] : [[name, value]]
  })
