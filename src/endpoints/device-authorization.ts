import { unknownAddress } from '../accounts/throttle.ts'
import { uuid7 } from '../base/id.ts'
import { addSeconds } from '../base/time.ts'
import type { ClientAuthenticator } from '../client-auth/authenticate.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { json, refusal } from '../http/respond.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import type { DeviceAuthorizationId } from '../protocol/authorization.ts'
import { isTransaction } from '../protocol/authorization-details.ts'
import { formatCredential, hashSecret } from '../protocol/credential.ts'
import { deviceCodeLifetime, deviceQuotas, parseDeviceRequest, pollInterval } from '../protocol/device.ts'
import type { DeviceAuthorization } from '../protocol/device.ts'
import type { Detailed } from '../protocol/detailed-target.ts'
import { oauthError } from '../protocol/errors.ts'
import type { OAuthError } from '../protocol/errors.ts'
import { formatScope } from '../protocol/scope.ts'
import { asksForIdentity } from '../protocol/target.ts'
import { showUserCode, userCodeHash, userCodeOf } from '../protocol/user-code.ts'
import { readClientRequest } from './client-request.ts'

const defined = ['scope', 'authorization_details']

/** Two devices that wait at once have the same user code once in millions of years; three in a row is a fault of ours. */
const maxTries = 3

/**
 * Where a device without a browser begins (RFC 8628 section 3.1): it gets a code to ask with, and one to show to the
 * person, who decides in a browser elsewhere. Neither is stored.
 */
export function createDeviceAuthorizationEndpoint(authenticateClient: ClientAuthenticator, ports: Ports) {
  const { settings, store } = ports

  return async (request: HttpRequest, caller: Caller): Promise<HttpResponse> => {
    const read = await readClientRequest(request, defined, authenticateClient, caller)
    if (!read.ok) return refusal(read.error.error, settings.issuer, read.error.retryAfter)
    const { form, client } = read.value
    const place = request.address === unknownAddress ? undefined : request.address
    const asked = parseDeviceRequest(form, client, settings)
    if (!asked.ok) return refuse(asked.error)

    return start(asked.value)

    async function start(wanted: Detailed): Promise<HttpResponse> {
      const now = ports.now()
      const quotas = deviceQuotas(client, place).map(({ key, limit, window }) => ({
        key,
        limit,
        windowEnd: addSeconds(now, window),
      }))
      const event = auditEvent(ports, caller, 'device_code_issued', 'done', {
        clientId: client.id,
        scope: formatScope(wanted.scope),
      })
      for (let tries = 0; tries < maxTries; tries++) {
        const secret = ports.random(32)
        const device = waiting(wanted, secret)
        const saved = await store.saveDevice(device, quotas, event, now)
        if (saved === 'done') return answer(device, secret)
        if (saved !== 'user_code_taken')
          return refuse(oauthError('devices_too_many'), Math.max(1, Math.ceil((saved.windowEnd - now) / 1000)))
      }

      throw new Error('no user code is free')
    }

    function waiting({ scope, resources, details }: Detailed, secret: Uint8Array): DeviceAuthorization {
      const now = ports.now()
      const id = uuid7(now, ports.random(10)) as DeviceAuthorizationId

      return {
        id,
        secretHash: hashSecret(secret),
        userCodeHash: userCodeHash(userCodeOf(id, ports.keys.userCodes), ports.keys.userCodes),
        request: {
          clientId: client.id,
          answerTo: { kind: 'device', id, askedAt: now, askedFrom: place },
          scope,
          resources,
          uiLocales: undefined,
          prompt: [],
          maxAge: asksForIdentity(scope, settings) ? client.identity.defaultMaxAge : undefined,
          ...(details.length > 0 && { authorizationDetails: details }),
          ...(isTransaction(details, settings) && { isTransaction: true }),
        },
        issuedAt: now,
        expiresAt: addSeconds(now, deviceCodeLifetime),
        interval: pollInterval,
        polledAt: undefined,
        claimedBy: undefined,
        outcome: undefined,
        redeemedAt: undefined,
      }
    }

    async function refuse(error: OAuthError, retryAfter?: number): Promise<HttpResponse> {
      const details = { reason: error.reason, clientId: client.id }
      await store.appendAudit(auditEvent(ports, caller, 'device_refused', 'refused', details))

      return refusal(error, settings.issuer, retryAfter)
    }
  }

  /** @see RFC 8628 section 3.2 */
  function answer({ id }: DeviceAuthorization, secret: Uint8Array): HttpResponse {
    const userCode = showUserCode(userCodeOf(id, ports.keys.userCodes))
    const page = settings.issuer + settings.paths.device

    return json(200, {
      device_code: formatCredential('device_code', { id, generation: 0, secret }),
      user_code: userCode,
      verification_uri: page,
      verification_uri_complete: `${page}?user_code=${userCode}`,
      expires_in: deviceCodeLifetime,
      interval: pollInterval,
    })
  }
}
