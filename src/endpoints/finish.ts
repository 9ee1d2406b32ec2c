import { uuid7 } from '../base/id.ts'
import { addSeconds } from '../base/time.ts'
import { errorBody } from '../http/respond.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import type { Answers } from '../ports/store.ts'
import type {
  AuthorizationCode,
  CodeId,
  Consent,
  RedirectAnswer,
  StoredAuthorizeRequest,
  Transaction,
} from '../protocol/authorization.ts'
import type { SignedIn } from '../protocol/authorize-decision.ts'
import { deviceCodeGrant } from '../protocol/client-metadata.ts'
import type { Client } from '../protocol/client.ts'
import { particularsOfCode } from '../protocol/code-particulars.ts'
import { formatCredential, hashSecret } from '../protocol/credential.ts'
import type { DeviceOutcome } from '../protocol/device.ts'
import type { OAuthError } from '../protocol/errors.ts'
import { decideOffline } from '../protocol/offline.ts'
import { formatScope } from '../protocol/scope.ts'
import type { Scope } from '../protocol/scope.ts'

export interface Granted {
  readonly scope: Scope
  /** What is remembered of the person's answer; `undefined` when nobody was asked. */
  readonly consent: Consent | undefined
}

/** What is left for the browser once a request is answered: to go to the app, or nothing. */
export type Ending = RedirectEnding | { readonly kind: 'device' }

/** What an app is told, where, and how it travels. Only to a checked redirect URI does anything go. */
export interface RedirectEnding {
  readonly kind: 'redirect'
  readonly to: RedirectAnswer['to']
  readonly mode: 'query' | 'form_post'
  readonly fields: Readonly<Record<string, string>>
}

type ReturnPath = Pick<RedirectAnswer, 'to' | 'state' | 'responseMode'>

/**
 * Makes the person's yes true, wherever the answer goes.
 *
 * @param transaction `undefined` when no page was needed
 * @returns `undefined` if the request was answered before
 */
export async function allowRequest(
  request: StoredAuthorizeRequest,
  client: Client,
  granted: Granted,
  { session, account }: SignedIn,
  transaction: Transaction | undefined,
  ports: Ports,
  caller: Caller,
): Promise<Ending | undefined> {
  const { answerTo } = request

  return answerTo.kind === 'device'
    ? allowDevice(request, granted, { session, account }, transaction, ports, caller)
    : issueCode(request, answerTo, client, granted, { session, account }, transaction, ports, caller)
}

/** Keeps what was allowed until the device comes for it. */
async function allowDevice(
  request: StoredAuthorizeRequest,
  { scope }: Granted,
  { session, account: { subject } }: SignedIn,
  transaction: Transaction | undefined,
  ports: Ports,
  caller: Caller,
): Promise<Ending | undefined> {
  const { begunAs: sessionId, authenticatedAt } = session
  const particulars = particularsOfCode(request, session, ports.settings)
  const outcome = { kind: 'allowed', allowed: { subject, scope, sessionId, authenticatedAt, particulars } } as const
  const event = auditEvent(ports, caller, 'consent', 'done', {
    clientId: request.clientId,
    subject,
    grantType: deviceCodeGrant,
    scope: formatScope(scope),
  })
  const answered = await ports.store.answerRequest(answering(request, transaction, ports, outcome), event, ports.now())

  return answered === 'done' ? { kind: 'device' } : undefined
}

/** Commits the code with everything it is bound to; the browser brings it, with `state` and `iss` (OAuth 2.1 section 4.1.2). */
async function issueCode(
  request: StoredAuthorizeRequest,
  answerTo: RedirectAnswer,
  client: Client,
  granted: Granted,
  { session, account }: SignedIn,
  transaction: Transaction | undefined,
  ports: Ports,
  caller: Caller,
): Promise<Ending | undefined> {
  const { scope, onlineOnly } = decideOffline(request, granted, client, ports.settings)
  const now = ports.now()
  const id = uuid7(now, ports.random(10)) as CodeId
  const secret = ports.random(32)
  const code: AuthorizationCode = {
    id,
    secretHash: hashSecret(secret),
    clientId: request.clientId,
    subject: account.subject,
    redirectUri: answerTo.to,
    redirectUriWasSent: answerTo.wasSent,
    challenge: answerTo.challenge,
    scope,
    resources: request.resources,
    sessionId: session.begunAs,
    authenticatedAt: session.authenticatedAt,
    issuedAt: now,
    expiresAt: addSeconds(now, ports.settings.codeLifetime),
    authorizationId: undefined,
    redeemedAt: undefined,
    burnedAt: undefined,
    particulars: { ...particularsOfCode(request, session, ports.settings), ...(onlineOnly && { onlineOnly }) },
  }
  const event = auditEvent(ports, caller, granted.consent === undefined ? 'code_issued' : 'consent', 'done', {
    clientId: request.clientId,
    subject: account.subject,
    scope: formatScope(scope),
    reason:
      request.authorizationDetails && `in detail: ${request.authorizationDetails.map(({ type }) => type).join(' ')}`,
  })
  const answers = answering(request, transaction, ports)
  if ((await ports.store.issueCode(code, answers, granted.consent, event, now)) === 'already_answered') return undefined

  return redirectTo(answerTo, { code: formatCredential('code', { id, generation: 0, secret }) }, ports)
}

/** How a request ends that was refused. */
export const refusedEnding = ({ answerTo }: StoredAuthorizeRequest, error: OAuthError, ports: Ports): Ending =>
  answerTo.kind === 'device' ? answerTo : redirectError(answerTo, error, ports)

/**
 * What is over once this request has its answer: the transaction it waits in, the pushed request it came as, and the
 * waiting of a device, which hears no unless somebody allowed something.
 */
export const answering = (
  { pushedId, answerTo }: StoredAuthorizeRequest,
  transaction: Transaction | undefined,
  { settings, now }: Ports,
  outcome: DeviceOutcome = { kind: 'refused' },
): Answers => ({
  transaction: transaction?.id,
  device:
    answerTo.kind === 'device' && transaction !== undefined
      ? { id: answerTo.id, claimedBy: transaction.browserHash, outcome }
      : undefined,
  pushed:
    pushedId === undefined
      ? undefined
      : // A browser that came for it in its last moment has as long as every other to answer.
        {
          id: pushedId,
          until: addSeconds(addSeconds(now(), settings.pushedRequestLifetime), settings.transactionLifetime),
        },
})

/** What an app is told of an error, once the redirect URI is proved (OAuth 2.1 section 4.1.2.1). */
export const redirectError = (path: ReturnPath, error: OAuthError, ports: Ports): RedirectEnding =>
  redirectTo(path, errorBody(error, ports.settings.issuer), ports)

/** Every answer names the issuer, and gives the state back as it came (RFC 9207 section 2). */
const redirectTo = (
  { to, state, responseMode = 'query' }: ReturnPath,
  fields: Readonly<Record<string, string>>,
  { settings }: Ports,
): RedirectEnding => ({
  kind: 'redirect',
  to,
  mode: responseMode,
  fields: { ...fields, ...(state !== undefined && { state }), iss: settings.issuer },
})
