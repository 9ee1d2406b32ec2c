import { addSeconds } from '../base/time.ts'
import type { Instant, Seconds } from '../base/time.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Clock } from '../ports/clock.ts'
import { PasswordHasherBusy } from '../ports/password-hasher.ts'
import type { PasswordHasher } from '../ports/password-hasher.ts'
import type { Random } from '../ports/random.ts'
import type { Store } from '../ports/store.ts'
import type { Account } from '../protocol/account.ts'
import type { AuditEvent } from '../protocol/audit-event.ts'
import type { ClientId } from '../protocol/client.ts'
import { preparePassword } from './password.ts'
import { createThrottle, knownPlaceKey, knownPlaceLifetime, signInRules } from './throttle.ts'
import { canonicalUsername } from './username.ts'

/** What a person typed, and where it came from. */
export interface SignInAttempt {
  readonly username: string
  readonly password: string
  /** IPv4, or the /64 of an IPv6 address. */
  readonly address: string
  readonly requestId: string | undefined
  /** The app they are on their way to, if any. */
  readonly clientId: ClientId | undefined
}

export type SignIn =
  /**
   * `at` is when the attempt began, so that a password which was changed since ends what comes of it. The event is not
   * stored yet: it belongs to the session, and is stored with it by `startSession`.
   */
  | { readonly kind: 'signed_in'; readonly account: Account; readonly at: Instant; readonly event: AuditEvent }
  /** One answer for a wrong name, a wrong password and a disabled account (attack row UI-05). */
  | { readonly kind: 'refused' }
  | { readonly kind: 'wait'; readonly wait: Seconds }
  /** Too many people sign in at once; nothing was decided. */
  | { readonly kind: 'busy' }

export interface SignInPorts {
  readonly store: Store
  readonly hasher: PasswordHasher
  readonly now: Clock
  readonly random: Random
}

/**
 * Signs people in by name and password. An account that is not there costs the same work as a wrong password: the same
 * reads, one hash, the same writes. Every attempt is one audit event; the event names the account only if there is one,
 * never what was typed.
 */
export function createSignIn(ports: SignInPorts): (attempt: SignInAttempt) => Promise<SignIn> {
  const { store, hasher, now } = ports
  const throttle = createThrottle(store, now)

  return async (attempt) => {
    const at = now()
    const canonical = canonicalUsername(attempt.username)
    // What can be no name is throttled by its beginning, like any other name that nobody has.
    const name = canonical.ok ? canonical.value : ` ${attempt.username.slice(0, 100)}`
    const place = knownPlaceKey(name, attempt.address)
    const knownPlace = await store.findAttempts(place, now())
    let account = await store.findAccountByUsername(name)
    const verified = account?.passwordHash
    const event = (reason: string | undefined) =>
      auditEvent(ports, attempt, 'sign_in', reason === undefined ? 'done' : 'refused', {
        reason,
        clientId: attempt.clientId,
        subject: account?.subject,
      })
    const refuse = async <Outcome extends SignIn>(reason: string, outcome: Outcome) => {
      await store.appendAudit(event(reason))
      return outcome
    }

    try {
      const outcome = await throttle.run(signInRules(name, attempt.address, knownPlace !== undefined), async () => {
        const password = preparePassword(attempt.password)
        const isRight = await hasher.verify(password ?? '', account?.passwordHash)
        if (!isRight || password === undefined || account === undefined || isDisabled(account)) return false
        // The hash took its time: a password that was changed meanwhile opens nothing.
        account = await store.findAccountByUsername(name)
        return account !== undefined && account.passwordHash === verified && !isDisabled(account)
      })
      if (outcome.kind === 'wait') return await refuse('throttled', { kind: 'wait', wait: outcome.wait })
      if (outcome.kind === 'failed') return await refuse(reasonOf(account), { kind: 'refused' })
    } catch (error) {
      if (error instanceof PasswordHasherBusy) return refuse('unavailable', { kind: 'busy' })
      throw error
    }
    if (knownPlace === undefined) await store.countAttempt(place, addSeconds(now(), knownPlaceLifetime), now())

    return { kind: 'signed_in', account: account!, at, event: event(undefined) }
  }
}

const isDisabled = (account: Account) => account.disabledAt !== undefined

function reasonOf(account: Account | undefined): string {
  if (account === undefined) return 'account_unknown'

  return isDisabled(account) ? 'account_disabled' : 'password_wrong'
}
