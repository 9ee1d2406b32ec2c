import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { consentPage } from '../pages/consent.ts'
import type { ConsentModel, Until } from '../pages/consent.ts'
import { destinationOf } from '../pages/destination.ts'
import type { DeviceNotice } from '../pages/device.ts'
import type { Messages } from '../pages/locales/en.ts'
import type { Ports } from '../ports/ports.ts'
import type { Account, Subject } from '../protocol/account.ts'
import type { Consent, DeviceAnswer, StoredAuthorizeRequest, Transaction } from '../protocol/authorization.ts'
import { isSingleAct, isTransaction } from '../protocol/authorization-details.ts'
import { askedScope } from '../protocol/authorize-decision.ts'
import { scopesOfClaims } from '../protocol/claims-request.ts'
import { hostOfClientId } from '../protocol/client-id-url.ts'
import type { Client } from '../protocol/client.ts'
import type { Language } from '../protocol/resource.ts'
import { emptyScope, union, without } from '../protocol/scope.ts'
import type { Scope } from '../protocol/scope.ts'
import { findResource, isIdentity } from '../protocol/target.ts'
import { showUserCode, userCodeOf } from '../protocol/user-code.ts'
import { formToken } from './browser.ts'
import type { Browser } from './browser.ts'
import type { Granted } from './finish.ts'
import { describeDetails } from './detail-text.ts'
import { findLookAlike } from './look-alike.ts'
import { openSheet, page, transactionPath } from './page.ts'

interface Question {
  readonly transaction: Transaction
  readonly client: Client
  readonly browser: Browser
  readonly account: Account
  readonly consent: Consent | undefined
}

/** Asks the person (UX section 3.2). What is shown comes from the stored request alone. */
export async function showConsent(
  request: HttpRequest,
  ports: Ports,
  question: Question,
  cookies: readonly string[],
): Promise<HttpResponse> {
  const { transaction, client, browser, account, consent } = question
  const { answerTo, uiLocales } = transaction.request
  const scope = askedScope(transaction.request)
  const sheet = openSheet(request, ports, transactionPath(transaction.id), uiLocales)
  const language = sheet.t.lang as Language
  const model: ConsentModel = {
    ...sheet.context,
    app: {
      clientId: client.id,
      name: client.name,
      developer: client.developer,
      reviewed: client.reviewed,
      host: client.provenance === 'metadata-document' ? hostOfClientId(client.id) : undefined,
      looksLike: client.reviewed ? undefined : await findLookAlike(client.name, ports),
    },
    account: account.username,
    destination: answerTo.kind === 'redirect' ? destinationOf(answerTo.to) : undefined,
    device: answerTo.kind === 'device' ? noticeOf(answerTo, client, request, ports) : undefined,
    anyLocalProgram: client.type === 'public' && answerTo.kind === 'redirect' && answerTo.to.startsWith('http:'),
    scopes: scope.flatMap((name) => {
      const granted = consent?.scope.includes(name) === true
      if (isIdentity(name, ports.settings))
        return [
          { name, ...sheet.t.identity[name as keyof Messages['identity']], access: 'read', optional: false, granted },
        ]
      const text = ports.settings.scopes.get(name)
      if (text === undefined) return []

      return [
        {
          name,
          title: text.title[language],
          detail: text.description[language],
          access: text.access,
          optional: text.optional,
          granted,
        },
      ]
    }),
    details: describeDetails(transaction.request.authorizationDetails ?? [], ports.settings, sheet.t),
    // What it was allowed before still stands, so it is not among what the app cannot do.
    notAsked: without(client.scope, union(consent?.scope ?? emptyScope, scope)).flatMap(
      (name) => ports.settings.scopes.get(name)?.title[language] ?? [],
    ),
    until: decideUntil(transaction.request, client, ports),
    action: sheet.context.base + transactionPath(transaction.id, 'consent'),
    switchAction: sheet.context.base + transactionPath(transaction.id, 'switch'),
    csrf: formToken(browser, transaction.id, ports),
  }

  return page(200, consentPage(model, sheet.t), sheet, { cookies })
}

function noticeOf(
  { id, askedAt, askedFrom }: DeviceAnswer,
  { homepage }: Client,
  request: HttpRequest,
  { now, keys }: Ports,
): DeviceNotice {
  return {
    code: showUserCode(userCodeOf(id, keys.userCodes)),
    minutes: Math.floor((now() - askedAt) / 60_000),
    address: askedFrom,
    isHere: askedFrom === request.address,
    website: homepage === undefined ? undefined : new URL(homepage).host,
  }
}

/**
 * What an "Allow" allows: what was asked, without the optional scopes that the person left unticked. Nothing the form
 * says can add to it (attack row UI-11).
 */
export function decideGranted(
  request: StoredAuthorizeRequest,
  consent: Consent | undefined,
  ticked: readonly string[],
  subject: Subject,
  ports: Ports,
): Granted {
  const before = consent?.scope ?? emptyScope
  const isLeftOut = (name: string) =>
    ports.settings.scopes.get(name)?.optional === true && !before.includes(name) && !ticked.includes(name)
  const scope = request.scope.filter((name) => !isLeftOut(name)) as readonly string[] as Scope
  const remembered = union(union(before, scope), scopesOfClaims(request.claims))
  const resources = [...new Set([...(consent?.resources ?? []), ...request.resources])]
  const details = rememberedDetails(request, consent, ports)

  return {
    scope,
    consent: {
      subject,
      clientId: request.clientId,
      scope: remembered,
      resources,
      ...(details !== undefined && { authorizationDetails: details }),
      givenAt: ports.now(),
    },
  }
}

/** A single act is over with its answer; of what lasts, the last answer counts. */
function rememberedDetails(
  { authorizationDetails: asked }: StoredAuthorizeRequest,
  consent: Consent | undefined,
  { settings }: Ports,
): Consent['authorizationDetails'] {
  const lasting = asked?.filter((each) => !isTransaction([each], settings))

  return lasting === undefined || lasting.length === 0 ? consent?.authorizationDetails : lasting
}

function decideUntil(request: StoredAuthorizeRequest, client: Client, ports: Ports): Until {
  const { resources } = request
  const { refreshIdle, refreshAbsolute, accessToken } = client.lifetimes
  if (!client.grantTypes.includes('refresh_token') || isSingleAct(request, ports.settings)) {
    const resource = resources[0] === undefined ? undefined : findResource(resources[0], ports.settings)

    return { kind: 'once', lifetime: accessToken ?? (resource ?? ports.settings.ownResource).accessTokenLifetime }
  }
  if (refreshIdle === 'never' && refreshAbsolute === 'never') return { kind: 'removed' }

  return {
    kind: 'lasting',
    over: refreshAbsolute === 'never' ? undefined : refreshAbsolute,
    unused: refreshIdle === 'never' ? undefined : refreshIdle,
  }
}
