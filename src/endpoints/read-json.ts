import type { Result } from '../base/result.ts'
import type { HttpRequest } from '../http/message.ts'
import { parseJsonObject } from '../base/strict-json.ts'
import type { JsonObject } from '../base/strict-json.ts'
import { because } from '../protocol/errors.ts'
import type { OAuthError } from '../protocol/errors.ts'
import { accept } from '../base/result.ts'

const jsonType = /^application\/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*"?utf-?8"?[ \t]*)?$/i

/**
 * Reads the body of a request as one JSON object. Refused: another media type or character set, an encoded body, one
 * that is too large, nested too deep, or names a member twice (RFC 7591 section 3.1, attack row RG-12).
 */
export async function readJson(request: HttpRequest): Promise<Result<JsonObject, OAuthError>> {
  if (!jsonType.test(request.header('content-type') ?? '')) return because('body_not_json')
  if ((request.header('content-encoding') ?? 'identity') !== 'identity') return because('body_not_json')
  const body = await request.body()
  if (body.kind === 'too_large') return because('body_too_large')
  if (body.kind !== 'text') return because('body_not_json')
  const parsed = parseJsonObject(Buffer.from(body.text))

  return parsed.ok ? accept(parsed.value) : because('body_not_json')
}
