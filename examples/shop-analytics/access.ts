import { ResponseBodyError } from 'openid-client'
import type { Session } from './sessions.ts'
import type { Connection, Shop } from './shop.ts'

export type Answer =
  | { readonly kind: 'ok'; readonly body: unknown }
  /** The person did not allow this part. */
  | { readonly kind: 'not_shared' }
  /** The permission is over: ended, expired or never there. The app has forgotten its tokens. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'unavailable' }

/**
 * Asks the API with the session's access token. One that is over by the clock, or that the API refuses, is renewed
 * once; the time the server announced is a hint, not a promise (OAuth 2.1 section 3.2.3).
 */
export async function ask(shop: Shop, session: Session, path: `/${string}`, now: number): Promise<Answer> {
  try {
    const used = hasEnded(session.connection, now) ? await renew(shop, session, session.connection) : session.connection
    if (used === undefined) return { kind: 'ended' }

    const first = await shop.call(path, used.accessToken)
    if (first.status !== 401) return read(first)

    const renewed = await renew(shop, session, used)
    if (renewed === undefined) return { kind: 'ended' }

    const second = await shop.call(path, renewed.accessToken)
    return second.status === 401 ? { kind: 'unavailable' } : read(second)
  } catch {
    return { kind: 'unavailable' }
  }
}

/** Forgets the connection here at once and tells the server; false if the server could not be told. */
export async function disconnect(shop: Shop, session: Session): Promise<boolean> {
  // A refresh under way would come back with a token nobody knows of any more: it has to be the one that is revoked.
  await session.refreshing?.catch(() => undefined)
  const connection = session.connection
  session.connection = undefined
  if (connection === undefined) return true

  return shop.revoke(connection).then(
    () => true,
    () => false,
  )
}

/**
 * A newer connection than `used`, or `undefined` if there is none to be had. However many requests find their token
 * refused at the same time, one refresh is made, and all of them get what it brings.
 */
function renew(shop: Shop, session: Session, used: Connection | undefined): Promise<Connection | undefined> {
  if (session.refreshing !== undefined) return session.refreshing
  if (session.connection !== used) return Promise.resolve(session.connection)
  if (used?.refreshToken === undefined) {
    session.connection = undefined
    return Promise.resolve(undefined)
  }

  session.refreshing = shop
    .refresh(used)
    .catch((error: unknown) => {
      if (error instanceof ResponseBodyError && error.error === 'invalid_grant') return undefined
      throw error
    })
    .then((connection) => {
      // Somebody who connected anew meanwhile keeps what they got.
      if (session.connection === used) session.connection = connection
      return session.connection
    })
    .finally(() => (session.refreshing = undefined))
  return session.refreshing
}

/** Ten seconds early, so that a token does not end on the way. */
const hasEnded = (connection: Connection | undefined, now: number) =>
  connection?.expiresAt !== undefined && now >= connection.expiresAt - 10_000

async function read(response: Response): Promise<Answer> {
  if (response.status === 403) {
    await response.body?.cancel()
    return { kind: 'not_shared' }
  }
  if (!response.ok) {
    await response.body?.cancel()
    return { kind: 'unavailable' }
  }

  return { kind: 'ok', body: await response.json() }
}
