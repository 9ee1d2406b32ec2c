import { clientSecretRules, createThrottle } from '../accounts/throttle.ts'
import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import type { Seconds } from '../base/time.ts'
import type { HttpRequest } from '../http/message.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import type { Client, ClientId } from '../protocol/client.ts'
import { oauthError } from '../protocol/errors.ts'
import type { OAuthError, Reason } from '../protocol/errors.ts'
import type { Parameters } from '../protocol/parameters.ts'
import { findClientFault } from '../protocol/profile.ts'
import {
  assertionAlgorithms,
  checkClientAssertion,
  checkRemoteAssertion,
  findAssertionClientId,
} from './private-key-jwt.ts'
import { createRemoteKeys } from './remote-keys.ts'
import { isSecretOf } from './client-secret.ts'
import { findPresented } from './presented.ts'
import type { Presented } from './presented.ts'

/** Why a client was not believed, and in how many seconds it may try again where that is the reason. */
export interface ClientRefusal {
  readonly error: OAuthError
  readonly retryAfter: Seconds | undefined
}

/**
 * Finds out which client a request is from. Every client is held to the one method it is registered with; naming
 * oneself is enough for public clients only. All failures of proof look the same on the wire.
 *
 * @see OAuth 2.1 sections 2.4 and 3.2.1
 */
export function createClientAuthenticator(ports: Ports) {
  const throttle = createThrottle(ports.store, ports.now)
  const algorithms = assertionAlgorithms(ports.settings.profile)
  const remoteKeys = createRemoteKeys({ fetch: ports.fetchDocument, now: ports.now })

  return async (request: HttpRequest, form: Parameters, caller: Caller): Promise<Result<Client, ClientRefusal>> => {
    if (request.repeated('authorization')) return refuse('client_methods_several', undefined)
    const presented = findPresented(request.header('authorization'), form)
    if (!presented.ok) return refuse(presented.error.reason, undefined)
    const clientId = claimedId(presented.value)
    const rules = clientId === undefined ? [] : clientSecretRules(clientId, caller.address ?? 'unknown')
    const [client, counted] = await Promise.all([
      clientId === undefined ? undefined : ports.clients.find(clientId, caller),
      'secret' in presented.value ? throttle.look(rules) : [],
    ])
    if (client === undefined) return refuse('client_unknown', undefined)
    if (client.disabledAt !== undefined) return refuse('client_off', client.id)
    if (findClientFault(client, ports.settings.profile) !== undefined)
      return refuse('client_outside_profile', client.id)
    if (client.authMethod !== presented.value.method) return refuse('client_method_wrong', client.id)
    if (presented.value.method === 'none') return accept(client)
    if (presented.value.method === 'private_key_jwt') return checkAssertion(client, presented.value.assertion)

    return checkSecret(client, presented.value.secret)

    async function checkSecret(known: Client, secret: string): Promise<Result<Client, ClientRefusal>> {
      const attempt = await throttle.run(rules, () => isSecretOf(known, secret, ports.now()), counted)
      if (attempt.kind === 'passed') return accept(known)

      return attempt.kind === 'wait'
        ? refuse('throttled', known.id, attempt.wait)
        : refuse('client_secret_wrong', known.id)
    }

    async function checkAssertion(known: Client, assertion: string): Promise<Result<Client, ClientRefusal>> {
      const { issuer, restoredAt } = ports.settings
      const context = { issuer, restoredAt, now: ports.now(), algorithms }
      const checked =
        known.jwksUri === undefined
          ? checkClientAssertion(assertion, known, context)
          : await checkRemoteAssertion(assertion, known, known.jwksUri, context, remoteKeys)
      if (!checked.ok) return refuse(checked.error.reason, known.id)
      // Using it up is one conditional write: of any number of equal assertions one is the first.
      const first = await ports.store.useOnce(checked.value.key, checked.value.expiresAt)

      return first ? accept(known) : refuse('client_assertion_replayed', known.id)
    }

    async function refuse(
      reason: Reason,
      id: ClientId | undefined,
      retryAfter?: Seconds,
    ): Promise<Result<never, ClientRefusal>> {
      await ports.store.appendAudit(auditEvent(ports, caller, 'client_refused', 'refused', { reason, clientId: id }))

      return { ok: false, error: { error: oauthError(reason), retryAfter } }
    }
  }
}

export type ClientAuthenticator = ReturnType<typeof createClientAuthenticator>

const claimedId = (presented: Presented) =>
  (presented.method === 'private_key_jwt'
    ? findAssertionClientId(presented.assertion, presented.clientId)
    : presented.clientId) as ClientId | undefined
