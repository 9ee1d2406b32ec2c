import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'

/** Characters, counted as code points, of a name that is shown to people. */
export const maxDisplayLength = 100

const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u
// Variation selectors are how an emoji is written; everything else that is meant to be skipped hides something.
const skipped = /(?![\uFE0E\uFE0F])\p{Default_Ignorable_Code_Point}|\u2800/u
const stacked = /\p{M}{5}/u

/**
 * Reads a text that is shown to people and was written by somebody else: a name, never markup. Outer white space goes
 * and what is left is in NFC. Refused: nothing at all, more than {@link maxDisplayLength} characters, controls and ANSI
 * escapes, line breaks, directional overrides, zero-width and other invisible characters, stacks of combining marks
 * (attack row RG-03).
 */
export function parseDisplayText(raw: string, most = maxDisplayLength): Result<string, string> {
  // Before normalising: NFC of a long text is work, and one character can become three.
  if (raw.length > most * 4) return refuse(`must have at most ${most} characters`)
  if (invisible.test(raw) || skipped.test(raw)) return refuse('must not have control or invisible characters')
  const text = raw.normalize('NFC').trim()
  if (text === '') return refuse('must not be empty')
  if (Array.from(text).length > most) return refuse(`must have at most ${most} characters`)
  if (stacked.test(text)) return refuse('must not have more than four combining marks in a row')

  return accept(text)
}
