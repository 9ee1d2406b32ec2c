import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import { hasPassed } from '../base/time.ts'
import type { Ports } from '../ports/ports.ts'
import type { StoredAuthorizeRequest } from '../protocol/authorization.ts'
import type { Client } from '../protocol/client.ts'
import { because } from '../protocol/errors.ts'
import type { OAuthError } from '../protocol/errors.ts'
import { parseParameters } from '../protocol/parameters.ts'
import type { Parameters } from '../protocol/parameters.ts'
import { isReference, pushedRequestId } from '../protocol/pushed-request.ts'
import type { PushedRequest } from '../protocol/pushed-request.ts'

/** The parameters of an authorization request, wherever they are. */
export interface Asked {
  readonly parameters: Parameters
  readonly pushed: PushedRequest | undefined
}

/**
 * What the browser brings, or what the client has pushed and the browser only refers to. Of a reference nothing else in
 * the address counts, so that nobody can add to what the client sent (RFC 9126 section 4). A look uses nothing up:
 * programs that preview links look too.
 */
export async function findAsked(sent: Parameters, client: Client, ports: Ports): Promise<Result<Asked, OAuthError>> {
  const requestUri = sent.get('request_uri')
  const isPushed = requestUri !== undefined && isReference(requestUri)
  if (!isPushed || ports.settings.features.pushedRequests === 'off')
    return accept({ parameters: sent, pushed: undefined })
  const pushed = await ports.store.findPushedRequest(pushedRequestId(requestUri))
  const parameters = pushed === undefined ? undefined : parseParameters(pushed.parameters)
  if (pushed === undefined || parameters === undefined) return because('request_uri_unknown')
  if (pushed.clientId !== client.id) return because('request_uri_of_another_client')
  if (hasPassed(pushed.expiresAt, ports.now())) return because('request_uri_expired')

  return accept({ parameters, pushed })
}

/** The request with what only pushing adds to it. */
export const withPushed = (
  request: StoredAuthorizeRequest,
  pushed: PushedRequest | undefined,
): StoredAuthorizeRequest =>
  pushed === undefined
    ? request
    : {
        ...request,
        pushedId: pushed.id,
        ...(pushed.confirmation !== undefined && { confirmation: pushed.confirmation }),
      }
