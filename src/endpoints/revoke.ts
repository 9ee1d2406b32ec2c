import type { ClientAuthenticator } from '../client-auth/authenticate.ts'
import { findToken } from '../grants/find-token.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { json, refusal } from '../http/respond.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import { oauthError } from '../protocol/errors.ts'
import { readClientRequest } from './client-request.ts'

const defined = ['token', 'token_type_hint']

/**
 * Revocation (RFC 7009). A refresh token, of whichever generation, ends its authorization and with it every token
 * issued under it; an access token ends alone. What is unknown or over is answered like what was ended just now.
 */
export function createRevokeEndpoint(authenticateClient: ClientAuthenticator, ports: Ports) {
  return async (request: HttpRequest, caller: Caller): Promise<HttpResponse> => {
    const { issuer } = ports.settings
    const read = await readClientRequest(request, defined, authenticateClient, caller)
    if (!read.ok) return refusal(read.error.error, issuer, read.error.retryAfter)
    const { form, client } = read.value
    const token = form.get('token')
    if (token === undefined) return refusal(oauthError('token_missing'), issuer)
    if (token.startsWith('hac_')) return refusal(oauthError('token_kind_unsupported'), issuer)
    const found = await findToken(token, ports)
    if (found === undefined) return json(200, {})

    const owner = found.kind === 'refresh_token' ? found.authorization.clientId : found.clientId
    if (owner !== client.id) {
      const refused = { reason: 'token_of_another_client', clientId: client.id } as const
      await ports.store.appendAudit(auditEvent(ports, caller, 'revocation_refused', 'refused', refused))

      return refusal(oauthError('token_of_another_client'), issuer)
    }
    if (found.kind === 'refresh_token') {
      const { id, subject } = found.authorization
      const event = auditEvent(ports, caller, 'authorization_revoked', 'done', {
        reason: 'revoked_by_client',
        clientId: client.id,
        subject,
        authorizationId: id,
      })
      await ports.store.revokeAuthorization(id, 'revoked_by_client', event, ports.now())

      return json(200, {})
    }
    const event = auditEvent(ports, caller, 'token_revoked', 'done', {
      clientId: client.id,
      subject: found.subject,
      authorizationId: found.authorizationId,
    })
    await ports.store.revokeAccessToken(found.id, found.expiresAt, event)

    return json(200, {})
  }
}
