import { instant, type Instant } from '../base/time.ts'
import { isJsonObject, type JsonObject } from '../base/strict-json.ts'
import { openJwt } from '../jose/jwt.ts'
import { feedName, feedType, type ChangeKind } from '../protocol/change.ts'
import { fetchJson } from './fetch-json.ts'
import { basicAuthorization, type IntrospectionCredentials } from './introspection-reader.ts'
import type { Issuer } from './issuer.ts'

/** How the guard follows the revocation feed of its issuer, as whom it asks at introspection. */
export interface RevocationOptions extends IntrospectionCredentials {
  /**
   * What happens to JWTs while the feed cannot be had: `admit` verifies them as before, so that what was revoked holds
   * until it expires; `refuse` answers 503.
   *
   * @default 'admit'
   */
  readonly whenStale?: 'admit' | 'refuse'
  /** The feed counts as lost when the last good answer was asked for so long ago, 5 to 3600 seconds. @default 15 */
  readonly staleAfterSeconds?: number
  /** Entries that are held at most; what does not fit makes the feed count as lost. @default 100000 */
  readonly maxEntries?: number
}

export interface RevocationStatus {
  readonly isStale: boolean
  /** When the last good answer was asked for, in milliseconds since 1970. */
  readonly asOf: number | undefined
  readonly entries: number
}

export interface Revocations {
  /** What the feed says of a token whose signature was verified; `unknown` while it is lost and that matters. */
  judge(claims: JsonObject): Promise<'live' | 'dead' | 'unknown'>
  status(now: Instant): RevocationStatus
  close(): void
}

interface Ended {
  /** Infinity: all. */
  readonly deadBefore: number
  readonly until: number
}

/** Seconds that the issuer is asked to hold a question; less than an answer is waited for. */
const wait = 3
/** Milliseconds before the next question after one that failed or brought nothing, at first and at most. */
const [firstPause, longestPause] = [100, 2000]
/** Milliseconds by which the time of an answer may differ from ours: an old one is not taken for a new one. */
const maxDifference = 60_000
const maxPageLength = 256 * 1024

/** Follows the feed from the first token on that it is asked about. */
export function createRevocations(
  options: RevocationOptions,
  issuer: Issuer,
  send: typeof fetch,
  clock: () => number,
): Revocations {
  const { whenStale = 'admit', staleAfterSeconds = 15, maxEntries = 100_000 } = options
  const authorization = basicAuthorization(options)
  const ended = new Map<string, Ended>()
  let validAfter = 0
  let cursor = ''
  let asOf: number | undefined
  let caughtUp: Promise<void> | undefined
  let isClosed = false

  /** True if there is more to ask for at once. */
  async function ask(): Promise<boolean> {
    const askedAt = clock()
    const now = instant(askedAt)
    const endpoint =
      (await issuer.endpoints.current(now))?.revocationFeedEndpoint ??
      (await issuer.endpoints.renewed(now))?.revocationFeedEndpoint
    if (endpoint === undefined) throw new Error('the issuer has no revocation feed')
    const answer = await fetchJson(send, endpoint, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ after: cursor, wait: asOf === undefined ? '0' : String(wait) }).toString(),
    })
    const page = await read(answer?.['revocations'])
    take(page)
    cursor = page['to'] as string
    if (page['more'] !== true) asOf = askedAt

    return page['more'] === true
  }

  async function read(compact: unknown): Promise<JsonObject> {
    const now = instant(clock())
    const open = (keys: Awaited<ReturnType<typeof issuer.keys.current>>) =>
      openJwt(compact, { keys: keys?.keys ?? [], typ: [feedType], maxLength: maxPageLength })
    const first = open(await issuer.keys.current(now))
    const opened = first.ok || first.error !== 'key_unknown' ? first : open(await issuer.keys.renewed(now))
    if (!opened.ok) throw new Error(`the revocation feed: ${opened.error}`)
    const { iss, iat, from, to } = opened.value.claims
    if (iss !== issuer.issuer) throw new Error('the revocation feed is of another issuer')
    if (typeof iat !== 'number' || Math.abs(iat * 1000 - now) > maxDifference)
      throw new Error('the revocation feed is not of now')
    if (!goesOn(cursor, from, to)) {
      // A list that went back is heard from its beginning; what is known stays known.
      if (from === '') cursor = ''
      throw new Error('the revocation feed does not go on where it stopped')
    }

    return opened.value.claims
  }

  /** A change says the newest state of one thing, so the later one takes the place of the earlier. */
  function take(page: JsonObject): void {
    const now = clock()
    for (const [key, { until }] of ended) if (until <= now) ended.delete(key)
    if (typeof page['valid_after'] === 'number') validAfter = Math.max(validAfter, page['valid_after'] * 1000)
    for (const entry of Array.isArray(page['entries']) ? page['entries'] : []) {
      if (!isJsonObject(entry) || typeof entry['until'] !== 'number')
        throw new Error('the revocation feed is malformed')
      const before = entry['dead_before']
      const deadBefore = typeof before === 'number' ? before * 1000 : Number.POSITIVE_INFINITY
      const key = `${String(entry['kind'])} ${String(entry['id'])}`
      ended.delete(key)
      if (deadBefore <= 0 || entry['until'] * 1000 <= now) continue
      if (ended.size >= maxEntries) throw new Error('the revocation feed has more than fits')
      ended.set(key, { deadBefore, until: entry['until'] * 1000 })
    }
  }

  async function follow(whenCaughtUp: () => void): Promise<void> {
    let pause = firstPause
    while (!isClosed) {
      const before = cursor
      try {
        if (await ask()) continue
        pause = firstPause
        whenCaughtUp()
        // Who does not hold a question, or stops and holds none any more, is not asked without end.
        if (cursor === before) await rest(firstPause)
      } catch {
        await rest(pause)
        pause = Math.min(pause * 2, longestPause)
        whenCaughtUp()
      }
    }
    whenCaughtUp()
  }

  const isStale = (now: number) => asOf === undefined || isClosed || now < asOf || now - asOf > staleAfterSeconds * 1000

  return {
    async judge(claims) {
      caughtUp ??= new Promise((resolve) => void follow(resolve))
      await caughtUp
      if (isDead(claims, ended, validAfter)) return 'dead'

      // By the clock of now: what was waited for was asked for after the request had come.
      return whenStale === 'refuse' && isStale(clock()) ? 'unknown' : 'live'
    },
    status: (now) => ({ isStale: isStale(now), asOf, entries: ended.size }),
    close: () => void (isClosed = true),
  }
}

