import { toHex } from './encoding.ts'
import type { Instant } from './time.ts'

/**
 * A UUID of version 7 as 32 hexadecimal digits: it rises with time, so that rows are inserted at the end of an
 * index, and 74 of its bits are random, so that it is neither guessed nor handed out twice.
 *
 * @param random exactly 10 random octets
 * @see RFC 9562 section 5.7
 */
export function uuid7(now: Instant, random: Uint8Array): string {
  const bytes = new Uint8Array(16)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(now) << 16n)
  bytes.set(random.subarray(0, 10), 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80

  return toHex(bytes)
}
