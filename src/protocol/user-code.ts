import { createHmac } from 'node:crypto'
import type { DeviceAuthorizationId } from './authorization.ts'

/** Twenty letters without vowels, so that no words come out, and without any that look like another (RFC 8628 section 6.1). */
const letters = 'BCDFGHJKLMNPQRSTVWXZ'

/** 20^8 codes: about 34.5 bits. */
const length = 8

const wellFormed = new RegExp(`^[${letters}]{${length}}$`)

/** The most characters that are looked at: the code with separators between all of its letters. */
const maxTyped = 64

/**
 * The code that a person carries from the device to a browser. It is made from the id by a key that is outside the
 * store: so it is stored nowhere, and can be shown again to whoever has entered it.
 *
 * @param key for user codes alone
 */
export function userCodeOf(id: DeviceAuthorizationId, key: Uint8Array): string {
  // 256 bits over 20^8: no code is likelier than another by more than 2^-221.
  let rest = BigInt(`0x${createHmac('sha256', key).update(`code ${id}`).digest('hex')}`)
  let code = ''
  for (let each = 0; each < length; each++) {
    code += letters[Number(rest % 20n)]!
    rest /= 20n
  }

  return code
}

/** In two halves, as people read it out. */
export const showUserCode = (code: string) => `${code.slice(0, 4)}-${code.slice(4)}`

/**
 * Reads what a person typed: whatever the case, with dashes and blanks or without, full-width letters of a Chinese
 * keyboard too.
 *
 * @returns `undefined` for what no device can show
 */
export function parseUserCode(typed: string): string | undefined {
  if (typed.length > maxTyped) return undefined
  const code = typed
    .normalize('NFKC')
    .replace(/[\s\p{P}\p{Z}]/gu, '')
    .toUpperCase()

  return wellFormed.test(code) ? code : undefined
}

/**
 * Where a user code is found. Without the key outside the store, going through all codes leads to none.
 *
 * @param code as {@link parseUserCode} gives it
 */
export const userCodeHash = (code: string, key: Uint8Array) =>
  createHmac('sha256', key).update(`hash ${code}`).digest('hex')
