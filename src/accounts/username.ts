import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'

/** Characters of a canonical username, counted as code points; an email address fits. */
export const maxUsernameLength = 254

// RFC 8264 section 4.2, the IdentifierClass: letters, marks, digits and visible ASCII.
const allowed = /^[\x21-\x7E\p{L}\p{M}\p{Nd}]+$/u
const hidden = /\p{Default_Ignorable_Code_Point}/u

/**
 * The one form of a username that accounts are told apart by: width and compatibility forms (NFKC) and letter case are
 * gone, so that `ａlice`, `ALICE` and `alıce` are the same person (attack row UI-16). Applying it again changes nothing.
 * Refused: nothing at all, white space, controls, zero-width and directional characters, symbols beyond ASCII, more
 * than {@link maxUsernameLength} characters. Outer white space goes, since keyboards of phones add it.
 *
 * @see RFC 8265 section 3.3 (UsernameCaseMapped)
 */
export function canonicalUsername(raw: string): Result<string, string> {
  if (raw.length > maxUsernameLength * 2) return refuse(`must have at most ${maxUsernameLength} characters`)
  if (hidden.test(raw)) return refuse('must not have invisible characters')
  const folded = fold(raw.trim())
  if (folded === '') return refuse('must not be empty')
  if (!allowed.test(folded)) return refuse('must have letters, digits and ASCII signs only, without spaces')
  if (Array.from(folded).length > maxUsernameLength) return refuse(`must have at most ${maxUsernameLength} characters`)

  return accept(folded)
}

/** Until nothing changes: an upper case can have a compatibility form whose lower case is another one. */
function fold(text: string): string {
  let before = text
  for (let rounds = 0; rounds < 8; rounds++) {
    // By way of upper case, so that letters with two lower cases (sigma, long s, dotless i) become one.
    const after = before.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
    if (after === before) return after
    before = after
  }

  return before
}
