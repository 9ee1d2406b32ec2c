import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '../../base/time.ts'
import type { Subject } from '../../protocol/account.ts'
import type { Consent } from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import type { AuthorizationDetail } from '../../protocol/particulars.ts'
import type { ResourceId } from '../../protocol/resource.ts'
import type { Scope } from '../../protocol/scope.ts'
import { fromDocument, joinWords, splitWords, toDocument } from './rows.ts'

interface ConsentRow {
  readonly scope: string
  readonly resources: string
  readonly authorization_details: string | null
  readonly given_at: Instant
}

export function consentTable(database: DatabaseSync) {
  const select = database.prepare(`
    SELECT scope, resources, authorization_details, given_at FROM consents WHERE subject = ? AND client_id = ?
  `)
  const upsert = database.prepare(`
    INSERT INTO consents (subject, client_id, scope, resources, authorization_details, given_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (subject, client_id) DO UPDATE SET
      scope = excluded.scope, resources = excluded.resources, authorization_details = excluded.authorization_details,
      given_at = excluded.given_at
  `)

  const find = (subject: Subject, clientId: ClientId) => toConsent(subject, clientId, select.get(subject, clientId))

  function save(consent: Consent): void {
    upsert.run(
      consent.subject,
      consent.clientId,
      joinWords(consent.scope),
      joinWords(consent.resources),
      consent.authorizationDetails === undefined ? null : toDocument(consent.authorizationDetails),
      consent.givenAt,
    )
  }

  return { find, save }
}

function toConsent(subject: Subject, clientId: ClientId, found: unknown): Consent | undefined {
  if (found === undefined) return undefined
  const row = found as ConsentRow

  return {
    subject,
    clientId,
    scope: splitWords(row.scope) as readonly string[] as Scope,
    resources: splitWords(row.resources) as ResourceId[],
    ...(row.authorization_details !== null && {
      authorizationDetails: fromDocument(row.authorization_details) as AuthorizationDetail[],
    }),
    givenAt: row.given_at,
  }
}
