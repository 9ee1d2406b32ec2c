import type { Brand } from '../base/brand.ts'
import type { Instant } from '../base/time.ts'
import type { Profile } from './identity-claims.ts'

/** The `sub` of a token: an account's id, or for client credentials the client's id (DECISIONS 10). */
export type Subject = Brand<string, 'Subject'>

/** A person. The password hash is a PHC string, `undefined` for an account that has no password. */
export interface Account {
  readonly subject: Subject
  /** As the person writes it; its canonical form (`canonicalUsername`) is unique. */
  readonly username: string
  readonly name: string
  readonly email: string | undefined
  readonly passwordHash: string | undefined
  readonly roles: readonly string[]
  /**
   * Whatever began with a sign-in before this instant is dead: sessions, codes, authorizations. Set at a password change
   * or "sign out everywhere".
   */
  readonly validAfter: Instant
  /** Since when, for people to read; one that is set disables, whatever the clock of this instance says. */
  readonly disabledAt: Instant | undefined
  /** What apps may be told about them, where they are allowed to ask. */
  readonly profile?: Profile
}

/**
 * True if what began with a sign-in at `signedInAt` still stands: the account is there, not disabled, and nothing ended
 * all it had since. The sign-in counts, not when a code was issued or redeemed: that may be after a change that the
 * request which did it had not seen.
 */
export const stillStands = (account: Account | undefined, signedInAt: Instant) =>
  account !== undefined && account.disabledAt === undefined && signedInAt >= account.validAfter

/** May look behind the scenes of the server: today, the flow inspector. */
export const isAdmin = ({ roles }: Pick<Account, 'roles'>) => roles.includes('admin')
