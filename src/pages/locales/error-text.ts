import type { ErrorId } from '../error-ids.ts'

/** What the page of one error number says. */
export interface ErrorText {
  /** The heading: what happened, in a few words. */
  readonly title: string
  readonly meaning: string
  /** The most frequent first. */
  readonly causes: readonly string[]
  readonly fix: readonly string[]
}

/** Of some of the error numbers; all parts together have every one, or they do not compile. */
export type ErrorTexts = Partial<Readonly<Record<ErrorId, ErrorText>>>
