import { hasPassed } from '../base/time.ts'
import { parseForm } from '../http/form.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { seeOther } from '../http/respond.ts'
import { answeredPage } from '../pages/answered.ts'
import type { HandOffModel } from '../pages/hand-off.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import type { Consent, StoredAuthorizeRequest, Transaction, TransactionId } from '../protocol/authorization.ts'
import { detailsStillAllowed } from '../protocol/authorization-details.ts'
import type { AuthorizeDecision } from '../protocol/authorize-decision.ts'
import { deviceCodeGrant } from '../protocol/client-metadata.ts'
import type { Client } from '../protocol/client.ts'
import { oauthError } from '../protocol/errors.ts'
import type { Parameters } from '../protocol/parameters.ts'
import { matchRedirectUri } from '../protocol/redirect-uri.ts'
import { findClientFault } from '../protocol/profile.ts'
import type { Settings } from '../protocol/settings.ts'
import { findBrowser, formToken, isOwnForm, sessionCookie } from './browser.ts'
import type { Browser } from './browser.ts'
import { decideGranted, showConsent } from './consent.ts'
import { showDeviceDone } from './device-page.ts'
import { allowRequest, answering, refusedEnding } from './finish.ts'
import type { Ending } from './finish.ts'
import { goBack, handOff } from './hand-off.ts'
import { findNextStep } from './next-step.ts'
import { openSheet, page, transactionPath } from './page.ts'
import { createSignInPost, showSignIn } from './sign-in.ts'
import type { DemoAccount } from './sign-in.ts'
import { endBrowserSession } from './sign-out.ts'

/** A waiting request, found for the browser it belongs to, with what the next step is derived from. */
interface Facts {
  readonly transaction: Transaction
  readonly client: Client
  readonly browser: Browser
  readonly consent: Consent | undefined
  readonly decision: AuthorizeDecision
}

/**
 * The steps a person goes through. Each is derived from the facts anew, by `decideAuthorize`; steps never call each
 * other. A form post that ends at the app answers with the hand-off page, since a redirect would be blocked (UX 3.0).
 */
