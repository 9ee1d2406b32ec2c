import { uuid7 } from '../base/id.ts'
import { addSeconds } from '../base/time.ts'
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
  TransactionId,
} from '../protocol/authorization.ts'
import type { SignedIn } from '../protocol/authorize.ts'
import { formatCredential, hashSecret } from '../protocol/credential.ts'
import type { OAuthError } from '../protocol/errors.ts'
import { withResponse } from '../protocol/redirect-uri.ts'
import { formatScope } from '../protocol/scope.ts'
import type { Scope } from '../protocol/scope.ts'

export interface Granted {
  readonly scope: Scope
  /** What is remembered of the person's answer; `undefined` when nobody was asked. */
  readonly consent: Consent | undefined
}

/** What is left for the browser once a request is answered: to go to the app, or nothing. */
export type Ending = { readonly kind: 'redirect'; readonly url: string } | { readonly kind: 'device' }

/**
 * Makes the person's yes true, wherever the answer goes.
 *
 * @param transaction `undefined` when no page was needed
 * @returns `undefined` if the request was answered before
 */
export async function allowRequest(
  request: StoredAuthorizeRequest,
  granted: Granted,
  { session, account }: SignedIn,
  transaction: TransactionId | undefined,
  ports: Ports,
  caller: Caller,
): Promise<Ending | undefined> {
  const { answerTo } = request
  if (answerTo.kind === 'device') throw new Error('nothing waits for a device yet')

  return issueCode(request, answerTo, granted, { session, account }, transaction, ports, caller)
}

/** Commits the code with everything it is bound to; the browser brings it, with `state` and `iss` (OAuth 2.1 section 4.1.2). */
async function issueCode(
  request: StoredAuthorizeRequest,
  answerTo: RedirectAnswer,
  granted: Granted,
  { session, account }: SignedIn,
  transaction: TransactionId | undefined,
  ports: Ports,
  caller: Caller,
): Promise<Ending | undefined> {
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
    scope: granted.scope,
    resources: request.resources,
    sessionId: session.begunAs,
    authenticatedAt: session.authenticatedAt,
    issuedAt: now,
    expiresAt: addSeconds(now, ports.settings.codeLifetime),
    authorizationId: undefined,
    redeemedAt: undefined,
    burnedAt: undefined,
    particulars: request.confirmation === undefined ? {} : { confirmation: request.confirmation },
  }
  const event = auditEvent(ports, caller, granted.consent === undefined ? 'code_issued' : 'consent', 'done', {
    clientId: request.clientId,
    subject: account.subject,
    scope: formatScope(granted.scope),
  })
  const answers = answering(request, transaction, ports)
  if ((await ports.store.issueCode(code, answers, granted.consent, event, now)) === 'already_answered') return undefined

  const url = withResponse(answerTo.to, {
    code: formatCredential('code', { id, generation: 0, secret }),
    state: answerTo.state,
    iss: ports.settings.issuer,
  })

  return { kind: 'redirect', url }
}

/** How a request ends that was refused. */
export function refusedEnding({ answerTo }: StoredAuthorizeRequest, error: OAuthError, ports: Ports): Ending {
  return answerTo.kind === 'device' ? answerTo : { kind: 'redirect', url: errorReturn(answerTo, error, ports) }
}

/** What is over once this request has its answer: the transaction it waits in, and the pushed request it came as. */
export const answering = (
  { pushedId }: StoredAuthorizeRequest,
  transaction: TransactionId | undefined,
  { settings, now }: Ports,
): Answers => ({
  transaction,
  pushed:
    pushedId === undefined
      ? undefined
      : // A browser that came for it in its last moment has as long as every other to answer.
        {
          id: pushedId,
          until: addSeconds(addSeconds(now(), settings.pushedRequestLifetime), settings.transactionLifetime),
        },
})

/** Where the browser goes with an error, once the redirect URI is proved (OAuth 2.1 section 4.1.2.1). */
export function errorReturn(
  { to, state }: Pick<RedirectAnswer, 'to' | 'state'>,
  error: OAuthError,
  { settings }: Ports,
): string {
  return withResponse(to, {
    error: error.code,
    error_description: `${error.id} ${error.description}`,
    error_uri: `${settings.issuer}/errors/${error.id}`,
    state,
    iss: settings.issuer,
  })
}
