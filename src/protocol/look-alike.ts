import { confusables } from './confusables.ts'

/** More of a name is not compared; a name that is shown has at most 100 characters. */
const maxCompared = 400

/**
 * What is left of a name when everything is taken away by which two that look alike can differ: compatibility forms
 * (full width, ligatures), case, accents, white space, punctuation of any script, invisible characters, letters of
 * another script with the same shape, traditional for simplified characters in names of well-known kinds. Names with one
 * skeleton can be taken for each other; the skeleton itself is never shown.
 *
 * A name of signs only is compared by these signs.
 *
 * @see Unicode Technical Standard 39 section 4, whose tables are much larger: this one holds what fits into one word
 */
export function skeletonOf(name: string): string {
  const plain = name.slice(0, maxCompared).normalize('NFKC').toLowerCase().normalize('NFKD')
  const bare = plain.replace(/[\p{M}\p{Default_Ignorable_Code_Point}\p{C}]/gu, '')
  const letters = Array.from(bare, (each) => confusables.get(each) ?? each)
    .join('')
    .replace(/[^\p{L}\p{N}]/gu, '')
  const folded = letters.replaceAll('rn', 'm').replaceAll('vv', 'w')

  return folded === '' ? bare.replace(/\s/gu, '') : folded
}
