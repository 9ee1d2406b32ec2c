/**
 * Parameters of a request, read once and the same way wherever they came from: form bodies and query strings.
 * Names and values are text; `a[b]` is a name like any other (attack row HT-04).
 */
export interface Parameters {
  /** The value, or `undefined` if it is absent, empty, repeated or could not be decoded. */
  readonly get: (name: string) => string | undefined
  /** All values, in order, empty ones left out: for the few parameters that may come several times. */
  readonly all: (name: string) => readonly string[]
  /** True if the parameter came more than once, empty or not. */
  readonly isRepeated: (name: string) => boolean
  /** The text that was read, byte for byte, without the parameters of these names. */
  readonly without: (names: readonly string[]) => string
  /** True if it is too long, not UTF-8 behind its escapes, or has characters that are not allowed. */
  readonly isMalformed: (name: string) => boolean
  /** True if none at all is repeated or malformed: then nobody has to ask about each. */
  readonly isSound: boolean
}

/** Values longer than this are malformed. A request line of 8000 octets fits (OAuth 2.1 section 1.7.1). */
export const maxParameterLength = 8192
/** A JWT may be longer than other values. */
const maxAssertionLength = 16 * 1024
/** More are refused before they are read. */
export const maxParameters = 200

const visibleAscii = /^[\x20-\x7E]*$/
/** JSON speaks every language (RFC 8259 section 8.1); what is in it is checked by who reads it. */
const jsonParameters = new Set(['authorization_details', 'claims'])

/**
 * Reads `application/x-www-form-urlencoded` text. An empty value counts as absent (OAuth 2.1 section 3.1).
 *
 * @param characters `protocol`: 0x20 to 0x7E only, as OAuth 2.1 appendix A has it; `any` for what people type
 * @returns `undefined` if there are more than {@link maxParameters} parameters
 */
export function parseParameters(text: string, characters: 'protocol' | 'any' = 'protocol'): Parameters | undefined {
  const pairs = text === '' ? [] : text.split('&', maxParameters + 1)
  if (pairs.length > maxParameters) return undefined
  const isFree = (name: string) => characters === 'any' || jsonParameters.has(name)
  const values = new Map<string, string[]>()
  const malformed = new Set<string>()
  const kept: (readonly [name: string, pair: string])[] = []
  for (const pair of pairs) {
    const middle = pair.indexOf('=')
    const name = decode(middle < 0 ? pair : pair.slice(0, middle))
    if (name === undefined) continue
    kept.push([name, pair])
    const raw = middle < 0 ? '' : pair.slice(middle + 1)
    const value = decode(raw)
    const limit = name.endsWith('assertion') ? maxAssertionLength : maxParameterLength
    if (value === undefined || value.length > limit || !(isFree(name) || visibleAscii.test(value))) malformed.add(name)
    const known = values.get(name)
    // What cannot be decoded stays as it came, so that it is refused and not taken for absent.
    if (known === undefined) values.set(name, [value ?? raw])
    else known.push(value ?? raw)
  }
  const isSound = malformed.size === 0 && values.size === kept.length

  return {
    get: (name) => {
      const found = values.get(name)

      return found?.length === 1 && !malformed.has(name) && found[0] !== '' ? found[0] : undefined
    },
    all: (name) => (values.get(name) ?? []).filter((each) => each !== ''),
    isRepeated: (name) => (values.get(name)?.length ?? 0) > 1,
    without: (names) =>
      kept
        .filter(([name]) => !names.includes(name))
        .map(([, pair]) => pair)
        .join('&'),
    isMalformed: (name) => malformed.has(name),
    isSound,
  }
}

function decode(text: string): string | undefined {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
