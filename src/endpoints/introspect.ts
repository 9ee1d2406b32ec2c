import { hasPassed, toEpochSeconds } from '../base/time.ts'
import type { ClientAuthenticator } from '../client-auth/authenticate.ts'
import { findToken, isAccountLive, isLive } from '../grants/find-token.ts'
import type { FoundToken } from '../grants/find-token.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { json, refusal } from '../http/respond.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import type { Client } from '../protocol/client.ts'
import { isFromBefore } from '../protocol/cut-off.ts'
import { oauthError } from '../protocol/errors.ts'
import { shownSubject } from '../protocol/pairwise.ts'
import { formatScope } from '../protocol/scope.ts'
import { particularClaims } from '../protocol/token-claims.ts'
import { refreshEndOf } from '../protocol/token-lifetimes.ts'
import { readClientRequest } from './client-request.ts'

const defined = ['token', 'token_type_hint']

const inactive = { active: false } as const

/**
 * Introspection (RFC 7662): tells a protected resource about a token that is meant for it, and a client about its
 * own. About anything else the answer is `{"active":false}` and no more, whatever the reason.
 */
export function createIntrospectEndpoint(authenticateClient: ClientAuthenticator, ports: Ports) {
  return async (request: HttpRequest, caller: Caller): Promise<HttpResponse> => {
    const { issuer } = ports.settings
    const read = await readClientRequest(request, defined, authenticateClient, caller)
    if (!read.ok) return refusal(read.error.error, issuer, read.error.retryAfter)
    const { form, client } = read.value
    // Whoever only claims to be a client may not scan for tokens (RFC 7662 section 2.1).
    if (client.type === 'public') return refusePublic(client, caller)
    const token = form.get('token')
    if (token === undefined) return refusal(oauthError('token_missing'), issuer)
    const found = await findToken(token, ports)

    return json(200, found === undefined ? inactive : await describe(found, client, ports))
  }

  async function refusePublic(client: Client, caller: Caller): Promise<HttpResponse> {
    const refused = { reason: 'client_authentication_missing', clientId: client.id } as const
    await ports.store.appendAudit(auditEvent(ports, caller, 'client_refused', 'refused', refused))

    return refusal(oauthError('client_authentication_missing'), ports.settings.issuer)
  }
}

async function describe(found: FoundToken, asker: Client, ports: Ports) {
  if (found.kind === 'refresh_token') return describeRefreshToken(found, asker, ports)
  if (found.clientId !== asker.id && !asker.introspects.includes(found.audience)) return inactive
  if (!(await isLive(found, ports))) return inactive

  return {
    active: true,
    iss: ports.settings.issuer,
    sub: found.subject,
    aud: found.audience,
    client_id: found.clientId,
    ...(found.scope.length > 0 && { scope: formatScope(found.scope) }),
    token_type: found.particulars.confirmation === undefined ? 'Bearer' : 'DPoP',
    iat: toEpochSeconds(found.issuedAt),
    exp: toEpochSeconds(found.expiresAt),
    jti: found.id,
    ...(found.authenticatedAt !== undefined && { auth_time: toEpochSeconds(found.authenticatedAt) }),
    ...particularClaims(found.particulars),
  }
}

/** Only its own client learns anything about a refresh token: it must never pass for an access token at an API. */
async function describeRefreshToken(found: FoundToken & { kind: 'refresh_token' }, asker: Client, ports: Ports) {
  const { authorization } = found
  const chain = authorization.refresh
  if (authorization.clientId !== asker.id || chain === undefined || found.generation !== chain.generation)
    return inactive
  const end = refreshEndOf(authorization, chain, asker.lifetimes)
  if (authorization.revokedAt !== undefined || (end !== 'never' && hasPassed(end, ports.now()))) return inactive
  if (!(await isAccountLive(authorization, ports.store))) return inactive
  if (isFromBefore(authorization.createdAt, asker, ports.settings)) return inactive

  return {
    active: true,
    iss: ports.settings.issuer,
    sub: shownSubject(authorization.subject, asker, ports.keys.pairwiseSubjects),
    client_id: authorization.clientId,
    scope: formatScope(authorization.scope),
    ...(end !== 'never' && { exp: toEpochSeconds(end) }),
    iat: toEpochSeconds(chain.rotatedAt ?? authorization.createdAt),
    auth_time: toEpochSeconds(authorization.authenticatedAt),
  }
}
