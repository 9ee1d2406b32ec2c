import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'

/** Characters, counted as code points after normalising. */
export const passwordLength = { least: 8, most: 256 }

/**
 * A password as it is hashed: every kind of space is a space, letters with marks are in one form (NFC), so that the
 * keyboards of two machines agree (attack row UI-15). Nothing is trimmed, folded or cut off. `undefined` for what can
 * be no password here: empty, too long, with control characters or broken text. Long text is refused before any work.
 *
 * @see RFC 8265 section 4.2 (OpaqueString)
 */
export function preparePassword(raw: string): string | undefined {
  // A code point has at most two code units, and composing never makes text longer than three times itself.
  if (raw.length > passwordLength.most * 6 || !raw.isWellFormed()) return undefined
  const password = raw.replaceAll(/\p{Zs}/gu, ' ').normalize('NFC')
  const length = Array.from(password).length

  return length === 0 || length > passwordLength.most || /\p{Cc}/u.test(password) ? undefined : password
}

/**
 * Reads a password that somebody chose. Refused: what {@link preparePassword} refuses, and fewer than eight characters.
 *
 * @param development takes short ones too, for the accounts of tests
 */
export function parseNewPassword(raw: string, development: boolean): Result<string, string> {
  const password = preparePassword(raw)
  if (password === undefined)
    return refuse(`must have ${passwordLength.least} to ${passwordLength.most} characters and no control characters`)
  if (!development && Array.from(password).length < passwordLength.least)
    return refuse(`must have at least ${passwordLength.least} characters`)

  return accept(password)
}
