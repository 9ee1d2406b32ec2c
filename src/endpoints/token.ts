import type { ClientAuthenticator } from '../client-auth/authenticate.ts'
import type { Grant } from '../grants/grant.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { json, refusal } from '../http/respond.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import { deviceCodeGrant } from '../protocol/client-metadata.ts'
import type { Client } from '../protocol/client.ts'
import { pollInterval } from '../protocol/device.ts'
import { oauthError } from '../protocol/errors.ts'
import type { OAuthError, Reason } from '../protocol/errors.ts'
import { mustProve } from '../protocol/key-binding.ts'
import type { Confirmation } from '../protocol/particulars.ts'
import type { TokenPlan, TokenRefusal } from '../protocol/plan.ts'
import { jwtBearerGrant } from '../protocol/trusted-issuer.ts'
import { createTokenMemory } from './answer-from-memory.ts'
import { readClientForm } from './client-request.ts'
import { issueTokens } from './issue-tokens.ts'
import type { KeyProofs } from './key-proof.ts'

/** Parameters that may come once only; `resource` and `audience` may come several times. */
const defined = [
  'grant_type',
  'code',
  'code_verifier',
  'redirect_uri',
  'refresh_token',
  'device_code',
  'scope',
  'authorization_details',
  'subject_token',
  'subject_token_type',
  'actor_token',
  'actor_token_type',
  'requested_token_type',
  'assertion',
]

/** A lost race is decided again on fresh facts; by then the winner's work is visible, so a second loss is a fault of ours. */
const maxTries = 4

/** The token endpoint (OAuth 2.1 section 3.2): a grant in, tokens out. */
export function createTokenEndpoint(
  grants: ReadonlyMap<string, Grant>,
  authenticateClient: ClientAuthenticator,
  proofs: KeyProofs,
  ports: Ports,
) {
  const answerFromMemory = createTokenMemory(grants, ports)

  return async (request: HttpRequest, caller: Caller): Promise<HttpResponse> =>
    proofs.withNonce(await answer(request, caller))

  async function answer(request: HttpRequest, caller: Caller): Promise<HttpResponse> {
    const read = await readClientForm(request, defined)
    if (!read.ok) return refuse(read.error.error, read.error.retryAfter)
    const form = read.value
    const remembered = await answerFromMemory(request, form, caller)
    if (remembered !== undefined) return json(200, remembered)
    const authenticated = await authenticateClient(request, form, caller)
    if (!authenticated.ok) return refuse(authenticated.error.error, authenticated.error.retryAfter)
    const client = authenticated.value
    const type = form.get('grant_type')
    if (type === undefined) return refuseKnown(client, oauthError('grant_type_missing'))
    const grant = grants.get(type)
    if (grant === undefined) return refuseKnown(client, oauthError('grant_unknown'))
    if (!client.grantTypes.includes(type)) return refuseKnown(client, oauthError('grant_not_allowed'))

    const proof = await proofs.read(request, ports.settings.paths.token)
    if (!proof.ok) return refuseKnown(client, proof.error)
    if (proof.value === undefined && mustProve(client, ports.settings))
      return refuseKnown(client, oauthError('proof_missing'))

    for (let tries = 0; tries < maxTries; tries++) {
      const plan = await grant.plan(form, client, ports, proof.value)
      if (!plan.ok) {
        const error = await recordRefusal(plan.error, client, type)

        return refusal(explain(error, client, type), ports.settings.issuer)
      }
      const outcome = await issueTokens(bind(plan.value, proof.value), client, type, ports, caller)
      if (outcome.kind === 'issued') return json(200, outcome.response)
      if (outcome.kind === 'client_gone') return refuseKnown(client, oauthError('client_unknown'))
      if (outcome.kind === 'session_ended')
        return refuseKnown(client, explain(oauthError('authorization_revoked'), client, type))
    }

    return refuse(oauthError('unavailable'), 1)

    function refuse(error: OAuthError, retryAfter?: number): HttpResponse {
      return refusal(error, ports.settings.issuer, retryAfter)
    }

    async function refuseKnown(known: Client, error: OAuthError): Promise<HttpResponse> {
      await ports.store.appendAudit(
        auditEvent(ports, caller, 'token_refused', 'refused', { reason: error.reason, clientId: known.id }),
      )

      return refuse(error)
    }

    /** One event for the decision, written together with what follows from it. @returns what the client hears */
    async function recordRefusal(
      { error, consequence }: TokenRefusal,
      known: Client,
      grantType: string,
    ): Promise<OAuthError> {
      if (consequence?.kind === 'poll') {
        const asked = await ports.store.pollDevice(consequence.id, pollInterval, ports.now())

        return asked === 'on_time' ? error : oauthError('device_polled_too_soon')
      }
      const details = { reason: error.reason, clientId: known.id, subject: consequence?.subject, grantType }
      const event = auditEvent(ports, caller, 'token_refused', 'refused', details)
      if (consequence?.kind === 'burn_code' && (await ports.store.burnCode(consequence.id, event, ports.now())))
        return error
      if (consequence?.kind === 'revoke') {
        const ended = auditEvent(ports, caller, 'authorization_revoked', 'done', {
          ...details,
          authorizationId: consequence.id,
        })
        if (await ports.store.revokeAuthorization(consequence.id, consequence.reason, ended, ports.now())) return error
      }
      await ports.store.appendAudit(event)

      return error
    }
  }

  /** Whoever did not prove to be the client learns the class of the failure, not the exact cause (except in development). */
  function explain(error: OAuthError, client: Client, grantType: string): OAuthError {
    if (client.type === 'confidential' || ports.settings.development || error.code !== 'invalid_grant') return error
    const vague = vagueReasons[grantType]

    return vague === undefined ? error : oauthError(vague)
  }
}

/** A token for a client that showed its key is good in no other hands, whichever grant it is from (RFC 9449 section 5). */
const bind = (plan: TokenPlan, confirmation: Confirmation | undefined): TokenPlan =>
  confirmation === undefined ? plan : { ...plan, particulars: { ...plan.particulars, confirmation } }

const vagueReasons: Readonly<Record<string, Reason>> = {
  authorization_code: 'code_unknown',
  refresh_token: 'refresh_token_unknown',
  [jwtBearerGrant]: 'assertion_invalid',
  [deviceCodeGrant]: 'device_code_unknown',
}
