import type { Instant } from '../../base/time.ts'
import type { Commit, Redeem, TokenChanges } from '../../protocol/plan.ts'
import type { Tables } from './open-tables.ts'

/** What is redeemed, what is issued and the audit event, inside of a write: all of it, or nothing but the answer why. */
export function createCommit(tables: Tables): (changes: TokenChanges, now: Instant) => Commit {
  const { clients, registrations, sessions, authorizations, tokens, logouts, audit } = tables

  return (changes, now) => {
    const { user, signedIn, redeem, authorization, opaqueToken, event } = changes
    if (user !== undefined && clients.load(user.clientId) === undefined) return { kind: 'client_gone' }
    if (signedIn?.mustLast === true && sessions.findBegunAs(signedIn.begunAs) === undefined)
      return { kind: 'session_ended' }
    const commit = redeem === undefined ? done : redeemed(redeem, authorization?.id, now)
    if (commit.kind !== 'done') return commit
    if (signedIn?.tell !== undefined) logouts.record(signedIn.begunAs, signedIn.tell)
    if (user !== undefined) registrations.use(user.clientId, user.until, now)
    if (authorization !== undefined) authorizations.save(authorization)
    if (opaqueToken !== undefined) tokens.save(opaqueToken)
    audit.append(event)

    return commit
  }

  function redeemed(redeem: Redeem, authorizationId: Parameters<typeof tables.codes.redeem>[1], now: Instant): Commit {
    switch (redeem.kind) {
      case 'code':
        return tables.codes.redeem(redeem.id, authorizationId, now)
      case 'assertion':
        return tables.once.use(redeem.key, redeem.expiresAt) ? done : lost
      case 'device':
        return tables.devices.redeem(redeem.id, now) ? done : lost
      case 'refresh_token':
        // The loser of a rotation is a retry or a replay; which one, the grant decides by reading again.
        return authorizations.rotate(redeem) ? done : lost
    }
  }
}

const done: Commit = { kind: 'done' }
const lost: Commit = { kind: 'already_redeemed', authorizationId: undefined }
