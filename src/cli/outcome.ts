import type { Language } from '../protocol/resource.ts'
import { faultTexts } from './faults.ts'
import type { FaultCode } from './faults.ts'

/** What a script that called us may rely on (UX section 6). */
export const exits = {
  ok: 0,
  failed: 1,
  usage: 2,
  config: 3,
  notFound: 4,
  notAllowed: 5,
  conflict: 6,
  unreachable: 7,
  unsafe: 8,
} as const

/** Why a command did not do what it was asked for. */
export interface Fault {
  readonly code: FaultCode
  /** What exactly: a place in a file, a path, a word of the system. In English, never a secret. */
  readonly cause: string
}

export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly exit: number; readonly faults: readonly Fault[] }

export const done: Outcome = { kind: 'done' }

/** All that is wrong at once; what is unsafe decides the exit code. */
export function failed(...faults: readonly Fault[]): Outcome {
  const codes = faults.map(({ code }) => exits[faultTexts[code].exit])

  return { kind: 'failed', exit: codes.includes(exits.unsafe) ? exits.unsafe : (codes[0] ?? exits.failed), faults }
}

/** How faults are told on stderr: for people, or one JSON document a line. */
export function describeFault({ code, cause }: Fault, language: Language, asJson: boolean): string {
  const { message, fix } = faultTexts[code][language]
  if (asJson) return JSON.stringify({ error: { code, message, cause, fix, docs: `hufu errors explain ${code}` } })
  const label = language === 'en' ? 'To fix' : '解决办法'

  return `hufu: ${code} ${message}\n  ${printable(cause)}\n  ${label}: ${fix}`
}

/** Text that came from a file or the system, without anything a terminal would obey (attack row AD-12). */
export const printable = (text: string) => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
