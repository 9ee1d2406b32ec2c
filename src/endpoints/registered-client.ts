import { changeRules, createThrottle } from '../accounts/throttle.ts'
import { hasPassed } from '../base/time.ts'
import type { Instant, Seconds } from '../base/time.ts'
import type { StatementReader } from '../client-auth/software-statement.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { noStore } from '../http/respond.ts'
import type { JsonObject } from '../base/strict-json.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import { findClientChanges } from '../protocol/client-changes.ts'
import type { RegisteredClient } from '../protocol/client-metadata.ts'
import type { Client, ClientId } from '../protocol/client.ts'
import { hashSecret, isSameSecret } from '../protocol/credential.ts'
import { oauthError } from '../protocol/errors.ts'
import type { OAuthError, Reason } from '../protocol/errors.ts'
import { readJson } from './read-json.ts'
import {
  describeRegistration,
  metadataError,
  readBearer,
  readRegistration,
  refuseRegistration,
} from './registration.ts'

/** Who asks: a client, and the token by which it is believed. */
interface Holder {
  readonly client: Client
  readonly token: string
}

/** What only the server says (RFC 7592 section 2.2). */
const ofServer = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
]

/**
 * The client configuration endpoint (RFC 7592): a client reads, replaces and ends its own registration. Whoever does
 * not hold its token learns nothing, not even whether there is such a client (attack row RG-11).
 */
export function createRegisteredClientEndpoint(readStatement: StatementReader, ports: Ports) {
  const { store, settings, now } = ports
  const throttle = createThrottle(store, now)

  return { read, replace, remove }

  async function read(request: HttpRequest, caller: Caller): Promise<HttpResponse> {
    return asHolder(request, caller, async ({ client, token }) =>
      describeRegistration(200, client, undefined, token, ports),
    )
  }

  async function replace(request: HttpRequest, caller: Caller): Promise<HttpResponse> {
    return asHolder(request, caller, async ({ client: before, token }) => {
      const no = (error: OAuthError) => refuseAs(error, before.id, caller)
      const attempt = await throttle.run(changeRules(before.id), async () => false)
      if (attempt.kind === 'wait') return refuse('changes_throttled', before.id, caller, attempt.wait)
      const metadata = await readJson(request)
      if (!metadata.ok) return no(metadata.error)
      const problem = findProblem(metadata.value, before, now())
      if (problem !== undefined) return no(metadataError(problem))
      const { client_id: _, client_secret: __, ...rest } = metadata.value
      const parsed = await readRegistration(rest, before, readStatement, ports)
      if (!parsed.ok) return no(parsed.error)
      const { client, madeSecret } = keepOwn(parsed.value, before, now())
      if (client.type !== before.type)
        return no(metadataError(`token_endpoint_auth_method: the client is ${before.type}`))
      const { recognised } = findClientChanges(before, client)
      const changed = recognised.length > 0 ? withChange(client, now()) : client
      const reason = recognised.join(' ') || undefined
      const event = auditEvent(ports, caller, 'client_changed', 'done', { clientId: client.id, reason })
      if (!(await store.replaceClient(changed, event))) return refuse('registration_token_invalid', undefined, caller)

      return describeRegistration(200, changed, madeSecret, token, ports)
    })
  }

  async function remove(request: HttpRequest, caller: Caller): Promise<HttpResponse> {
    return asHolder(request, caller, async ({ client }) => {
      const event = auditEvent(ports, caller, 'client_removed', 'done', { clientId: client.id })
      if (!(await store.removeClient(client.id, event, now())))
        return refuse('registration_token_invalid', undefined, caller)

      return { status: 204, headers: noStore, body: '' }
    })
  }

  async function asHolder(
    request: HttpRequest,
    caller: Caller,
    answer: (holder: Holder) => Promise<HttpResponse>,
  ): Promise<HttpResponse> {
    const presented = request.repeated('authorization')
      ? undefined
      : readBearer('registration_access_token', request.header('authorization'))
    const id = request.path.slice(settings.paths.register.length + 1)
    if (presented === undefined || id !== `app_${presented.id}`)
      return refuse('registration_token_invalid', undefined, caller)
    const client = await store.findClient(id as ClientId)
    const hash = client?.registration?.tokenHash
    if (client === undefined || hash === undefined || !isSameSecret(hashSecret(presented.secret), hash))
      return refuse('registration_token_invalid', undefined, caller)
    if (client.disabledAt !== undefined) return refuse('registration_disabled', client.id, caller)

    return answer({ client, token: presented.text })
  }

  async function refuse(
    reason: Reason,
    clientId: ClientId | undefined,
    caller: Caller,
    retryAfter?: Seconds,
  ): Promise<HttpResponse> {
    return refuseAs(oauthError(reason), clientId, caller, retryAfter)
  }

  async function refuseAs(
    error: OAuthError,
    clientId: ClientId | undefined,
    caller: Caller,
    retryAfter?: Seconds,
  ): Promise<HttpResponse> {
    const { reason } = error
    await store.appendAudit(auditEvent(ports, caller, 'registration_refused', 'refused', { reason, clientId }))

    return refuseRegistration(error, ports, retryAfter)
  }
}

/** What a replacement may not say (RFC 7592 section 2.2). */
function findProblem(metadata: JsonObject, before: Client, at: Instant): string | undefined {
  const forbidden = ofServer.find((each) => Object.hasOwn(metadata, each))
  if (forbidden !== undefined) return `${forbidden}: is set by the server alone`
  if (metadata['client_id'] !== before.id) return 'client_id: must be the one of this registration'
  const secret = metadata['client_secret']
  if (secret === undefined || secret === null) return undefined
  const hash = typeof secret === 'string' ? hashSecret(secret) : ''

  return aliveSecrets(before, at).some((each) => isSameSecret(each.hash, hash))
    ? undefined
    : 'client_secret: must be the one the server made'
}

/** What is no metadata stays: id, age, token, and the secret as long as the client has one. */
function keepOwn({ client, madeSecret }: RegisteredClient, before: Client, at: Instant): RegisteredClient {
  const secrets = aliveSecrets(before, at)
  const keepsSecret = client.secrets.length > 0 && secrets.length > 0
  const softwareStatement = client.registration?.softwareStatement
  const own = {
    id: before.id,
    name: client.name === client.id ? before.id : client.name,
    createdAt: before.createdAt,
    registration: before.registration && { ...before.registration, softwareStatement },
  }

  return {
    client: { ...client, ...own, ...(keepsSecret && { secrets }) },
    madeSecret: keepsSecret ? undefined : madeSecret,
  }
}

const aliveSecrets = (client: Client, at: Instant) =>
  client.secrets.filter(({ expiresAt }) => expiresAt === undefined || !hasPassed(expiresAt, at))

const withChange = (client: Client, changedAt: Instant): Client => ({
  ...client,
  registration: client.registration && { ...client.registration, changedAt },
})
