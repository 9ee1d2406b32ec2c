import type { DatabaseSync } from 'node:sqlite'
import { accountTable } from './accounts.ts'
import { auditSealTable } from './audit-seals.ts'
import { auditTable } from './audit.ts'
import { authorizationTable } from './authorizations.ts'
import { changeTable } from './changes.ts'
import { clientTable } from './clients.ts'
import { codeTable } from './codes.ts'
import { consentTable } from './consents.ts'
import { deviceTable } from './devices.ts'
import { epochTable } from './epoch.ts'
import { createFreshness } from './freshness.ts'
import { signingKeyTable } from './keys.ts'
import { logoutTables } from './logouts.ts'
import { onceTable } from './once.ts'
import { createOwners } from './owners.ts'
import { pushedRequestTable } from './pushed-requests.ts'
import { refusalTable } from './refusals.ts'
import { registrationTable } from './registrations.ts'
import { sessionTable } from './sessions.ts'
import { throttleTable } from './throttle.ts'
import { tokenTables } from './tokens.ts'
import { transactionTable } from './transactions.ts'

export type Tables = ReturnType<typeof openTables>

/** Every table with its statements, prepared once. What they do is one step each; what belongs together is a method of the store. */
export function openTables(database: DatabaseSync) {
  const changes = changeTable(database)
  const freshness = createFreshness(database)
  const owners = createOwners()
  const clients = clientTable(database, freshness)
  const once = onceTable(database)

  return {
    changes,
    clients,
    registrations: registrationTable(database, clients, changes),
    accounts: accountTable(database, owners),
    transactions: transactionTable(database),
    sessions: sessionTable(database, owners),
    consents: consentTable(database),
    codes: codeTable(database, owners),
    authorizations: authorizationTable(database, owners),
    tokens: tokenTables(database),
    once,
    pushedRequests: pushedRequestTable(database, once),
    devices: deviceTable(database),
    logouts: logoutTables(database),
    throttle: throttleTable(database, freshness),
    signingKeys: signingKeyTable(database),
    audit: auditTable(database),
    seals: auditSealTable(database),
    refusals: refusalTable(database),
    epoch: epochTable(database),
  }
}
