import { createHmac } from 'node:crypto'
import type { Instant } from '../base/time.ts'

/** Nonces for DPoP proofs, made from the time and a key: nothing is kept, and all who have the key agree. */
export interface NonceSource {
  /** The one to give out now. */
  current(now: Instant): string
  /** True for the nonce of this slot of time and of the one before. */
  accepts(nonce: string, now: Instant): boolean
}

/** A nonce is given out for this long and accepted for as long again, in milliseconds: it lives five minutes at most. */
export const nonceSlot = 150 * 1000

/**
 * What is unpredictable is the HMAC of the number of the slot. A server and the guard of an API have different keys
 * or labels, so that neither takes the other's nonces.
 *
 * @param key at least 256 bits
 * @param label names what the nonces are for
 * @see RFC 9449 sections 8 and 9
 */
export function createNonceSource(key: Uint8Array, label: string): NonceSource {
  const nonceOf = (slot: number) =>
    createHmac('sha256', key).update(`dpop-nonce ${label} ${slot}`).digest('base64url').slice(0, nonceLength)
  const slotOf = (now: Instant) => Math.floor(now / nonceSlot)

  return {
    current: (now) => nonceOf(slotOf(now)),
    // Known to every client, so there is no secret that an early end of the comparison could tell.
    accepts: (nonce, now) => nonce === nonceOf(slotOf(now)) || nonce === nonceOf(slotOf(now) - 1),
  }
}

/** Characters of base64url: 192 bits. */
const nonceLength = 32
