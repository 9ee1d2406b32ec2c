import type { Instant } from '../../base/time.ts'
import type { Subject } from '../../protocol/account.ts'
import type { Consent } from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import type { AuthorizationDetail } from '../../protocol/particulars.ts'
import type { ResourceId } from '../../protocol/resource.ts'
import type { Scope } from '../../protocol/scope.ts'
import { fromDocument, joinWords, splitWords, toDocument } from '../rows.ts'
import type { Run } from './database.ts'
import { soughtText } from './rows.ts'
import { sql, upsert } from './sql.ts'

interface ConsentRow {
  readonly scope: string
  readonly resources: string
  readonly authorization_details: string | null
  readonly given_at: Instant
}

export async function findConsent(run: Run, subject: Subject, clientId: ClientId): Promise<Consent | undefined> {
  const { rows } = await run(sql`
    SELECT scope, resources, authorization_details, given_at FROM consents
    WHERE subject = ${soughtText(subject)} AND client_id = ${soughtText(clientId)}
  `)

  return toConsent(subject, clientId, rows[0])
}

export const saveConsent = (consent: Consent) =>
  upsert('consents', ['subject', 'client_id'], {
    subject: consent.subject,
    client_id: consent.clientId,
    scope: joinWords(consent.scope),
    resources: joinWords(consent.resources),
    authorization_details: consent.authorizationDetails === undefined ? null : toDocument(consent.authorizationDetails),
    given_at: consent.givenAt,
  })

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
