import { uuid7 } from '../base/id.ts'
import type { Result } from '../base/result.ts'
import { addSeconds } from '../base/time.ts'
import type { Seconds } from '../base/time.ts'
import { parseForm } from '../http/form.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { seeOther } from '../http/respond.ts'
import { errorPage } from '../pages/error-page.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { ClientProblem } from '../ports/client-finder.ts'
import type { Ports } from '../ports/ports.ts'
import { isUnavailable } from '../ports/store.ts'
import type { Subject } from '../protocol/account.ts'
import type { StoredAuthorizeRequest, TransactionId } from '../protocol/authorization.ts'
import { parseReturnAddress } from '../protocol/authorize.ts'
import type { ReturnAddress } from '../protocol/authorize.ts'
import type { Client, ClientId } from '../protocol/client.ts'
import { oauthError } from '../protocol/errors.ts'
import type { OAuthError } from '../protocol/errors.ts'
import { parseParameters } from '../protocol/parameters.ts'
import type { Parameters } from '../protocol/parameters.ts'
import { diagnoseRedirectUri } from '../protocol/redirect-diagnosis.ts'
import { findClientFault } from '../protocol/profile.ts'
import { mustPush } from '../protocol/pushed-request.ts'
import { parseResponseMode } from '../protocol/response-mode.ts'
import { findAsked, withPushed } from './asked.ts'
import { readAuthorizeRequest } from './authorize-request.ts'
import { findBrowser, isForeignPost } from './browser.ts'
import type { Browser } from './browser.ts'
import { allowRequest, redirectError } from './finish.ts'
import { goBack } from './hand-off.ts'
import { findNextStep } from './next-step.ts'
import { openSheet, page } from './page.ts'
import { createWaitingRoom } from './waiting-room.ts'

/** The longest request that is sent on as an address (OAuth 2.1 section 1.7.1). */
const maxQuery = 8000

/**
 * The authorization endpoint (OAuth 2.1 section 4.1.1), by GET or by form post. A post of another site comes without our
 * cookies, so it goes on by GET: a person who is signed in is known then, and what waits in another tab still belongs to
 * this browser.
 */
