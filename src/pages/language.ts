import type { Language } from '../protocol/resource.ts'
import { languages } from '../protocol/resource.ts'
import type { Messages } from './locales/en.ts'
import { en } from './locales/en.ts'
import { zhCN } from './locales/zh-CN.ts'

/** The name of the cookie that keeps the language a person chose. */
export const languageCookie = 'hufu_lang'

const catalogues: Readonly<Record<Language, Messages>> = { en, 'zh-CN': zhCN }

/** All words of the pages in a language. */
export const messagesIn = (language: Language): Messages => catalogues[language]

/** Where a wish for a language can come from; `undefined` where there is none. */
export interface LanguageWishes {
  /** The `lang` of the page's own language links: a click just now. */
  readonly chosen?: string | undefined
  /** The `ui_locales` of the authorization request: tags in order, with spaces between. */
  readonly uiLocales?: string | undefined
  readonly cookie?: string | undefined
  readonly acceptLanguage?: string | undefined
}

/**
 * Chooses the language of a page: what was just clicked, then `ui_locales`, the cookie, `Accept-Language`, and the
 * default. A wish that cannot be met is passed over, never an error. Reads a bounded part of each wish, in linear
 * time (attack row HT-07).
 */
export function chooseLanguage(wishes: LanguageWishes, byDefault: Language = 'en'): Language {
  const tags = [
    wishes.chosen ?? '',
    ...(wishes.uiLocales ?? '').slice(0, maxWishCharacters).split(' '),
    wishes.cookie ?? '',
    ...byQuality(wishes.acceptLanguage ?? ''),
  ]

  return tags.map(languageOf).find((each) => each !== undefined) ?? byDefault
}

/** Reads the exact tag of a language we speak, as in a link or a cookie. */
export const parseLanguage = (text: string | undefined): Language | undefined => languages.find((each) => each === text)

const maxWishCharacters = 500

/** Any English is English; any Chinese is read as simplified, the only one there is here. */
function languageOf(tag: string): Language | undefined {
  const primary = tag.trim().slice(0, 35).toLowerCase().split('-', 1)[0]
  if (primary === 'zh') return 'zh-CN'

  return primary === 'en' ? 'en' : undefined
}

/** The tags of `Accept-Language`, the most wanted first; what is refused with a quality of 0 is left out (RFC 9110 12.5.4). */
function byQuality(header: string): readonly string[] {
  return header
    .slice(0, maxWishCharacters)
    .split(',')
    .map((item) => {
      const [tag = '', ...parameters] = item.split(';')
      const quality = parameters.map((each) => each.trim()).find((each) => each.startsWith('q='))

      return { tag, quality: quality === undefined ? 1 : Number(quality.slice(2)) }
    })
    .filter((each) => each.quality > 0)
    .toSorted((left, right) => right.quality - left.quality)
    .map((each) => each.tag)
}
