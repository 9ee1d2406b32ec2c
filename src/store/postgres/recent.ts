import { createBoundedCache } from '../../base/bounded-cache.ts'
import type { Recollection } from '../../ports/recollection.ts'
import type { Account, Subject } from '../../protocol/account.ts'
import type { Authorization, AuthorizationCode } from '../../protocol/authorization.ts'
import type { Commit, TokenChanges } from '../../protocol/plan.ts'
import type { ClientTable } from './clients.ts'

/** So many of each are kept, about 1 KB each; then the one that was not touched for longest makes room. */
const maxKept = 2000

/** What this instance keeps in mind, as `Recollection` has it, and when it forgets. */
export interface Recent extends Recollection {
  readonly issued: (code: AuthorizationCode) => void
  readonly met: (authorization: Authorization | undefined) => void
  readonly known: (account: Account | undefined) => void
  readonly forgetAccount: (subject: Subject) => void
  /** What came of it: the next state where it is known, nothing where another one was first. */
  readonly committed: (changes: TokenChanges, outcome: Commit) => void
}

/**
 * Rows as they were, for decisions that the write confirms: a code by that it is unused, an authorization by its
 * generation, which no two states of its chain share, a client by its document, an account by that it stands. So nothing
 * has to be told to anybody when one of them changes elsewhere, and one that is kept too long costs a second try, no more.
 */
export function createRecent(clients: ClientTable): Recent {
  const codes = createBoundedCache<AuthorizationCode>(maxKept)
  const authorizations = createBoundedCache<Authorization>(maxKept)
  const accounts = createBoundedCache<Account>(maxKept)

  /** Of two reads that overtook each other the one of the later state stays. */
  function met(authorization: Authorization | undefined): void {
    if (authorization?.refresh === undefined || authorization.revokedAt !== undefined) return
    const kept = authorizations.get(authorization.id)?.refresh
    if (kept === undefined || kept.generation <= authorization.refresh.generation)
      authorizations.set(authorization.id, authorization)
  }

  return {
    client: clients.recall,
    code: codes.get,
    authorization: authorizations.get,
    account: accounts.get,
    issued: (code) => codes.set(code.id, code),
    met,
    known: (account) => {
      if (account !== undefined) accounts.set(account.subject, { ...account, passwordHash: undefined })
    },
    forgetAccount: accounts.delete,
    committed: ({ redeem, authorization, assumes }, { kind }) => {
      if (kind === 'outdated' && assumes !== undefined) {
        clients.forget(assumes.client.id)
        if (assumes.account !== undefined) accounts.delete(assumes.account.subject)
      }
      if (redeem?.kind === 'code') codes.delete(redeem.id)
      if (redeem?.kind === 'refresh_token') {
        const before = authorizations.get(redeem.authorizationId)
        authorizations.delete(redeem.authorizationId)
        if (kind === 'done' && before?.refresh?.generation === redeem.generation)
          met({ ...before, refresh: redeem.chain, endsAt: redeem.endsAt })
      }
      if (kind === 'done') met(authorization)
    },
  }
}

/** What comes of it is looked at, and given on. */
export async function noting<Value>(pending: Promise<Value>, note: (value: Value) => void): Promise<Value> {
  const value = await pending
  note(value)

  return value
}
