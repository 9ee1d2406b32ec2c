import { accept } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { hasPassed, seconds } from '../base/time.ts'
import type { Instant, Seconds } from '../base/time.ts'
import type { Subject } from './account.ts'
import type { DeviceAuthorizationId, SessionId, StoredAuthorizeRequest } from './authorization.ts'
import { deviceCodeGrant } from './client-metadata.ts'
import type { Client } from './client.ts'
import { decideDetailedTarget, parseDetailed } from './detailed-target.ts'
import type { Detailed } from './detailed-target.ts'
import { because } from './errors.ts'
import type { OAuthError } from './errors.ts'
import type { Parameters } from './parameters.ts'
import type { Particulars } from './particulars.ts'
import type { Scope } from './scope.ts'
import type { Settings } from './settings.ts'

/** How long a person has to enter the code and to decide (RFC 8628 section 3.2). */
export const deviceCodeLifetime = seconds(600)

/** How long a device waits between two questions, and by how much longer each time it asks too soon (section 3.5). */
export const pollInterval = seconds(5)

/** A device that waits for somebody to decide in a browser elsewhere. */
export interface DeviceAuthorization {
  readonly id: DeviceAuthorizationId
  /** SHA-256 of the secret part of the device code, lower-case hexadecimal. */
  readonly secretHash: string
  /** Of `userCodeHash`. */
  readonly userCodeHash: string
  readonly request: StoredAuthorizeRequest
  readonly issuedAt: Instant
  readonly expiresAt: Instant
  /** Longer each time the device asked too soon. */
  readonly interval: Seconds
  readonly polledAt: Instant | undefined
  /** Hash of the browser that entered the code first: no other may answer (attack row DV-01). */
  readonly claimedBy: string | undefined
  readonly outcome: DeviceOutcome | undefined
  readonly redeemedAt: Instant | undefined
}

/** What the person decided. */
export type DeviceOutcome =
  | { readonly kind: 'refused' }
  | { readonly kind: 'allowed'; readonly allowed: DeviceAllowance }

/** What the authorization is made of once the device comes for it: as much as a code holds. */
export interface DeviceAllowance {
  readonly subject: Subject
  readonly scope: Scope
  /** `begunAs` of the browser session it was given in. */
  readonly sessionId: SessionId
  readonly authenticatedAt: Instant
  readonly particulars: Particulars
}

/** True if this browser may answer: nobody did before, and no other browser entered the code. */
export const mayAnswer = (device: DeviceAuthorization, browserHash: string, now: Instant): boolean =>
  device.outcome === undefined &&
  !hasPassed(device.expiresAt, now) &&
  (device.claimedBy === undefined || device.claimedBy === browserHash)

/** So many device codes under `key` in the window: never more than twice that wait at once. */
export interface DeviceQuota {
  readonly key: string
  readonly limit: number
  readonly window: Seconds
}

/**
 * How many devices may begin to wait. Whoever names a public client may be anybody, so there each place has a quota of
 * its own, and what one place is refused counts against nobody else.
 *
 * @param address `undefined` where HTTP could not say: all of these are not one place
 */
export function deviceQuotas({ id, type }: Client, address: string | undefined): readonly DeviceQuota[] {
  const window = deviceCodeLifetime
  const ofClient = { key: `device ${id}`, limit: 1000, window }

  return type === 'confidential' || address === undefined
    ? [ofClient]
    : [{ key: `device ${id} ${address}`, limit: 60, window }, ofClient]
}

/**
 * Reads what a device asks for; scope, resources and details are decided as at the authorization endpoint.
 *
 * @see RFC 8628 section 3.1, RFC 9396 section 3
 */
export function parseDeviceRequest(form: Parameters, client: Client, settings: Settings): Result<Detailed, OAuthError> {
  if (!client.grantTypes.includes(deviceCodeGrant)) return because('grant_not_allowed')
  const asked = parseDetailed(form, client, settings)
  if (!asked.ok) return asked
  const target = decideDetailedTarget(asked.value, client, settings)

  return target.ok ? accept({ ...target.value, details: asked.value.details }) : target
}
