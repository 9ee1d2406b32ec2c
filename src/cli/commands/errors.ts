import { nearest } from '../../base/nearest.ts'
import { errorExamples } from '../../pages/error-examples.ts'
import { isErrorId, wireForms } from '../../pages/error-ids.ts'
import type { ErrorId } from '../../pages/error-ids.ts'
import { messagesIn } from '../../pages/language.ts'
import { faultTexts, isFaultCode } from '../faults.ts'
import { done, exits, printable } from '../outcome.ts'
import type { Outcome } from '../outcome.ts'
import type { Context } from '../context.ts'

const pageIds = [...wireForms.keys()].filter(isErrorId)
const codes: readonly string[] = [...pageIds, ...Object.keys(faultTexts)].toSorted()

/** Every code there is: those of the pages, and those of the command line. */
export function listErrors({ asJson, language, out }: Context): Outcome {
  const pages = messagesIn(language)
  const items = codes.map((code) =>
    isErrorId(code)
      ? { code, error: wireForms.get(code)?.[0]?.code ?? null, title: pages.errors[code].title }
      : { code, error: null, title: isFaultCode(code) ? faultTexts[code][language].message : '' },
  )
  const width = Math.max(...items.map(({ error }) => (error ?? '').length))
  const lines = items.map(({ code, error, title }) => `${code.padEnd(14)}  ${(error ?? '').padEnd(width)}  ${title}`)
  out(asJson ? `${JSON.stringify({ items, next: null })}\n` : `${lines.join('\n')}\n`)

  return done
}

/** The same text as the page behind `error_uri` (UX-8.3). */
export function explainError(raw: string, context: Context): Outcome {
  const code = raw.toUpperCase()
  const explained = isErrorId(code) ? explainPage(code, context) : explainFault(code, context)
  if (explained !== undefined) {
    context.out(`${explained}\n`)
    return done
  }
  const { errors, problems } = context.words
  const meant = nearest(code, codes)
  context.err(
    `hufu: ${errors.unknown(printable(raw).slice(0, 80))}${meant === undefined ? '' : problems.meant(meant)}\n`,
  )

  return { kind: 'failed', exit: exits.notFound, faults: [] }
}

function explainPage(code: ErrorId, { asJson, language }: Context): string {
  const page = messagesIn(language)
  const { title, meaning, causes, fix } = page.errors[code]
  const wire = (wireForms.get(code) ?? []).filter((form) => form.code !== undefined)
  const example = errorExamples[code]
  if (asJson) return JSON.stringify({ code, title, meaning, causes, fix, example, wire })
  const { errorCode } = page

  return [
    `${code}  ${title}`,
    '',
    section(errorCode.meaning, [meaning]),
    section(
      errorCode.causes,
      causes.map((cause, at) => `${at + 1}. ${cause}`),
    ),
    section(
      errorCode.fix,
      fix.map((step) => `- ${step}`),
    ),
    section(errorCode.example, example.split('\n')),
    section(
      errorCode.wire,
      wire.length === 0 ? [errorCode.wireNone] : wire.map((form) => `${form.code}  ${form.description}`),
    ),
  ]
    .join('\n')
    .trimEnd()
}

function explainFault(code: string, { asJson, language, words }: Context): string | undefined {
  if (!isFaultCode(code)) return undefined
  const { message, fix } = faultTexts[code][language]
  if (asJson) return JSON.stringify({ code, title: message, fix: [fix] })

  return `${code}  ${message}\n\n${section(words.errors.fix, [`- ${fix}`])}`.trimEnd()
}

const section = (title: string, lines: readonly string[]) => `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`