export function createAuthorizeEndpoint(ports: Ports) {
  const keep = createWaitingRoom(ports)

  return async (request: HttpRequest, caller: Caller): Promise<HttpResponse> => {
    const sent = await readParameters(request)
    if (sent === undefined) return explain('request_unreadable')
    const byGet = isForeignPost(request) ? addressOf(sent) : undefined
    if (byGet !== undefined) return seeOther(byGet)
    // Asked for with the client: one round trip for both where the store is far away.
    const [found, browser] = await Promise.all([findClient(sent), findBrowser(request, ports)])
    if (!found.ok) return explain(found.error.error.reason, undefined, found.error)
    const client = found.value
    if (client.disabledAt !== undefined) return explain('client_disabled', client)
    if (findClientFault(client, ports.settings.profile) !== undefined) return explain('client_unfit', client)
    const asked = await findAsked(sent, client, ports)
    if (!asked.ok) return explain(asked.error.reason, client)
    const { parameters, pushed } = asked.value
    const address = parseReturnAddress(parameters, client)
    if (!address.ok) return explain(address.error.reason, client, { received: parameters.get('redirect_uri') })

    // From here on the browser may be sent back: every fault is the client's to hear of.
    return answer(parameters, client, address.value).catch((thrown: unknown) => {
      ports.log.fault(thrown, caller.requestId ?? '')

      return sendBack(client, address.value, parameters, oauthError(isUnavailable(thrown) ? 'unavailable' : 'fault'))
    })

    async function answer(parameters: Parameters, client: Client, address: ReturnAddress): Promise<HttpResponse> {
      if (pushed === undefined && mustPush(client, ports.settings)) return refuse(oauthError('push_missing'), undefined)
      const began = ports.now()
      const parsed = await readAuthorizeRequest(parameters, client, address, began, ports)
      if (!parsed.ok) return refuse(parsed.error, undefined)
      const asked = withPushed(parsed.value, pushed)
      const { decision } = await findNextStep(asked, client, browser.signedIn, began, ports)
      if (decision.kind === 'return_error') return refuse(decision.error, browser.signedIn?.account.subject)
      if (decision.kind !== 'issue_code') return wait(asked, client, browser)
      const ending = await allowRequest(
        asked,
        client,
        { scope: asked.scope, consent: undefined },
        decision,
        undefined,
        ports,
        caller,
      )
      // It is answered in another window this very moment.
      if (ending?.kind !== 'redirect') return explain('request_uri_unknown', client)

      return goBack(request, ports, { appName: client.name, ending, outcome: 'allowed', byItself: true })

      async function refuse(error: OAuthError, subject: Subject | undefined): Promise<HttpResponse> {
        const details = { reason: error.reason, clientId: client.id, subject }
        await ports.store.appendAudit(auditEvent(ports, caller, 'authorize_refused', 'refused', details))

        return sendBack(client, address, parameters, error)
      }
    }

    /** Keeps the request under a handle bound to this browser; the browser carries nothing else. */
    async function wait(kept: StoredAuthorizeRequest, client: Client, browser: Browser): Promise<HttpResponse> {
      const now = ports.now()
      const id = uuid7(now, ports.random(10)) as TransactionId
      const transaction = {
        id,
        browserHash: browser.hash,
        request: kept,
        createdAt: now,
        expiresAt: addSeconds(now, ports.settings.transactionLifetime),
        answeredAt: undefined,
      }
      const waits = await keep(transaction, request.address)
      if (waits !== 'done') return explain('requests_waiting', client, { retryAfter: waits })

      return seeOther(
        `${ports.settings.issuer}/i/${id}`,
        browser.setCookie === undefined ? {} : { 'set-cookie': browser.setCookie },
      )
    }

    /** The same request by GET; `undefined` if it is too long for an address. */
    function addressOf(parameters: Parameters): string | undefined {
      // Written anew, since a body may hold signs that an address may not.
      const query = new URLSearchParams(parameters.without([])).toString()

      return query.length > maxQuery ? undefined : `${ports.settings.issuer}${ports.settings.paths.authorize}?${query}`
    }

    async function findClient(parameters: Parameters): Promise<Result<Client, ClientProblem>> {
      const id = parameters.get('client_id')
      if (id === undefined)
        return { ok: false, error: { error: oauthError('client_id_unknown'), host: undefined, detail: undefined } }

      return ports.clients.findToBegin(id as ClientId, caller)
    }

    function sendBack(client: Client, address: ReturnAddress, parameters: Parameters, error: OAuthError): HttpResponse {
      const mode = parseResponseMode(parameters, address.to, ports.settings)
      const ending = redirectError(
        { to: address.to, state: parameters.get('state'), ...(mode.ok && mode.value) },
        error,
        ports,
      )

      // Whoever nobody has looked at must not use us as a door to anywhere (OAuth 2.1 section 7.13.2).
      return goBack(request, ports, { appName: client.name, ending, outcome: 'failed', byItself: client.reviewed })
    }

    /** A page of ours: nothing of the request becomes an address to go to (OAuth 2.1 section 4.1.2.1). */
    async function explain(
      reason: OAuthError['reason'],
      client?: Client,
      { received, host, detail, retryAfter }: Details = {},
    ): Promise<HttpResponse> {
      const error = oauthError(reason)
      if (client !== undefined || host !== undefined) {
        const details = { reason: host === undefined ? reason : `${reason} ${host}`, clientId: client?.id }
        await ports.store.appendAudit(auditEvent(ports, caller, 'authorize_refused', 'refused', details))
      }
      const sheet = openSheet(request, ports, undefined)
      const { development } = ports.settings
      const diagnosis =
        development && client !== undefined && received !== undefined
          ? diagnoseRedirectUri(received, client.redirectUris)
          : undefined
      const model = {
        ...sheet.context,
        id: error.id,
        requestId: caller.requestId ?? '',
        description: detail === undefined ? error.description : `${error.description}: ${detail}`,
        diagnosis,
        host,
      }

      if (retryAfter === undefined) return page(400, errorPage(model, sheet.t), sheet)
      const answer = page(429, errorPage(model, sheet.t), sheet)

      return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfter) } }
    }
  }
}

/** What there is to say besides the reason: the redirect URI as it came, the host of the client's document, its fault, a wait. */
interface Details {
  readonly received?: string | undefined
  readonly host?: string | undefined
  readonly detail?: string | undefined
  /** Where there is too much of it. */
  readonly retryAfter?: Seconds
}

async function readParameters(request: HttpRequest): Promise<Parameters | undefined> {
  if (request.method === 'GET' || request.method === 'HEAD') return parseParameters(request.query)
  const form = await parseForm(request)

  return form.ok ? form.value : undefined
}