export function createInteractionEndpoint(ports: Ports, demo: DemoAccount | undefined) {
  const postSignIn = createSignInPost(ports)

  return async (request: HttpRequest, caller: Caller): Promise<HttpResponse> => {
    const [, , id = '', step = ''] = request.path.split('/')
    const facts = await loadFacts(id as TransactionId)
    if (facts === undefined) return over('expired', undefined)
    if (facts.transaction.answeredAt !== undefined) return over('answered', facts.client)
    if (request.method === 'GET')
      return step === '' ? show(facts) : seeOther(ports.settings.issuer + transactionPath(facts.transaction.id))

    const form = await parseForm(request, 'any')
    const expected = formToken(facts.browser, facts.transaction.id, ports)
    // A stale form, of before somebody signed in or out in another tab, does nothing: the page is shown as it is now.
    if (!form.ok || !isOwnForm(request, form.value.get('csrf'), expected, ports)) return showAgain(facts)
    if (step === 'sign-in') return trySignIn(facts, form.value)
    if (step === 'consent') return form.value.get('decision') === 'allow' ? allow(facts, form.value) : refuse(facts)
    if (step === 'cancel') return refuse(facts)

    return step === 'switch' ? switchAccount(facts) : show(facts)

    async function loadFacts(transactionId: TransactionId, signedInAs?: Browser): Promise<Facts | undefined> {
      const transaction = /^[0-9a-f]{32}$/.test(transactionId)
        ? await ports.store.findTransaction(transactionId)
        : undefined
      const browser = signedInAs ?? (await findBrowser(request, ports))
      if (
        transaction === undefined ||
        transaction.browserHash !== browser.hash ||
        hasPassed(transaction.expiresAt, ports.now())
      )
        return undefined
      const client = await ports.store.findClient(transaction.request.clientId)
      if (client === undefined || client.disabledAt !== undefined) return undefined
      if (!isStillRegistered(transaction.request, client, ports.settings)) return undefined
      const { request: waiting, createdAt } = transaction

      return {
        transaction,
        client,
        browser,
        ...(await findNextStep(waiting, client, browser.signedIn, createdAt, ports)),
      }
    }

    /** Whatever comes next. */
    async function show(facts: Facts, cookies: readonly string[] = []): Promise<HttpResponse> {
      const { decision, transaction, client, browser } = facts
      if (decision.kind === 'sign_in')
        return showSignIn(request, ports, { browser, client, transaction, problem: undefined, username: '' }, demo)
      if (decision.kind === 'ask_consent') return showConsent(request, ports, { ...facts, ...decision }, cookies)
      const ending =
        decision.kind === 'return_error'
          ? refusedEnding(transaction.request, decision.error, ports)
          : await allowRequest(
              transaction.request,
              client,
              { scope: transaction.request.scope, consent: undefined },
              decision,
              transaction,
              ports,
              caller,
            )
      if (ending === undefined) return over('answered', client)
      const outcome = decision.kind === 'return_error' ? 'failed' : 'allowed'
      if (ending.kind === 'redirect' && request.method === 'GET')
        return goBack(request, ports, { appName: client.name, ending, outcome, byItself: true })

      return leave(client, ending, outcome, cookies)
    }

    /**
     * To a post that did nothing: the page as it is now, by its own address. Where that would lead on to the app, the
     * person is asked first, since they wanted something else than what the other tab has made of it: to cancel, or to
     * sign in as somebody else. A redirect to the app would be blocked here anyway (UX 3.0).
     */
    async function showAgain(facts: Facts): Promise<HttpResponse> {
      const { decision, transaction } = facts
      if (decision.kind === 'issue_code') return showConsent(request, ports, { ...facts, ...decision }, [])
      if (decision.kind === 'return_error') return show(facts)

      return seeOther(ports.settings.issuer + transactionPath(transaction.id))
    }

    async function trySignIn({ transaction, client, browser }: Facts, form: Parameters): Promise<HttpResponse> {
      const result = await postSignIn(form, browser, client, caller)
      if (result.kind === 'refused') {
        return showSignIn(
          request,
          ports,
          { browser, client, transaction, problem: result.problem, username: form.get('username') ?? '' },
          demo,
        )
      }
      const facts = await loadFacts(transaction.id, {
        ...browser,
        signedIn: result.signedIn,
        sessionId: result.signedIn.session.id,
      })
      if (facts === undefined) return over('expired', client)
      // The address bar stays honest: a reload shows the question again instead of posting the password again.
      if (facts.decision.kind === 'ask_consent')
        return seeOther(ports.settings.issuer + transactionPath(transaction.id), { 'set-cookie': result.cookie })

      return show(facts, [result.cookie])
    }

    async function allow(facts: Facts, form: Parameters): Promise<HttpResponse> {
      const { transaction, client, consent, decision } = facts
      if (decision.kind !== 'ask_consent' && decision.kind !== 'issue_code') return showAgain(facts)
      const granted = decideGranted(transaction.request, consent, form.all('scope'), decision.account.subject, ports)
      // Whoever leaves out everything that was asked for has said no: there is no token for nothing.
      const { scope, authorizationDetails } = transaction.request
      if (granted.scope.length === 0 && scope.length > 0 && authorizationDetails === undefined) return refuse(facts)
      const ending = await allowRequest(transaction.request, client, granted, decision, transaction, ports, caller)

      return ending === undefined ? over('answered', client) : leave(client, ending, 'allowed')
    }

    async function refuse({ transaction, client, browser }: Facts): Promise<HttpResponse> {
      const error = oauthError('consent_refused')
      const details = { reason: error.reason, clientId: client.id, subject: browser.signedIn?.account.subject }
      const event = auditEvent(ports, caller, 'consent', 'refused', details)
      const answers = answering(transaction.request, transaction, ports)
      if ((await ports.store.answerRequest(answers, event, ports.now())) === 'already_answered')
        return over('answered', client)

      return leave(client, refusedEnding(transaction.request, error, ports), 'refused')
    }

    async function switchAccount({ transaction, browser }: Facts): Promise<HttpResponse> {
      await endBrowserSession(browser, ports, caller)

      return seeOther(ports.settings.issuer + transactionPath(transaction.id), {
        'set-cookie': sessionCookie(undefined, ports),
      })
    }

    function leave(
      client: Client,
      ending: Ending,
      outcome: HandOffModel['outcome'],
      cookies: readonly string[] = [],
    ): HttpResponse {
      // The device hears of it when it asks next; from this browser nothing goes anywhere.
      if (ending.kind === 'device')
        return showDeviceDone(request, ports, client, outcome === 'allowed' ? 'connected' : 'refused', cookies)

      return handOff(request, ports, { appName: client.name, ending, outcome, byItself: true }, cookies)
    }

    function over(kind: 'answered' | 'expired', client: Client | undefined): HttpResponse {
      const sheet = openSheet(request, ports, undefined)
      // Nobody looked at where the page of an unreviewed app leads.
      const homepage = client?.reviewed === true ? client.homepage : undefined
      const app = client && { name: client.name, homepage }

      return page(kind === 'answered' ? 200 : 400, answeredPage({ ...sheet.context, kind, app }, sheet.t), sheet)
    }
  }
}

/** The app's registration may have changed while the person was away: only to what stands there now goes anything. */
function isStillRegistered(
  { answerTo, authorizationDetails = [] }: StoredAuthorizeRequest,
  client: Client,
  settings: Settings,
): boolean {
  if (findClientFault(client, settings.profile) !== undefined) return false
  if (detailsStillAllowed(authorizationDetails, client, settings).length < authorizationDetails.length) return false
  if (answerTo.kind === 'device') return client.grantTypes.includes(deviceCodeGrant)

  return matchRedirectUri(answerTo.to, client.redirectUris, client.allowLocalhostAnyPort) !== undefined
}
