import type { Language } from '../protocol/resource.ts'
import { languages } from '../protocol/resource.ts'

/** A text in each language, or one for all. */
export type Text = string | Readonly<Record<Language, string>>

export const inAll = (text: Text): Readonly<Record<Language, string>> =>
  typeof text === 'string'
    ? (Object.fromEntries(languages.map((each) => [each, text])) as Record<Language, string>)
    : text
