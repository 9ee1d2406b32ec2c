import { unknownAddress } from '../accounts/throttle.ts'
import { addSeconds } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import type { ClientAuthenticator } from '../client-auth/authenticate.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { json, refusal } from '../http/respond.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import { parseReturnAddress } from '../protocol/authorize.ts'
import type { Client } from '../protocol/client.ts'
import { oauthError } from '../protocol/errors.ts'
import type { OAuthError } from '../protocol/errors.ts'
import { joinConfirmations } from '../protocol/key-binding.ts'
import type { Confirmation } from '../protocol/particulars.ts'
import { mustNameRedirectUri } from '../protocol/profile.ts'
import { formatReference, maxPushedLength, pushQuota, pushedRequestId } from '../protocol/pushed-request.ts'
import { readAuthorizeRequest } from './authorize-request.ts'
import { proof, readClientRequest } from './client-request.ts'
import type { KeyProofs } from './key-proof.ts'

const defined = ['request_uri']

/**
 * Takes an authorization request from its client directly and gives back a reference for the browser (RFC 9126). All of
 * the request is checked here already, so that the client hears of a fault before a person does; the browser's visit
 * checks it again, since the registration may have changed meanwhile. A key that is named or shown here is the one that
 * the code will be bound to (RFC 9449 section 10.1).
 */
export function createPushedRequestEndpoint(authenticateClient: ClientAuthenticator, proofs: KeyProofs, ports: Ports) {
  const { settings, store } = ports

  return async (request: HttpRequest, caller: Caller): Promise<HttpResponse> =>
    proofs.withNonce(await answer(request, caller))

  async function answer(request: HttpRequest, caller: Caller): Promise<HttpResponse> {
    const read = await readClientRequest(request, defined, authenticateClient, caller)
    if (!read.ok) return refusal(read.error.error, settings.issuer, read.error.retryAfter)
    const { form, client } = read.value
    if (form.get('request_uri') !== undefined) return refuse(oauthError('request_uri_pushed'))
    if (mustNameRedirectUri(settings) && form.get('redirect_uri') === undefined)
      return refuse(oauthError('redirect_uri_unnamed'))
    const address = parseReturnAddress(form, client)
    if (!address.ok) return refuse(address.error)
    const parsed = await readAuthorizeRequest(form, client, address.value, ports.now(), ports)
    if (!parsed.ok) return refuse(parsed.error)

    const shown = await proofs.read(request, settings.paths.pushedRequest)
    if (!shown.ok) return refuse(shown.error)
    const confirmation = joinConfirmations(parsed.value.confirmation, shown.value)
    if (!confirmation.ok) return refuse(confirmation.error)

    const parameters = form.without(proof)
    if (parameters.length > maxPushedLength) return refuse(oauthError('form_too_large'))

    return keep(client, parameters, confirmation.value)

    async function keep(known: Client, parameters: string, bound: Confirmation | undefined): Promise<HttpResponse> {
      const now = ports.now()
      const { key, limit, window } = pushQuota(known, request.address === unknownAddress ? undefined : request.address)
      const counted = await store.findAttempts(key, now)
      // What is known to be too much costs no write.
      if (counted !== undefined && counted.count > limit) return wait(counted.windowEnd)
      const reference = formatReference(ports.random(32))
      const saved = await store.savePushedRequest(
        {
          id: pushedRequestId(reference),
          clientId: known.id,
          parameters,
          confirmation: bound,
          expiresAt: addSeconds(now, settings.pushedRequestLifetime),
        },
        { key, limit, windowEnd: addSeconds(now, window) },
        now,
      )
      if (saved === 'done') return json(201, { request_uri: reference, expires_in: settings.pushedRequestLifetime })
      await record(tooOften)

      return wait(saved.windowEnd)
    }

    async function refuse(error: OAuthError): Promise<HttpResponse> {
      await record(error)

      return refusal(error, settings.issuer)
    }

    async function record({ reason }: OAuthError): Promise<void> {
      await store.appendAudit(
        auditEvent(ports, caller, 'authorize_refused', 'refused', { reason, clientId: client.id }),
      )
    }
  }

  function wait(until: Instant): HttpResponse {
    return refusal(tooOften, settings.issuer, Math.max(1, Math.ceil((until - ports.now()) / 1000)))
  }
}

const tooOften = oauthError('pushed_too_often')
