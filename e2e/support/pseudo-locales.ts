import { html, render } from '../../src/pages/html.ts'
import type { Html } from '../../src/pages/html.ts'
import type { Messages } from '../../src/pages/locales/en.ts'
import { en } from '../../src/pages/locales/en.ts'

/** English in brackets: what stands on a page outside of them did not come from the catalogue. */
export const bracketed: Messages = { ...changed((text) => `⟦${text}⟧`), lang: 'en', dir: 'ltr' }

/** English made 40 % longer, as other languages are. */
export const longer: Messages = {
  ...changed((text) => `${text} ${'and so on '.repeat(1 + text.length / 25).trim()}`),
  lang: 'en',
  dir: 'ltr',
}

const letters = Array.from('ابتثجحخدذرزسشصضطظعغفقكلمنه')

/** English in Arabic letters, from right to left: it means nothing, but it looks and flows as Arabic does. */
export const arabic: Messages = {
  ...changed((text) =>
    // Tags and entities of markup stay as they are.
    text.replace(/<[^>]*>|&[#a-z0-9]+;|[a-z]/gi, (found) =>
      found.length > 1 ? found : letters[found.toLowerCase().charCodeAt(0) - 97]!,
    ),
  ),
  lang: 'ar',
  dir: 'rtl',
}

type Sentence = (...values: unknown[]) => string | Html

/** The same catalogue with every sentence changed, also those that are put together from values. */
function changed(change: (text: string) => string): Messages {
  return walk(en) as Messages

  function walk(value: unknown): unknown {
    if (typeof value === 'string') return change(value)
    if (typeof value === 'function') return (...values: unknown[]) => sentence((value as Sentence)(...values))
    if (Array.isArray(value)) return value.map(walk)

    return Object.fromEntries(Object.entries(value as object).map(([key, each]) => [key, walk(each)]))
  }

  function sentence(text: string | Html): string | Html {
    return typeof text === 'string' ? change(text) : trusted(change(render(text)))
  }
}

/** Markup that `html` has made before, changed: a template without a value is taken as it is. */
const trusted = (text: string): Html => html(Object.assign([text], { raw: [text] }))
