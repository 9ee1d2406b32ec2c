import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import { because } from '../protocol/errors.ts'
import type { OAuthError } from '../protocol/errors.ts'
import { parseParameters } from '../protocol/parameters.ts'
import type { Parameters } from '../protocol/parameters.ts'
import type { HttpRequest } from './message.ts'

const plainType = 'application/x-www-form-urlencoded'
const formType = /^application\/x-www-form-urlencoded[ \t]*(;[^\r\n]*)?$/i
const charset = /;[ \t]*charset[ \t]*=[ \t]*"?([^";]*)/gi

/**
 * Reads the body of a form post. Refused: another media type or character set, an encoded body, one that is too
 * large, and one that is not UTF-8 (OAuth 2.1 section 3.2.2, attack row HT-01). The query string is never looked at.
 *
 * @param characters see `parseParameters`
 */
export async function parseForm(
  request: HttpRequest,
  characters: 'protocol' | 'any' = 'protocol',
): Promise<Result<Parameters, OAuthError>> {
  const type = request.header('content-type') ?? ''
  // What everybody sends needs no closer look.
  if (type !== plainType && !(formType.test(type) && isUtf8(type))) return because('body_not_form')
  if ((request.header('content-encoding') ?? 'identity') !== 'identity') return because('body_not_form')
  const body = await request.body()
  if (body.kind === 'too_large') return because('form_too_large')
  if (body.kind !== 'text') return because('body_not_form')
  const form = parseParameters(body.text, characters)

  return form === undefined ? because('form_too_large') : accept(form)
}

/** Refuses a form in which one of these came twice or cannot be read; others are ignored (OAuth 2.1 section 3.2). */
export function checkForm(form: Parameters, defined: readonly string[]): Result<undefined, OAuthError> {
  if (form.isSound) return accept(undefined)
  if (defined.some(form.isRepeated)) return because('form_parameter_repeated')
  if (defined.some(form.isMalformed)) return because('form_parameter_malformed')

  return accept(undefined)
}

const isUtf8 = (type: string) =>
  Array.from(type.matchAll(charset), ([, name = '']) => name.trim()).every((name) => /^utf-?8$/i.test(name))
