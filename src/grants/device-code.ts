import { accept } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { hasPassed } from '../base/time.ts'
import { stillStands } from '../protocol/account.ts'
import { isFromBefore } from '../protocol/cut-off.ts'
import type { Account } from '../protocol/account.ts'
import type { BrowserSession, DeviceAuthorizationId } from '../protocol/authorization.ts'
import { deviceCodeGrant } from '../protocol/client-metadata.ts'
import { particularsAfterCode, particularsOfToken } from '../protocol/code-particulars.ts'
import { hashSecret, isSameSecret, parseCredential } from '../protocol/credential.ts'
import type { Credential } from '../protocol/credential.ts'
import type { DeviceAuthorization } from '../protocol/device.ts'
import { decideDetailedAccess, parseNarrowing } from '../protocol/detailed-target.ts'
import { because } from '../protocol/errors.ts'
import type { AuthorizationDetail } from '../protocol/particulars.ts'
import type { TokenPlan, TokenRefusal } from '../protocol/plan.ts'
import type { ResourceId } from '../protocol/resource.ts'
import { stillAllowed } from '../protocol/target.ts'
import { defineGrant, refuseToken } from './grant.ts'
import type { GrantContext } from './grant.ts'
import { findSessionOf, hasSignedOut } from './signed-in.ts'

export interface DeviceCodeRequest {
  /** `undefined` for text that is no device code of ours. */
  readonly code: Credential | undefined
  readonly resources: readonly ResourceId[]
  readonly details: readonly AuthorizationDetail[]
}

export interface DeviceFacts {
  readonly device: DeviceAuthorization | undefined
  /** Whoever allowed it. */
  readonly account: Account | undefined
  /** The browser session of an app in the page, if that still lives. */
  readonly session: BrowserSession | undefined
}

/**
 * A device without a browser, asking again and again until somebody has decided elsewhere. Only the first answer that
 * is a yes gives tokens: a device that loses it begins anew, since nothing proves that the second to ask is the first.
 *
 * @see RFC 8628 sections 3.4 and 3.5
 */
export const deviceCode = defineGrant({
  type: deviceCodeGrant,
  parse: (form, client, settings) => {
    const code = form.get('device_code')
    if (code === undefined) return because('device_code_missing')
    const asked = parseNarrowing(form, client, settings)
    if (!asked.ok) return asked

    return accept({
      code: parseCredential('device_code', code),
      ...asked.value,
    } as DeviceCodeRequest)
  },
  load: async ({ code }, client, { store }): Promise<DeviceFacts> => {
    const device = code === undefined ? undefined : await store.findDevice(code.id as DeviceAuthorizationId)
    if (device?.outcome?.kind !== 'allowed') return { device, account: undefined, session: undefined }
    const { allowed } = device.outcome

    return {
      device,
      account: await store.findAccount(allowed.subject),
      session: await findSessionOf(allowed, client, store),
    }
  },
  decide: decideDevice,
})

function decideDevice(
  request: DeviceCodeRequest,
  { device, account, session }: DeviceFacts,
  { client, settings, now, confirmation }: GrantContext,
): Result<TokenPlan, TokenRefusal> {
  if (request.code === undefined || device === undefined) return refuseToken('device_code_unknown')
  if (!isSameSecret(hashSecret(request.code.secret), device.secretHash)) return refuseToken('device_code_unknown')
  if (device.request.clientId !== client.id) return refuseToken('device_code_of_another_client')
  if (device.redeemedAt !== undefined) return refuseToken('device_code_spent')
  if (device.outcome?.kind === 'refused') return refuseToken('device_refused')
  if (hasPassed(device.expiresAt, now)) return refuseToken('device_code_expired')
  if (device.outcome === undefined) return refuseToken('device_pending', { kind: 'poll', id: device.id })

  const { allowed } = device.outcome
  if (!stillStands(account, allowed.authenticatedAt)) return refuseToken('authorization_revoked')
  if (isFromBefore(device.issuedAt, client, settings)) return refuseToken('authorization_revoked')
  if (hasSignedOut(allowed, client, session, now)) return refuseToken('authorization_revoked')
  const scope = stillAllowed(allowed.scope, client)
  if (scope === undefined) return refuseToken('authorization_revoked')
  const { resources } = device.request
  const granted = { resources, details: allowed.particulars.authorizationDetails ?? [] }
  const access = decideDetailedAccess({ ...request, scope }, granted, client, settings)
  if (!access.ok) return refuseToken(access.error.reason)

  return accept({
    from: { kind: 'device', device: { ...allowed, id: device.id, resources } },
    clientId: client.id,
    subject: allowed.subject,
    ...access.value,
    lifetime: client.lifetimes.accessToken ?? access.value.resource.accessTokenLifetime,
    authenticatedAt: allowed.authenticatedAt,
    refreshable: client.grantTypes.includes('refresh_token') && allowed.particulars.onlineOnly !== true,
    ...(session !== undefined && { sessionEnd: session.expiresAt }),
    particulars: particularsOfToken(allowed.particulars),
    authorizationParticulars: particularsAfterCode(allowed.particulars, client, confirmation),
  })
}
