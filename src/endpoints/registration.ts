import { because, oauthError } from '../protocol/errors.ts'
import type { OAuthError, Reason } from '../protocol/errors.ts'
import { accept, refuse } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { asSelfRegistered, registrationContext } from '../client-auth/registrar.ts'
import { checkSector } from '../client-auth/sector-identifier.ts'
import type { StatementReader } from '../client-auth/software-statement.ts'
import type { HttpResponse } from '../http/message.ts'
import { json, refusal } from '../http/respond.ts'
import type { JsonObject } from '../base/strict-json.ts'
import type { Ports } from '../ports/ports.ts'
import { describeClient } from '../protocol/client-description.ts'
import { parseClientMetadata } from '../protocol/client-metadata.ts'
import type { RegisteredClient } from '../protocol/client-metadata.ts'
import type { Client } from '../protocol/client.ts'
import { formatCredential, parseCredential } from '../protocol/credential.ts'
import type { Credential, CredentialKind } from '../protocol/credential.ts'
import { toEpochSeconds } from '../base/time.ts'
import { findLookAlike } from './look-alike.ts'

/*
 * What registering a client and changing its registration have in common.
 */

/**
 * Reads what a client says of itself: the software statement wins, then the one reader of metadata. In production a
 * name that can be taken for another's is refused (attack row RG-03).
 *
 * @param before the client as it was, whose name it may keep
 */
export async function readRegistration(
  metadata: JsonObject,
  before: Client | undefined,
  readStatement: StatementReader,
  ports: Ports,
): Promise<Result<RegisteredClient, OAuthError>> {
  const stated = readStatement(metadata, ports.now())
  if (!stated.ok) return stated
  const parsed = parseClientMetadata(stated.value, registrationContext(ports, 'self-registered'))
  if (!parsed.ok) return refuse(metadataError(parsed.error))
  const { client } = parsed.value
  const sector = await checkSector(client, ports.fetchDocument)
  if (!sector.ok) return refuse(metadataError(sector.error))
  const isNew = client.name !== client.id && client.name !== before?.name
  if (!ports.settings.development && isNew && (await findLookAlike(client.name, ports)) !== undefined)
    return because('name_taken')
  const statement = metadata['software_statement']
  const noted = {
    tokenHash: undefined,
    softwareStatement: typeof statement === 'string' ? statement : undefined,
    changedAt: undefined,
  }

  return accept({ ...parsed.value, client: asSelfRegistered(client, ports, noted) })
}

/** What the reader of metadata says, as a refusal of the registered kind; its text may stand in an answer. */
export function metadataError(problem: string): OAuthError {
  const error = oauthError(problem.startsWith('redirect_uris') ? 'registered_redirect_refused' : 'metadata_refused')

  return { ...error, description: problem }
}

/**
 * The registration as it is (RFC 7591 section 3.2.1, RFC 7592 section 3). The secret is there when it was just made,
 * and never again; its end is always told where there is one.
 */
export function describeRegistration(
  status: number,
  client: Client,
  secret: string | undefined,
  token: string,
  { settings }: Ports,
): HttpResponse {
  return json(status, {
    ...describeClient(client, settings.features.openid),
    client_id_issued_at: toEpochSeconds(client.createdAt),
    ...(secret !== undefined && { client_secret: secret }),
    ...(client.secrets.length > 0 && { client_secret_expires_at: 0 }),
    registration_client_uri: `${settings.issuer}${settings.paths.register}/${client.id}`,
    registration_access_token: token,
  })
}

/** A registration access token is bound to the client by its id, which is also in the address. */
export const registrationToken = (client: Client, secret: Uint8Array) =>
  formatCredential('registration_access_token', { id: client.id.slice('app_'.length), generation: 0, secret })

/** The token in the header, where alone it may be (attack row RG-11); of several headers none counts. */
export function readBearer(
  kind: CredentialKind,
  header: string | undefined,
): (Credential & { readonly text: string }) | undefined {
  const text = /^Bearer +([A-Za-z0-9_-]+)$/i.exec(header ?? '')?.[1]
  const credential = text === undefined ? undefined : parseCredential(kind, text)

  return credential && { ...credential, text: text ?? '' }
}

/** A refusal with the challenge that belongs to it (RFC 6750 section 3). */
export function refuseRegistration(error: OAuthError, { settings }: Ports, retryAfter?: number): HttpResponse {
  const response = refusal(error, settings.issuer, retryAfter)
  if (error.code === 'invalid_token') {
    const challenge = 'Bearer realm="hufu", error="invalid_token"'
    return { ...response, status: 401, headers: { ...response.headers, 'www-authenticate': challenge } }
  }
  if (error.reason === 'body_too_large') return { ...response, status: 413 }
  if (error.reason === 'registration_disabled') return { ...response, status: 403 }

  return tooMany.includes(error.reason) ? { ...response, status: 429 } : response
}

const tooMany: readonly Reason[] = ['registrations_throttled', 'changes_throttled']
