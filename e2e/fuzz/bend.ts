import fc from 'fast-check'
import { asText } from './draft.ts'
import type { Draft, Part } from './draft.ts'

/*
 * Changes of requests that are right: what is sent then has the grammar of a request, and something wrong with it.
 */

const kinds = [
  'drop',
  'repeat',
  'repeat_otherwise',
  'swap',
  'rename',
  'change_case',
  'set',
  'set_known',
  'empty',
  'cut',
  'extend',
  'flip',
  'oversize',
  'escape',
  'add',
  'add_known',
  'move',
  'method',
  'type',
  'body',
  'json_type',
  'path',
  'inside',
] as const

export interface Bend {
  readonly kind: (typeof kinds)[number]
  /** Which part, and which other, counted round. */
  readonly at: number
  readonly other: number
  readonly text: string
}

/** What parsers, templates, stores and logs elsewhere fell for. */
const nasty = [
  '',
  ' ',
  'null',
  'undefined',
  '0',
  '-1',
  '1e309',
  'NaN',
  'true',
  '\0',
  'a\0b',
  '\r\nSet-Cookie: hufu=1',
  '\u001b[31mred',
  'ａlice',
  'al\u200bice',
  '\u202egpj.exe',
  '𝒜\ud800',
  '`"><script>hufuscript()</script>',
  `"><img src=x onerror=hufuscript()>`,
  "' OR 1=1 --",
  '%_%',
  '../../../../etc/passwd',
  'https://evil.example/cb',
  '//evil.example',
  '/\\evil.example',
  'javascript:hufuscript()',
  'data:text/html,hufuscript',
  'file:///etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  '${7*7}',
  '{{7*7}}',
  '{"a":1}',
  '[]',
  '[1,2',
  'a b  c',
  'e30.e30.',
  'eyJhbGciOiJub25lIn0.e30.',
  '.'.repeat(5000),
  '('.repeat(5000),
  'a '.repeat(3000),
  '%'.repeat(3000),
  `${'a'.repeat(4000)}!`,
  `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.${Buffer.from('['.repeat(6000)).toString('base64url')}.AA`,
  'hac_AAAA',
  'hat_AAAA',
  'hrt_AAAA',
  'urn:ietf:params:oauth:request_uri:AAAA',
  'openid profile email offline_access',
  'code id_token token',
  'none login consent select_account',
  '9'.repeat(400),
]

/** Names of parameters that some endpoint knows: out of place at the others. */
const names = [
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'grant_type',
  'code',
  'code_verifier',
  'refresh_token',
  'scope',
  'resource',
  'audience',
  'redirect_uri',
  'response_type',
  'response_mode',
  'state',
  'nonce',
  'prompt',
  'max_age',
  'ui_locales',
  'login_hint',
  'id_token_hint',
  'acr_values',
  'claims',
  'request',
  'request_uri',
  'dpop_jkt',
  'authorization_details',
  'token',
  'token_type_hint',
  'subject_token',
  'subject_token_type',
  'actor_token',
  'actor_token_type',
  'requested_token_type',
  'assertion',
  'device_code',
  'user_code',
  'username',
  'password',
  'decision',
  'csrf',
  'post_logout_redirect_uri',
  'access_token',
  'lang',
  'return_to',
]

const headerNames = ['authorization', 'dpop', 'cookie', 'origin', 'sec-fetch-site', 'accept', 'accept-language', 'host']

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...nasty) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 60 }) },
)

export const bends: fc.Arbitrary<readonly Bend[]> = fc.array(
  fc.record({ kind: fc.constantFrom(...kinds), at: fc.nat(60), other: fc.nat(60), text }),
  { maxLength: 4 },
)

/** @param known texts that mean something to this server: of others, of other kinds, over or used up */
export const bendAll = (draft: Draft, changes: readonly Bend[], known: readonly string[]): Draft =>
  changes.reduce((bent, change) => bend(bent, change, known), draft)

