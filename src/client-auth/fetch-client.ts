import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { seconds } from '../base/time.ts'
import type { Seconds } from '../base/time.ts'
import { parseJsonObject } from '../base/strict-json.ts'
import type { JsonObject } from '../base/strict-json.ts'
import type { FetchProblem } from '../ports/fetch-document.ts'
import type { Ports } from '../ports/ports.ts'
import { parseClientMetadata } from '../protocol/client-metadata.ts'
import type { Client, ClientId } from '../protocol/client.ts'
import type { Reason } from '../protocol/errors.ts'
import { registrationContext } from './registrar.ts'
import { createStatementReader, statementClaims } from './software-statement.ts'
import { checkSector } from './sector-identifier.ts'

/** Tighter than for other documents (draft-ietf-oauth-client-id-metadata-document section 8.7). */
export const documentLimits = { maxBytes: 5 * 1024, timeoutMs: 3000 } as const

/** Kept at least and at most so long, and so long where nothing is said, in seconds. */
export const keptFor = { least: 60, most: 86_400, usual: 600 } as const

export interface FetchedClient {
  readonly client: Client
  readonly freshFor: Seconds
}

/** Why a document makes no client. */
export interface DocumentProblem {
  readonly reason: Extract<Reason, 'client_document_unreachable' | 'client_document_refused'>
  readonly detail: string
  /** The host has spoken: it has no such document, or one that is not good. */
  readonly isFinal: boolean
}

/**
 * Gets the metadata document that a client identifier is the address of, and reads it as a registration.
 *
 * @see draft-ietf-oauth-client-id-metadata-document sections 4 and 5
 */
export async function fetchClient(
  id: ClientId,
  ports: Pick<Ports, 'fetchDocument' | 'settings' | 'signer' | 'now' | 'random'>,
): Promise<Result<FetchedClient, DocumentProblem>> {
  const document = await ports.fetchDocument(id, documentLimits)
  if (!document.ok) return refuse(problemOf(document.error))
  const metadata = parseJsonObject(document.value.bytes)
  if (!metadata.ok) return refuse(unusable('the document is not a JSON object in UTF-8'))
  // The same text, not the same address: anything else could speak for a client of another (section 4).
  if (metadata.value['client_id'] !== id) return refuse(unusable('client_id: is not the address of the document'))
  const stated = withStatement(metadata.value, id, ports)
  if (stated === undefined) return refuse(unusable('software_statement: is not a valid one of this client'))
  const registered = parseClientMetadata(stated, registrationContext(ports, 'metadata-document'))
  if (!registered.ok) return refuse(unusable(registered.error))
  const sector = await checkSector(registered.value.client, ports.fetchDocument)
  if (!sector.ok) return refuse(unusable(sector.error))
  const { freshFor = keptFor.usual } = document.value

  return accept({
    client: registered.value.client,
    freshFor: seconds(Math.min(keptFor.most, Math.max(keptFor.least, freshFor))),
  })
}

/**
 * With what a trusted statement claims (draft section 4.3). The document is for every server, so a statement of somebody
 * nobody trusts here is passed over; and it is for everybody to read, so a statement counts for the client it names.
 */
function withStatement(
  metadata: JsonObject,
  id: ClientId,
  { settings, now }: Pick<Ports, 'settings' | 'now'>,
): JsonObject | undefined {
  const stated = createStatementReader(settings.registration.softwareStatements)(metadata, now())
  if (!stated.ok) return stated.error.reason === 'software_statement_unapproved' ? metadata : undefined
  if (stated.value === metadata) return metadata
  const claims = statementClaims(metadata['software_statement'])

  return claims?.['client_id'] === id ? stated.value : undefined
}

const unusable = (detail: string): DocumentProblem => ({ reason: 'client_document_refused', detail, isFinal: true })

const details: Readonly<Record<FetchProblem, string>> = {
  url_not_allowed: 'the address may not be asked',
  address_not_public: 'the host has an address that is not public',
  unreachable: 'the host cannot be reached',
  too_slow: `the host takes more than ${documentLimits.timeoutMs / 1000} seconds`,
  status_not_200: 'the answer has another status than 200',
  not_found: 'the host has no such document',
  not_json: 'the answer is not application/json',
  too_large: `the document has more than ${documentLimits.maxBytes} bytes`,
}

function problemOf(problem: FetchProblem): DocumentProblem {
  const isFinal = problem === 'not_found' || problem === 'not_json' || problem === 'too_large'

  return {
    reason:
      problem === 'not_json' || problem === 'too_large' ? 'client_document_refused' : 'client_document_unreachable',
    detail: details[problem],
    isFinal,
  }
}
