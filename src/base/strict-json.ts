import { accept, refuse, type Result } from './result.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** Deeper nesting than this has no use in a JOSE header or in claims. */
const maxDepth = 16

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads one JSON text, of whatever kind its value is, as strictly as {@link parseJsonObject} reads an object. The caller
 * has bounded the size.
 */
export function parseJsonText(text: string): Result<unknown, 'json_malformed'> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return refuse('json_malformed')
  }

  return isUnambiguous(text) ? accept(value) : refuse('json_malformed')
}

/**
 * Reads one JSON object and leaves no room for two readings of the same bytes: refuses invalid UTF-8, a byte order
 * mark, lone surrogates, a member named twice at any level, and more than 16 levels (attack rows JW-09, JW-14).
 * The caller has bounded the size.
 *
 * @see RFC 7515 section 4: header parameter names are unique
 * @see RFC 7519 section 4: claim names are unique
 */
export function parseJsonObject(bytes: Uint8Array): Result<JsonObject, 'json_malformed'> {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return refuse('json_malformed')
  }
  const value = parseJsonText(text)
  if (!value.ok) return value

  return isJsonObject(value.value) ? accept(value.value) : refuse('json_malformed')
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Walks a text that is known to be JSON, so that only strings, colons and brackets need to be told apart. */
function isUnambiguous(text: string): boolean {
  const open: (Set<string> | undefined)[] = []
  let at = 0

  while (at < text.length) {
    const character = text[at]
    if (character === '{' || character === '[') {
      if (open.length === maxDepth) return false
      open.push(character === '{' ? new Set() : undefined)
    }
    if (character === '}' || character === ']') open.pop()
    if (character !== '"') {
      at += 1
      continue
    }

    const end = endOfString(text, at)
    const string = stringBetween(text, at, end)
    if (!string.isWellFormed()) return false
    at = end + 1
    if (!isColonNext(text, at)) continue

    const names = open.at(-1)!
    if (names.has(string)) return false
    names.add(string)
  }
  return true
}

/** The index of the closing quote: the next one with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1

  return at
}

function stringBetween(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end)

  return raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw
}

function isColonNext(text: string, from: number): boolean {
  let at = from
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1

  return text[at] === ':'
}
