import type { Language } from '../protocol/resource.ts'
import type { Words } from './words.ts'

/** What every command is given besides its options. */
export interface Context {
  readonly language: Language
  readonly words: Words
  readonly asJson: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  /** Data, for whoever reads our stdout. */
  readonly out: (text: string) => void
  /** Everything else. */
  readonly err: (text: string) => void
}
