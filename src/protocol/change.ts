import { hash } from 'node:crypto'
import type { Instant } from '../base/time.ts'

/**
 * What ended, or changed, that others remember: other instances, which keep clients and keys at hand, and guards, which
 * keep verified tokens. Each tells the newest state of one thing, so that the latest about it is all there is to know.
 */
export interface Change {
  /** Where it stands in the list: a higher one was written later. */
  readonly position: number
  readonly kind: ChangeKind
  /** Id of the authorization, the access token (`jti`), the client or the account; empty for `keys`. */
  readonly name: string
  /**
   * Tokens of it that were issued before this are dead, for an account those whose sign-in was before; 0 for none, `all`
   * until another change says otherwise.
   */
  readonly deadBefore: Instant | 'all'
  /** From here on nobody has a token that it could end; then it may leave the list. */
  readonly until: Instant
}

/** `metadata` of a client and `keys` end no token: they are for instances alone. */
export type ChangeKind = 'authorization' | 'token' | 'client' | 'account' | 'metadata' | 'keys'

/** What a guard has to hear of. */
export const endsTokens = ({ kind }: Pick<Change, 'kind'>): boolean => kind !== 'metadata' && kind !== 'keys'

/** The `typ` of a page of the revocation feed. */
export const feedType = 'hufu-revocations+jwt'

/**
 * How the feed names a thing: ids of authorizations and tokens as they are, since nobody can guess them; clients and
 * accounts by a hash, which says something only to who has met them.
 */
export const feedName = (kind: ChangeKind, name: string): string =>
  kind === 'client' || kind === 'account' ? hash('sha256', `${kind} ${name}`, 'base64url').slice(0, 22) : name