function bend(draft: Draft, { kind, at, other, text: given }: Bend, known: readonly string[]): Draft {
  const { parts } = draft
  const index = parts.length === 0 ? 0 : at % parts.length
  const part = parts[index]
  const means = known[other % known.length] ?? ''
  const place = draft.body === 'none' ? 'query' : draft.body
  if (kind === 'method')
    return { ...draft, method: pick(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'], at) }
  if (kind === 'path') return { ...draft, path: bendPath(draft.path, other, given) }
  if (kind === 'type') return { ...draft, body: pick(['none', 'form', 'json'], at) }
  if (kind === 'body') return { ...draft, text: at % 2 === 0 ? given : given.repeat(1 + (other % 40)) }
  if (kind === 'add') return { ...draft, parts: [...parts, aPart(place, at, given)] }
  if (kind === 'add_known') return { ...draft, parts: [...parts, aPart(place, at, means)] }
  if (part === undefined) return draft
  const put = (...instead: readonly Part[]): Draft => ({ ...draft, parts: parts.toSpliced(index, 1, ...instead) })
  const set = (value: unknown): Draft => put({ ...part, value })
  const value = asText(part.value)
  const swapped = parts[other % parts.length] ?? part

  switch (kind) {
    case 'drop':
      return put()
    case 'repeat':
      return put(part, part)
    case 'repeat_otherwise':
      return put(part, { ...part, value: at % 2 === 0 ? given : means })
    case 'swap':
      return put({ ...part, value: swapped.value })
    case 'rename':
      return put({ ...part, name: rename(part, at, given) })
    case 'change_case':
      return set(at % 2 === 0 ? value.toUpperCase() : value.toLowerCase())
    case 'set':
      return set(given)
    case 'set_known':
      return set(means)
    case 'empty':
      return set('')
    case 'cut':
      return set(value.slice(0, other % (value.length + 1)))
    case 'extend':
      return set(at % 2 === 0 ? value + given : given + value)
    case 'flip':
      return set(flip(value, other))
    case 'oversize':
      return set((value || 'a').repeat(Math.ceil(pick([300, 9000, 70_000], other) / (value.length || 1))))
    case 'escape':
      return put({
        ...part,
        raw: pick(['%', '%zz', '%00', '%C0%80', '%E0%A4%A', '%ED%A0%80', '%0d%0aX:1', '+', '%2525'], other),
      })
    case 'move':
      return put({
        ...part,
        place: pick(['query', 'form', 'json', 'header'], other),
        name: part.name.replaceAll(/[^\w-]/g, '') || 'a',
      })
    case 'inside':
      return set(bendInside(value, at, other, given))
    case 'json_type':
      return set(
        pick([null, 0, -1, 1.5, true, [], {}, [[]], [null], { a: { b: [] } }, [value], { [value]: value }], other),
      )
  }
}

const pick = <Value>(list: readonly Value[], at: number): Value => list[at % list.length]!

function aPart(place: 'query' | 'form' | 'json', at: number, value: string): Part {
  if (at % 6 === 0) return { place: 'header', name: pick(headerNames, at / 6), value }

  return { place: at % 7 === 0 ? 'query' : place, name: pick(names, at), value }
}

function rename({ name, place }: Part, at: number, given: string): string {
  if (place === 'header') return pick(headerNames, at)

  return pick(
    [
      `${name}[]`,
      `${name}[__proto__]`,
      `${name}[$ne]`,
      name.toUpperCase(),
      ` ${name}`,
      `${name}\0`,
      `__proto__`,
      given,
    ],
    at,
  )
}

function flip(value: string, at: number): string {
  if (value === '') return 'A'
  const index = at % value.length

  return `${value.slice(0, index)}${value[index] === 'A' ? 'B' : 'A'}${value.slice(index + 1)}`
}

function bendPath(path: string, at: number, given: string): string {
  const tail = encodeURIComponent(given.toWellFormed()).slice(0, 200)

  return pick(
    [
      `${path}/`,
      `/${path}`,
      `${path};x`,
      `${path}/../admin`,
      path.toUpperCase(),
      `${path}/${tail}`,
      `${path}%00`,
      `/${path.slice(1, -1)}${tail}`,
    ],
    at,
  )
}

/** JSON that is a parameter, with one of its members another one: what it holds is checked like the request itself. */
function bendInside(value: string, at: number, other: number, given: string): string {
  if (!/^[[{]/.test(value)) return `[{"type":${JSON.stringify(given)}}]`
  const members = value.split(/(?<=[[{,])|(?=[\]},])/)
  const index = at % members.length
  const odd = pick(
    ['null', '-1', '1e999', '[]', '{}', '{"__proto__":1}', '""', JSON.stringify(given), '[[[[]]]]'],
    other,
  )
  const [name] = /^"[^"]*":/.exec(members[index] ?? '') ?? ['']

  return members.toSpliced(index, other % 3 === 0 ? 0 : 1, name + odd).join('')
}
