import type { Instant } from '../../base/time.ts'
import type { Store } from '../../ports/store.ts'
import type { AuditEvent } from '../../protocol/audit-event.ts'
import type { BrowserSession } from '../../protocol/authorization.ts'
import { accountSaved, authorizationEnded } from '../changes.ts'
import type { Access } from './access.ts'
import type { Tables } from './open-tables.ts'

/** Accounts, their sessions, and who is told when a session ends. */
export function peopleMethods(
  { read, write, tellingWrite }: Access,
  { accounts, audit, authorizations, changes, logouts, sessions }: Tables,
): Pick<
  Store,
  | 'findAccount'
  | 'findAccountOf'
  | 'findAccountByUsername'
  | 'saveAccount'
  | 'findSession'
  | 'findSessionBegunAs'
  | 'startSession'
  | 'endSession'
  | 'findSessionClients'
  | 'claimLogouts'
  | 'settleLogout'
> {
  function endSession({ begunAs }: BrowserSession, now: Instant, revoked: AuditEvent): void {
    sessions.end(begunAs)
    logouts.end(begunAs, now)
    const ended = authorizations.revokeOfSession(begunAs, now)
    for (const id of ended) changes.append(authorizationEnded(id, now))
    if (ended.length > 0) audit.append(revoked)
  }

  return {
    findAccount: (subject) => read(() => accounts.find(subject)),
    findAccountOf: (thing) => read(() => accounts.findOf(thing)),
    findAccountByUsername: (canonical) => read(() => accounts.findByUsername(canonical)),
    saveAccount: (account, canonical, event) =>
      tellingWrite(() => {
        const change = accountSaved(account, accounts.find(account.subject), event.at)
        const outcome = accounts.save(account, canonical)
        if (outcome !== 'done') return outcome
        if (change !== undefined) changes.append(change)
        // What is issued to them ends by itself, since the account is asked each time.
        for (const begunAs of logouts.findFallen(account)) {
          sessions.end(begunAs)
          logouts.end(begunAs, event.at)
        }
        audit.append(event)

        return outcome
      }),

    findSession: (id) => read(() => sessions.find(id)),
    findSessionBegunAs: (id) => read(() => sessions.findBegunAs(id)),
    startSession: (session, replaces, event, revoked) =>
      tellingWrite(() => {
        const before = replaces === undefined ? undefined : sessions.find(replaces)
        audit.append(event)
        if (before !== undefined && before.begunAs !== session.begunAs) endSession(before, event.at, revoked)
        if (before?.begunAs === session.begunAs) {
          sessions.give(before.id)
          logouts.goesOn(before.begunAs, session.expiresAt)
        }
        sessions.start(session)
      }),
    endSession: (id, event, revoked) =>
      tellingWrite(() => {
        const session = sessions.find(id)
        if (session === undefined) return 'unknown'
        audit.append(event)
        endSession(session, event.at, revoked)

        return 'done'
      }),
    findSessionClients: (begunAs) => read(() => logouts.clientsOf(begunAs)),
    claimLogouts: async (leaseEnd, limit, now) =>
      (await read(() => logouts.hasDue(now))) ? write(() => logouts.claim(leaseEnd, limit, now)) : [],
    settleLogout: (delivery, outcome) =>
      write(() => {
        if (outcome.kind === 'again') return logouts.again(delivery, outcome.at)
        const settled = logouts.over(delivery)
        if (settled) audit.append(outcome.event)

        return settled
      }),
  }
}
