import { seconds } from '../base/time.ts'
import type { Instant, Seconds } from '../base/time.ts'
import { toBase64Url } from '../base/encoding.ts'
import type { PushedRequestId } from './authorization.ts'
import type { Client, ClientId } from './client.ts'
import { hashSecret } from './credential.ts'
import type { Confirmation } from './particulars.ts'
import type { Settings } from './settings.ts'

/** An authorization request that its client sent ahead, until a browser comes for it (RFC 9126 section 2). */
export interface PushedRequest {
  /** SHA-256 of the reference, lower-case hexadecimal: whoever reads the store can begin nothing with it. */
  readonly id: PushedRequestId
  readonly clientId: ClientId
  /** Form-encoded, as they came, without what proved who the client is. Read and checked anew when the browser comes. */
  readonly parameters: string
  /** The key of the proof that came with it (RFC 9449 section 10.1). */
  readonly confirmation: Confirmation | undefined
  readonly expiresAt: Instant
}

/** Characters of a pushed request that are kept at most: four times what an address holds, for `authorization_details`. */
export const maxPushedLength = 32 * 1024

const prefix = 'urn:ietf:params:oauth:request_uri:'

/** Text of the `request_uri` parameter that can only be a reference of ours; anything else is an address elsewhere. */
export const isReference = (requestUri: string) => requestUri.startsWith(prefix)

/** @param random 32 octets: the reference is all that a browser brings (RFC 9126 section 7.1) */
export const formatReference = (random: Uint8Array) => prefix + toBase64Url(random)

/** Where a reference is found. Text that is none of ours finds nothing. */
export const pushedRequestId = (reference: string) => hashSecret(reference) as PushedRequestId

/** True if this client's authorization requests are pushed or refused (RFC 9126 sections 5 and 6). */
export const mustPush = (client: Client, { features }: Settings) =>
  features.pushedRequests === 'required' || (client.requiresPushed && features.pushedRequests !== 'off')

/** So many requests under `key` in each window (attack row RQ-07). */
export interface PushQuota {
  readonly key: string
  readonly limit: number
  readonly window: Seconds
}

const minute = seconds(60)

/**
 * How much a client may push. Whoever names a public client may be anybody, so there each place has a quota of its own
 * and nobody can use up another's. Clients that made themselves known cost nothing to have more of, so all those of one
 * place are counted together.
 *
 * @param address `undefined` where HTTP cannot say who calls: then all that are one client are counted together
 */
export function pushQuota({ id, type, provenance }: Client, address: string | undefined): PushQuota {
  if (address !== undefined && provenance !== 'operator')
    return { key: `pushes of strangers ${address}`, limit: 600, window: minute }

  return type === 'confidential' || address === undefined
    ? { key: `push ${id}`, limit: 6000, window: minute }
    : { key: `push ${id} ${address}`, limit: 300, window: minute }
}
