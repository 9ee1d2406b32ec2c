import type { Instant } from '../../base/time.ts'
import type { ClientUse, Commit, Redeem, TokenChanges } from '../../protocol/plan.ts'
import { allOrNothing } from './all-or-nothing.ts'
import type { Change } from './all-or-nothing.ts'
import { stillHold } from './assumptions.ts'
import { appendAudit } from './audit.ts'
import { rotate, saveAuthorization } from './authorizations.ts'
import type { ClientTable } from './clients.ts'
import { findWinner, redeemCode } from './codes.ts'
import type { Database } from './database.ts'
import { redeemDevice } from './devices.ts'
import { recordClient } from './logouts.ts'
import { useOnce } from './once.ts'
import { holdClient, keepClient } from './registrations.ts'
import { holdSession } from './sessions.ts'
import type { Part } from './sql.ts'
import { saveOpaqueToken } from './tokens.ts'

/** What is redeemed, what is issued and the audit event: one statement, one round trip, one commit. */
export async function commitTokens(
  database: Database,
  clients: ClientTable,
  changes: TokenChanges,
  now: Instant,
): Promise<Commit> {
  const { redeem, authorization, opaqueToken, event, user, signedIn, assumes } = changes
  const assumed = assumes === undefined ? [] : [stillHold(assumes, clients, now)]
  const session = signedIn?.mustLast === true ? [holdSession(signedIn.begunAs)] : []
  const conditions = [...assumed, ...session, ...(redeem === undefined ? [] : [redeemed(redeem, changes, now)])]
  const writes = [
    ...(signedIn?.tell === undefined ? [] : [recordClient(signedIn.begunAs, signedIn.tell, event.id)]),
    ...(authorization === undefined ? [] : [saveAuthorization(authorization)]),
    ...(opaqueToken === undefined ? [] : [saveOpaqueToken(opaqueToken)]),
    appendAudit(event),
  ]
  const change = { conditions, writes, locks: signedIn === undefined ? lockedBy(redeem) : undefined }
  const met = user === undefined ? await allOrNothing(database, change) : await commitFor(user, database, change, now)

  if (met === undefined) return { kind: 'client_gone' }
  if (met === conditions.length) return { kind: 'done' }
  if (met < assumed.length) return { kind: 'outdated' }
  if (met < assumed.length + session.length) return { kind: 'session_ended' }
  if (redeem?.kind !== 'code') return { kind: 'already_redeemed', authorizationId: undefined }

  // What the winner wrote is newer than what the statement that lost to it could see.
  return { kind: 'already_redeemed', authorizationId: await findWinner(database.run, redeem.id) }
}

/** How many of the conditions were met; `undefined` if the client is gone. */
async function commitFor(user: ClientUse, database: Database, { conditions, writes }: Change, now: Instant) {
  for (const client of [holdClient(user, now), keepClient(user, now)]) {
    const met = await allOrNothing(database, { conditions: [client, ...conditions], writes })
    if (met > 0) return met - 1
  }

  return undefined
}

/** The row that the conditions lock, where there is one at most; nothing for what waits for others in ways of its own. */
function lockedBy(redeem: Redeem | undefined): string | undefined {
  if (redeem === undefined) return 'nothing'
  if (redeem.kind === 'code') return `row ${redeem.id}`

  return redeem.kind === 'refresh_token' ? `row ${redeem.authorizationId}` : undefined
}

function redeemed(redeem: Redeem, { authorization }: TokenChanges, now: Instant): Part {
  switch (redeem.kind) {
    case 'code':
      return redeemCode(redeem.id, authorization?.id, now)
    case 'device':
      return redeemDevice(redeem.id, now)
    case 'assertion':
      return useOnce(redeem.key, redeem.expiresAt)
    case 'refresh_token':
      return rotate(redeem)
  }
}
