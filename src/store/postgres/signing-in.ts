import type { Instant } from '../../base/time.ts'
import type { Account } from '../../protocol/account.ts'
import type { AuditEvent } from '../../protocol/audit-event.ts'
import type { AuthorizationId, BrowserSession, SessionId } from '../../protocol/authorization.ts'
import { accountSaved, authorizationEnded } from '../changes.ts'
import { lockAccount, saveAccount, usernameConstraint } from './accounts.ts'
import { besides, together } from './all-or-nothing.ts'
import { appendAudit } from './audit.ts'
import { revokeOfSession } from './authorizations.ts'
import { appendChange, appendEnded } from './changes.ts'
import type { Database, Run } from './database.ts'
import { isTaken } from './errors.ts'
import { prolongClients, tellClients } from './logouts.ts'
import { lockFallen, lockSession, removeSessions, replaceSession, saveSession } from './sessions.ts'
import { whole } from './sql.ts'

/*
 * How sessions begin and end. Whoever issues something in a session holds its row until that is committed; so the first
 * step of an end is to lock the row, and what the next step sees is complete.
 */

export interface Events {
  readonly event: AuditEvent
  /** Written besides if an authorization has ended. */
  readonly revoked: AuditEvent
}

/** In a transaction. */
export async function startSession(
  run: Run,
  session: BrowserSession,
  replaces: SessionId | undefined,
  { event, revoked }: Events,
): Promise<void> {
  const before = replaces === undefined ? undefined : await lockSession(run, replaces)
  const goesOn = before?.begunAs === session.begunAs
  if (before !== undefined && !goesOn) await end(run, before.begunAs, event.at, revoked)
  await run(
    before !== undefined && goesOn
      ? together(
          replaceSession(before.id, session),
          prolongClients(before.begunAs, session.expiresAt),
          appendAudit(event),
        )
      : together(saveSession(session), appendAudit(event)),
  )
}

/** In a transaction. */
export async function endSession(run: Run, id: SessionId, { event, revoked }: Events): Promise<'done' | 'unknown'> {
  const session = await lockSession(run, id)
  if (session === undefined) return 'unknown'
  await run(whole(appendAudit(event)))
  await end(run, session.begunAs, event.at, revoked)

  return 'done'
}

async function end(run: Run, begunAs: SessionId, now: Instant, revoked: AuditEvent): Promise<void> {
  await run(together(removeSessions([begunAs]), ...tellClients([begunAs], now)))
  const ended = appendEnded('condition_0', authorizationEnded(noId, now))
  await run(besides(revokeOfSession(begunAs, now), ended, appendAudit(revoked)))
}

/** Each of the rows brings its own. */
const noId = '' as AuthorizationId

/** With the sessions that speak for the account no more. What is issued in them ends by itself: the account is asked each time. */
export async function saveAccountOnce(
  { transaction }: Database,
  account: Account,
  canonical: string,
  event: AuditEvent,
): Promise<'done' | 'username_taken'> {
  try {
    await transaction(async ({ run }) => {
      const change = accountSaved(account, await lockAccount(run, account.subject), event.at)
      const told = change === undefined ? [] : [appendChange(change)]
      await run(together(saveAccount(account, canonical), ...told, appendAudit(event)))
      const fallen = await lockFallen(run, account)
      if (fallen.length > 0) await run(together(removeSessions(fallen), ...tellClients(fallen, event.at)))
    })
  } catch (error) {
    if (isTaken(error, usernameConstraint)) return 'username_taken'
    throw error
  }

  return 'done'
}
