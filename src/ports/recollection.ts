import type { Account, Subject } from '../protocol/account.ts'
import type { Authorization, AuthorizationCode, AuthorizationId, CodeId } from '../protocol/authorization.ts'
import type { Client, ClientId } from '../protocol/client.ts'

/**
 * What this process wrote to the store, or read in it, a moment ago. Another process may have changed it since, so it is good
 * for one thing: to decide before anything was read, where the write asks whether all of it still holds
 * (`TokenChanges.assumes`). Nobody is refused because of it: for that the store is asked.
 */
export interface Recollection {
  readonly client: (id: ClientId) => Client | undefined
  /** One that was issued here, and not redeemed here. */
  readonly code: (id: CodeId) => AuthorizationCode | undefined
  readonly authorization: (id: AuthorizationId) => Authorization | undefined
  /** Without the hash of the password. */
  readonly account: (subject: Subject) => Account | undefined
}
