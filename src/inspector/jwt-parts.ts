import { fromBase64Url } from '../base/encoding.ts'

/** A JWT taken apart to be looked at. Nothing is proved by this: the signature is checked elsewhere. */
export interface JwtParts {
  /** The three parts as they stand between the dots. */
  readonly raw: readonly [header: string, claims: string, signature: string]
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

/** Splits a compact JWT (RFC 7519 section 3); `undefined` for what is none, as an opaque token. */
export function readJwtParts(token: string): JwtParts | undefined {
  const [header, claims, signature, ...rest] = token.split('.')
  if (header === undefined || claims === undefined || signature === undefined || rest.length > 0) return undefined
  const parsed = [header, claims].map(readObject)
  if (parsed[0] === undefined || parsed[1] === undefined) return undefined

  return { raw: [header, claims, signature], header: parsed[0], claims: parsed[1] }
}

function readObject(part: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = fromBase64Url(part)
  if (bytes === undefined) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
