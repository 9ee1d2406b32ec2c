import type { Recollection } from '../../ports/recollection.ts'
import type { Account, Subject } from '../../protocol/account.ts'
import type { Authorization, AuthorizationCode, AuthorizationId, CodeId } from '../../protocol/authorization.ts'
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
  const codes = bounded<CodeId, AuthorizationCode>()
  const authorizations = bounded<AuthorizationId, Authorization>()
  const accounts = bounded<Subject, Account>()

  /** Of two reads that overtook each other the one of the later state stays. */
  function met(authorization: Authorization | undefined): void {
    if (authorization?.refresh === undefined || authorization.revokedAt !== undefined) return
    const kept = authorizations.get(authorization.id)?.refresh
    if (kept === undefined || kept.generation <= authorization.refresh.generation)
      authorizations.put(authorization.id, authorization)
  }

  return {
    client: clients.recall,
    code: codes.get,
    authorization: authorizations.get,
    account: accounts.get,
    issued: (code) => codes.put(code.id, code),
    met,
    known: (account) => {
      if (account !== undefined) accounts.put(account.subject, { ...account, passwordHash: undefined })
    },
    forgetAccount: accounts.forget,
    committed: ({ redeem, authorization, assumes }, { kind }) => {
      if (kind === 'outdated' && assumes !== undefined) {
        clients.forget(assumes.client.id)
        if (assumes.account !== undefined) accounts.forget(assumes.account.subject)
      }
      if (redeem?.kind === 'code') codes.forget(redeem.id)
      if (redeem?.kind === 'refresh_token') {
        const before = authorizations.get(redeem.authorizationId)
        authorizations.forget(redeem.authorizationId)
        if (kind === 'done' && before?.refresh?.generation === redeem.generation)
          met({ ...before, refresh: redeem.chain, endsAt: redeem.endsAt })
      }
      if (kind === 'done') met(authorization)
    },
  }
}

function bounded<Key, Value>() {
  const kept = new Map<Key, Value>()

  return {
    get: (key: Key) => kept.get(key),
    put: (key: Key, value: Value): void => {
      kept.delete(key)
      kept.set(key, value)
      if (kept.size > maxKept) kept.delete(kept.keys().next().value!)
    },
    forget: (key: Key): void => void kept.delete(key),
  }
}
