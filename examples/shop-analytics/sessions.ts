import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Connection, PendingLogin } from './shop.ts'

/** What the app remembers of one browser. Tokens live here, on the server, and nowhere else. */
export interface Session {
  id: string
  /** Logins begun and not come back yet, by their `state`; several tabs may each have one. */
  readonly pending: Map<string, PendingLogin>
  connection: Connection | undefined
  /** The one refresh under way: everybody who needs a newer token waits for this same one. */
  refreshing: Promise<Connection | undefined> | undefined
  usedAt: number
}

export type Sessions = ReturnType<typeof createSessions>

const idle = 8 * 60 * 60 * 1000
const maxSessions = 10_000
const maxPending = 5

/**
 * Sessions in memory, found by a random 256-bit id from a cookie. A visitor costs nothing until they connect: the
 * cookie alone, and the form token derived from it, suffice before that.
 *
 * @param now milliseconds since 1970
 */
export function createSessions(now: () => number) {
  const sessions = new Map<string, Session>()
  const key = randomBytes(32)

  function find(id: string | undefined): Session | undefined {
    const session = id === undefined ? undefined : sessions.get(id)
    if (session === undefined) return undefined
    sessions.delete(session.id)
    if (now() - session.usedAt > idle) return undefined

    session.usedAt = now()
    sessions.set(session.id, session)
    return session
  }

  function keep(session: Session): Session {
    if (sessions.size >= maxSessions) sessions.delete(sessions.keys().next().value!)
    sessions.set(session.id, session)
    return session
  }

  return {
    find,

    findOrCreate: (id: string) =>
      find(id) ?? keep({ id, pending: new Map(), connection: undefined, refreshing: undefined, usedAt: now() }),

    /** Remembers a login that begins here; the oldest of too many is forgotten. */
    addPending(session: Session, state: string, login: PendingLogin): void {
      if (session.pending.size >= maxPending) session.pending.delete(session.pending.keys().next().value!)
      session.pending.set(state, login)
    },

    /** The login this browser began with that `state`, once: whatever comes of it, it cannot be taken again. */
    takePending(session: Session | undefined, state: string | undefined): PendingLogin | undefined {
      const login = state === undefined ? undefined : session?.pending.get(state)
      if (login === undefined) return undefined

      session!.pending.delete(state!)
      return now() < login.expiresAt ? login : undefined
    },

    /** The same session under a new id, after somebody has signed in: an id planted before is worth nothing. */
    renew(session: Session): Session {
      sessions.delete(session.id)
      session.id = newSessionId()
      return keep(session)
    },

    /** The token every form carries: only a page of this app, shown to this browser, holds it. */
    formToken: (id: string) => createHmac('sha256', key).update(id).digest('base64url'),

    hasFormToken(id: string, token: unknown): boolean {
      const right = Buffer.from(this.formToken(id))
      const given = Buffer.from(typeof token === 'string' ? token : '')
      return given.length === right.length && timingSafeEqual(given, right)
    },
  }
}

export const newSessionId = () => randomBytes(32).toString('base64url')
