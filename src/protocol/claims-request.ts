import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import type { Subject } from './account.ts'
import { because } from './errors.ts'
import type { OAuthError } from './errors.ts'
import { claimsOfScope } from './identity-claims.ts'
import type { ClaimsRequest, ClaimWish } from './particulars.ts'
import type { Scope } from './scope.ts'

type Wishes = NonNullable<ClaimsRequest['id_token']>

/** Values of one wish that are kept at most; of more none could be met anyway. */
const maxValues = 20

/**
 * Reads the `claims` parameter, of which only what this server could ever answer is kept: claims about the person that
 * the client is registered for, `sub` and `acr`. Everything else is left out, since a claim that is not given is no error.
 *
 * @param allowed identity scopes of the client
 * @see OpenID Connect Core 1.0 section 5.5
 */
export function parseClaimsRequest(raw: string, allowed: Scope): Result<ClaimsRequest, OAuthError> {
  const parsed = parseObject(raw)
  if (parsed === undefined) return because('claims_malformed')
  const { id_token: forIdToken = {}, userinfo = {} } = parsed
  if (!isObject(forIdToken) || !isObject(userinfo)) return because('claims_malformed')
  const known = ['sub', 'acr', ...allowed.flatMap((each) => claimsOfScope[each] ?? [])]
  const [first, second] = [readWishes(forIdToken, known), readWishes(userinfo, known)]
  if (first === undefined || second === undefined) return because('claims_malformed')

  return accept({ id_token: first, userinfo: second })
}

/**
 * The one person that the request is about, if it names one; `claims_malformed` if it names two.
 *
 * @see OpenID Connect Core 1.0 section 3.1.2.2
 */
export function subjectOf({ id_token, userinfo }: ClaimsRequest): Result<Subject | undefined, OAuthError> {
  const named = [id_token?.['sub'], userinfo?.['sub']].flatMap((each) => valuesOf(each) ?? [])
  const distinct = new Set(named)

  return distinct.size > 1 ? because('claims_malformed') : accept(named[0] as Subject | undefined)
}

/** The levels of which the sign-in must reach one; `undefined` if any will do (section 5.5.1.1). */
export function essentialAcrs(claims: ClaimsRequest | undefined): readonly unknown[] | undefined {
  const wish = claims?.id_token?.['acr']

  return wish?.essential === true ? valuesOf(wish) : undefined
}

/** The scopes whose claims are asked for one by one: the person is asked about them as if they stood in `scope`. */
export function scopesOfClaims(claims: ClaimsRequest | undefined): Scope {
  if (claims === undefined) return none
  const names = new Set([...Object.keys(claims.id_token ?? {}), ...Object.keys(claims.userinfo ?? {})])
  const scopes = Object.keys(claimsOfScope).filter((scope) => claimsOfScope[scope]!.some((each) => names.has(each)))

  return scopes as readonly string[] as Scope
}

const none = [] as readonly string[] as Scope

function parseObject(raw: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(raw)

    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `undefined` if a wish is neither `null` nor an object. */
function readWishes(raw: Readonly<Record<string, unknown>>, known: readonly string[]): Wishes | undefined {
  const entries = Object.entries(raw).filter(([name]) => known.includes(name))
  if (!entries.every(([, wish]) => wish === null || isObject(wish))) return undefined

  return Object.fromEntries(entries.map(([name, wish]) => [name, readWish(wish as Readonly<Record<string, unknown>>)]))
}

function readWish(raw: Readonly<Record<string, unknown>> | null): ClaimWish {
  const { essential, value, values } = raw ?? {}
  const texts = [value, ...(Array.isArray(values) ? (values as unknown[]) : [])].filter(
    (each) => typeof each === 'string',
  )

  return {
    ...(essential === true && { essential }),
    ...(texts.length > 0 && { values: texts.slice(0, maxValues) }),
  }
}

const valuesOf = (wish: ClaimWish) => wish?.values
