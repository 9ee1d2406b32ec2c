import { instant } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import type { Account } from '../protocol/account.ts'
import type { AccessTokenId, AuthorizationId } from '../protocol/authorization.ts'
import type { Change } from '../protocol/change.ts'
import type { Client } from '../protocol/client.ts'
import { keepEndingsMs, keepNewsMs } from './retention.ts'

/* What each write adds to the list of changes: the same in every store. */

export type NewChange = Omit<Change, 'position'>

export const authorizationEnded = (id: AuthorizationId, at: Instant): NewChange => ({
  kind: 'authorization',
  name: id,
  deadBefore: 'all',
  until: endingUntil(at),
})

export const tokenEnded = (id: AccessTokenId, expiresAt: Instant): NewChange => ({
  kind: 'token',
  name: id,
  deadBefore: 'all',
  until: expiresAt,
})

/**
 * A client that was saved. Guards hear of it only if some of its tokens died by that, or came to life again.
 *
 * @param before `undefined` if it is new
 */
export const clientSaved = (client: Client, before: Client | undefined, at: Instant): NewChange => {
  const deadBefore = deadBeforeOf(client)
  if (deadBefore === (before === undefined ? 0 : deadBeforeOf(before)))
    return { kind: 'metadata', name: client.id, deadBefore, until: instant(at + keepNewsMs) }

  return { kind: 'client', name: client.id, deadBefore, until: endingUntil(later(at, client.validAfter)) }
}

/** Not "all": one of the same id may come, as that of a document does, and its tokens are good again. */
export const clientEnded = (id: Client['id'], at: Instant): NewChange => ({
  kind: 'client',
  name: id,
  deadBefore: instant(at + clocksDifferMs),
  until: endingUntil(at),
})

const clocksDifferMs = 5000

/** A client that was not there long enough for anything to be issued to it. */
export const clientLeft = (id: Client['id'], at: Instant): NewChange => ({
  kind: 'metadata',
  name: id,
  deadBefore: instant(0),
  until: instant(at + keepNewsMs),
})

/** @returns `undefined` if nothing of the account lives or dies by it */
export function accountSaved(account: Account, before: Account | undefined, at: Instant): NewChange | undefined {
  const deadBefore = deadBeforeOf(account)
  if (before === undefined || deadBefore === deadBeforeOf(before)) return undefined

  return { kind: 'account', name: account.subject, deadBefore, until: endingUntil(later(at, account.validAfter)) }
}

export const keysChanged = (at: Instant): NewChange => ({
  kind: 'keys',
  name: '',
  deadBefore: instant(0),
  until: instant(at + keepNewsMs),
})

const deadBeforeOf = ({ disabledAt, validAfter }: Pick<Client, 'disabledAt' | 'validAfter'>) =>
  disabledAt === undefined ? validAfter : 'all'

const endingUntil = (at: Instant) => instant(at + keepEndingsMs)

const later = (one: Instant, other: Instant) => (one > other ? one : other)

/** Those who want to hear of changes of one store. */
export function createListeners() {
  const listeners = new Set<() => void>()

  return {
    add(listener: () => void): () => void {
      // Of its own, so that one who listens twice is told twice and ends each by itself.
      const mine = () => listener()
      listeners.add(mine)

      return () => void listeners.delete(mine)
    },
    tell: () => listeners.forEach((each) => each()),
  }
}

export const maxChanges = 1000

export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxChanges)
    throw new RangeError(`a page of changes has 1 to ${maxChanges}`)
}