const rest = (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds).unref())

/** In the same list never back; another list, as after the database was put back, begins at its beginning. */
function goesOn(cursor: string, from: unknown, to: unknown): boolean {
  const parts = /^([\w-]+)\.(\d{1,15})$/.exec(typeof to === 'string' ? to : '')
  if (parts === null) return false
  const before = /^([\w-]+)\.(\d{1,15})$/.exec(cursor)
  if (from === cursor) return before === null || (before[1] === parts[1] && Number(parts[2]) >= Number(before[2]))

  return from === '' && before?.[1] !== parts[1]
}

/** As the issuer judges at introspection: by all that a token was made from, and by all who had a hand in it. */
function isDead(claims: JsonObject, ended: ReadonlyMap<string, Ended>, validAfter: number): boolean {
  const issuedAt = (claims['iat'] as number) * 1000
  if (issuedAt < validAfter) return true
  if (ended.size === 0) return false
  const isOver = (kind: ChangeKind, name: unknown, at = issuedAt) => {
    const found = typeof name === 'string' ? ended.get(`${kind} ${feedName(kind, name)}`) : undefined

    return found !== undefined && at < found.deadBefore
  }
  const isAnyOver = (kind: ChangeKind, names: unknown) =>
    Array.isArray(names) && names.some((each) => isOver(kind, each))
  const { sub, auth_time: authTime, hufu_authorization: authorization } = claims
  // The sign-in counts where there was one. Its time is cut to a second: one in the second of the cut-off passes.
  const signedInAt = authorization !== undefined && typeof authTime === 'number' ? authTime * 1000 + 999 : issuedAt
  if (isOver('authorization', authorization) || isAnyOver('authorization', claims['hufu_derived_under'])) return true
  if (isOver('token', claims['jti']) || isAnyOver('token', claims['hufu_derived_from'])) return true
  if (isOver('client', claims['client_id']) || isAnyOver('client', claims['hufu_derived_by'])) return true
  if (isOver('client', sub) || isOver('account', sub, signedInAt)) return true
  for (let act = claims['act']; isJsonObject(act); act = act['act'])
    if (isOver('account', act['sub']) || isOver('client', act['sub']) || isOver('client', act['client_id'])) return true

  return false
}
