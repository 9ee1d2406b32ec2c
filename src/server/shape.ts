import * as v from 'valibot'
import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { meantBy } from './members.ts'

export const text = v.pipe(v.string('must be a text'), v.maxLength(2000, 'must have at most 2000 characters'))
export const texts = v.array(text, 'must be an array')
export const flag = v.boolean('must be true or false')
export const number = v.number('must be a number')

export const perLanguage = v.union(
  [text, v.strictObject({ en: text, 'zh-CN': text })],
  'must be a text, or one in en and zh-CN',
)

export const object = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  v.strictObject(entries, 'must be an object')

/**
 * Reads a JSON file of the shape. The error names the place of the first fault, what was probably meant by a member
 * nobody knows, and never a value: it may be a password.
 */
export function parseJson<Shape extends v.GenericSchema>(
  json: string,
  shape: Shape,
): Result<v.InferOutput<Shape>, string> {
  let raw: unknown
  try {
    raw = JSON.parse(json.replace(/^\uFEFF/, ''))
  } catch (error) {
    return refuse(`is not JSON: ${placeOnly((error as Error).message)}`)
  }
  // Valibot takes an array for an object without members.
  if (Array.isArray(raw)) return refuse('must be an object')
  const parsed = v.safeParse(shape, raw, { abortEarly: true })

  return parsed.success ? accept(parsed.output) : refuse(explain(parsed.issues[0], shape))
}

function explain(issue: v.BaseIssue<unknown>, shape: v.GenericSchema): string {
  const path = (issue.path ?? []).map((each) => each.key)
  const place = path
    .map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at > 0 ? '.' : ''}${String(key).slice(0, 60)}`))
    .join('')
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const names = path.filter((key) => typeof key !== 'number').map(String)
    const meant = meantBy(names, shape)
    return `${place}: nobody knows this member${meant === undefined ? '' : `; did you mean ${meant}?`}`
  }
  if (issue.type === 'strict_object' && issue.received === 'undefined') return `${place}: is missing`

  return place === '' ? issue.message : `${place}: ${issue.message}`
}

/** V8 quotes the text around the fault; the place is enough. */
function placeOnly(message: string): string {
  const place = /position \d+(?: \(line \d+ column \d+\))?/.exec(message)?.[0]

  return place ?? (message.includes('end of JSON') ? 'it ends too early' : 'a sign stands where none may')
}
