import { seconds } from '../base/time.ts'
import type { Seconds } from '../base/time.ts'

/** What an answer says of keeping it; lower-case names as in `IncomingMessage.headers`. */
export interface CachingHeaders {
  readonly 'cache-control'?: string | undefined
  readonly expires?: string | undefined
  readonly date?: string | undefined
  readonly age?: string | undefined
}

const unsigned = /^\d{1,10}$/

/**
 * How much longer an answer may be kept, by what its sender said: `max-age`, else `Expires` against `Date`, less the
 * `Age` it came with. 0 for `no-store`, `no-cache` and whatever cannot be read; `undefined` if nothing was said.
 *
 * @see RFC 9111 sections 4.2.1, 4.2.3 and 5.3
 */
export function freshnessOf(headers: CachingHeaders): Seconds | undefined {
  const directives = (headers['cache-control'] ?? '').split(',').map((each) => each.trim().toLowerCase())
  if (directives.some((each) => /^no-(?:store|cache)(?:=|$)/.test(each))) return seconds(0)
  const lifetime = lifetimeOf(directives, headers)
  if (lifetime === undefined) return undefined
  const age = headers.age ?? '0'

  return seconds(unsigned.test(age) ? Math.max(0, lifetime - Number(age)) : 0)
}

function lifetimeOf(directives: readonly string[], { expires, date }: CachingHeaders): number | undefined {
  const [maxAge, another] = directives.filter((each) => each.startsWith('max-age'))
  if (maxAge !== undefined) {
    const value = maxAge.slice('max-age='.length).replace(/^"(.*)"$/, '$1')
    return another === undefined && unsigned.test(value) ? Number(value) : 0
  }
  if (expires === undefined) return undefined
  const length = (Date.parse(expires) - Date.parse(date ?? '')) / 1000

  return Number.isFinite(length) ? Math.max(0, Math.floor(length)) : 0
}
