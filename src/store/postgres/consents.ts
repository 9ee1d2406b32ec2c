import type { Instant } from '../../base/time.ts'
import type { Subject } from '../../protocol/account.ts'
import type { Consent } from '../../protocol/authorization.ts'
import type { ClientId } from '../../protocol/client.ts'
import type { AuthorizationDetail } from '../../protocol/particulars.ts'
import type { ResourceId } from '../../protocol/resource.ts'
import type { Scope } from '../../protocol/scope.ts'
import { fromDocument, joinWords, splitWords, toDocument } from '../rows.ts'
import type { Lookup } from './gather.ts'
import { soughtText } from './rows.ts'
import { upsert } from './sql.ts'

interface ConsentRow {
  readonly subject: Subject
  readonly client_id: ClientId
  readonly scope: string
  readonly resources: string
  readonly authorization_details: string | null
  readonly given_at: Instant
}

export const consentOf: Lookup<[Subject, ClientId], Consent> = {
  columns: 'subject, client_id, scope, resources, authorization_details, given_at',
  from: 'consents',
  by: { subject: ['text', soughtText], client_id: ['text', (_subject, clientId) => soughtText(clientId)] },
  read: toConsent,
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

function toConsent(row: ConsentRow): Consent {
  return {
    subject: row.subject,
    clientId: row.client_id,
    scope: splitWords(row.scope) as readonly string[] as Scope,
    resources: splitWords(row.resources) as ResourceId[],
    ...(row.authorization_details !== null && {
      authorizationDetails: fromDocument(row.authorization_details) as AuthorizationDetail[],
    }),
    givenAt: row.given_at,
  }
}
