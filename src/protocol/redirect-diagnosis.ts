/** In which way a redirect URI misses the registered one; the first that fits, in this order (UX section 8.2). */
export type RedirectDifference =
  | 'other_app'
  | 'other_environment'
  | 'scheme'
  | 'loopback_name'
  | 'port'
  | 'trailing_slash'
  | 'letter_case'
  | 'www'
  | 'percent_encoding'
  | 'query'
  | 'fragment'
  | 'default_port'
  | 'missing_path'
  | 'look_alike'
  | 'nothing_near'

/** A line cut where it begins and ceases to differ from its counterpart. */
export type MarkedLine = readonly { readonly text: string; readonly differs: boolean }[]

export interface RedirectDiagnosis {
  readonly difference: RedirectDifference
  /** What was sent, cut to `maxShownCharacters`. */
  readonly received: MarkedLine
  /** The registered address that was meant, or the nearest ones; empty if none is registered. */
  readonly registered: readonly MarkedLine[]
}

/** Addresses that are registered elsewhere, where the one who asks may know it. */
export interface RegisteredElsewhere {
  readonly otherApps: readonly string[]
  readonly otherEnvironments: readonly string[]
}

export const maxShownCharacters = 300
const maxCompared = 20
const maxNearest = 3

/**
 * Says why a redirect URI was not found among the registered ones. It explains a refusal that has already happened
 * and decides nothing: nothing compared here makes an address acceptable. The work is bounded whatever was sent.
 */
export function diagnoseRedirectUri(
  sent: string,
  registered: readonly string[],
  elsewhere: RegisteredElsewhere = { otherApps: [], otherEnvironments: [] },
): RedirectDiagnosis {
  const line = sent.slice(0, maxShownCharacters)
  if (elsewhere.otherApps.includes(sent)) return { difference: 'other_app', received: plain(line), registered: [] }
  if (elsewhere.otherEnvironments.includes(sent))
    return { difference: 'other_environment', received: plain(line), registered: [] }

  const candidates = registered.slice(0, maxCompared)
  for (const [difference, fits] of differences) {
    const meant = candidates.find((each) => fits(line, each))
    if (meant !== undefined) return { difference, ...marked(line, [meant]) }
  }

  return { difference: 'nothing_near', ...marked(line, nearest(line, candidates)) }
}

type Fits = (sent: string, registered: string) => boolean

const differences: readonly (readonly [RedirectDifference, Fits])[] = [
  ['scheme', (sent, other) => sameBy(/^https?(?=:\/\/)/i, sent, other)],
  [
    'loopback_name',
    (sent, other) =>
      isLoopback(sent) &&
      isLoopback(other) &&
      afterAuthority(sent) === afterAuthority(other) &&
      hostOf(sent) !== hostOf(other),
  ],
  ['port', differsInPort],
  ['trailing_slash', (sent, other) => sent.replace(/\/$/, '') === other.replace(/\/$/, '')],
  ['letter_case', (sent, other) => sent.toLowerCase() === other.toLowerCase()],
  ['www', (sent, other) => sameBy(/(?<=^[a-z]+:\/\/)www\./, sent, other)],
  ['percent_encoding', (sent, other) => decoded(decoded(sent)) === decoded(decoded(other))],
  ['query', (sent, other) => beforeQuery(sent) === beforeQuery(other) && !sent.includes('#')],
  ['fragment', (sent, other) => sent.includes('#') && sent.slice(0, sent.indexOf('#')) === other],
  ['default_port', (sent, other) => withoutDefaultPort(sent) === withoutDefaultPort(other)],
  ['missing_path', (sent, other) => originOnly.test(sent) && other.startsWith(`${sent.replace(/\/$/, '')}/`)],
  ['look_alike', (sent, other) => skeleton(sent) === skeleton(other)],
]

const authority = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i
const originOnly = /^https?:\/\/[^/?#]+\/?$/i

/** Both have or lack what the pattern finds, and are equal without it. */
const sameBy = (pattern: RegExp, sent: string, other: string) =>
  sent.replace(pattern, '') === other.replace(pattern, '')

const beforeQuery = (uri: string) => uri.split('?', 1)[0]
const afterAuthority = (uri: string) => uri.replace(authority, '')
const hostOf = (uri: string) => (authority.exec(uri)?.[2] ?? '').replace(/:\d*$/, '')
const portOf = (uri: string) => /:(\d*)$/.exec(authority.exec(uri)?.[2] ?? '')?.[1]
const isLoopback = (uri: string) => /^https?:/i.test(uri) && ['localhost', '127.0.0.1', '[::1]'].includes(hostOf(uri))
const withoutDefaultPort = (uri: string) =>
  uri.replace(/^(https:\/\/[^/?#:]+):443(?=[/?#]|$)/, '$1').replace(/^(http:\/\/[^/?#:]+):80(?=[/?#]|$)/, '$1')

function differsInPort(sent: string, other: string): boolean {
  const here = withoutDefaultPort(sent)
  const there = withoutDefaultPort(other)
  const withoutPort = (uri: string) => uri.replace(/^([a-z]+:\/\/[^/?#]*?):\d*(?=[/?#]|$)/i, '$1')

  return authority.test(here) && portOf(here) !== portOf(there) && withoutPort(here) === withoutPort(there)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Letters that are taken for one another, written as one of them. Not a complete table: it explains, it admits nothing. */
function skeleton(text: string): string {
  const folded = text.normalize('NFKC').toLowerCase()

  return Array.from(folded, (each) => lookAlikes[each] ?? each)
    .join('')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
}

const lookAlikes: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  i: 'l',
  ı: 'l',
  '|': 'l',
  а: 'a',
  в: 'b',
  с: 'c',
  ԁ: 'd',
  е: 'e',
  һ: 'h',
  і: 'l',
  ј: 'j',
  к: 'k',
  ӏ: 'l',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  ѕ: 's',
  т: 't',
  у: 'y',
  х: 'x',
  ѵ: 'v',
  α: 'a',
  ο: 'o',
  ρ: 'p',
  ν: 'v',
  ι: 'l',
  '‐': '-',
  '‑': '-',
  '–': '-',
  '−': '-',
}

const nearest = (sent: string, registered: readonly string[]) =>
  registered
    .map((uri) => ({ uri, steps: editDistance(sent, uri.slice(0, maxShownCharacters)) }))
    .toSorted((left, right) => left.steps - right.steps)
    .slice(0, maxNearest)
    .map((each) => each.uri)

/** Levenshtein's, one row at a time; both texts are at most `maxShownCharacters` long. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++) {
      const change = row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1)
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }

  return row[right.length]!
}

function marked(sent: string, registered: readonly string[]) {
  const lines = registered.map((each) => each.slice(0, maxShownCharacters))

  return {
    received: lines[0] === undefined ? plain(sent) : compare(sent, lines[0]),
    registered: lines.map((each) => compare(each, sent)),
  }
}

const plain = (text: string): MarkedLine => [{ text, differs: false }]

/** Marks everything of a line between what both begin with and what both end with. */
function compare(line: string, other: string): MarkedLine {
  const left = Array.from(line)
  const right = Array.from(other)
  const shorter = Math.min(left.length, right.length)
  let start = 0
  while (start < shorter && left[start] === right[start]) start++
  let end = 0
  while (end < shorter - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end++
  const cut = (from: number, to: number, differs: boolean) => ({ text: left.slice(from, to).join(''), differs })

  return [cut(0, start, false), cut(start, left.length - end, true), cut(left.length - end, left.length, false)].filter(
    (each) => each.text !== '',
  )
}
