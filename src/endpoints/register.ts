import { createThrottle, registrationRules } from '../accounts/throttle.ts'
import type { StatementReader } from '../client-auth/software-statement.ts'
import { hasPassed } from '../base/time.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import type { RegistrationTokenId } from '../ports/registration-store.ts'
import type { Client } from '../protocol/client.ts'
import { hashSecret, isSameSecret } from '../protocol/credential.ts'
import { oauthError } from '../protocol/errors.ts'
import type { OAuthError, Reason } from '../protocol/errors.ts'
import { readJson } from './read-json.ts'
import {
  describeRegistration,
  readBearer,
  readRegistration,
  refuseRegistration,
  registrationToken,
} from './registration.ts'

/** What came of one attempt to register. */
type Attempt =
  | { readonly ok: true; readonly response: HttpResponse }
  | { readonly ok: false; readonly error: OAuthError }

/**
 * The registration endpoint (RFC 7591 section 3). With an initial access token only, or open: then everybody may
 * register so many clients in a while, and there are only so many in all (attack row RG-10).
 */
export function createRegisterEndpoint(readStatement: StatementReader, ports: Ports) {
  const { store, settings, now } = ports
  const throttle = createThrottle(store, now)
  const needsToken = settings.features.registration === 'token'

  return async (request: HttpRequest, caller: Caller): Promise<HttpResponse> => {
    const tried: Attempt[] = []
    const outcome = await throttle.run(registrationRules(caller.address ?? 'unknown'), async () => {
      // Where everybody may register each try counts, and first: a client that was kept, but not counted, would be
      // refused, and known to nobody.
      if (!needsToken) return false
      const made = await register()
      tried.push(made)
      // Who holds a token of the operator's is held to that alone.
      return made.ok
    })
    const attempt = outcome.kind === 'wait' ? no('registrations_throttled') : (tried[0] ?? (await register()))
    if (attempt.ok) return attempt.response
    await recordRefusal(attempt.error.reason)
    if (outcome.kind === 'wait') return refuseRegistration(attempt.error, ports, outcome.wait)

    return refuseRegistration(attempt.error, ports, attempt.error.reason === 'registrations_full' ? 3600 : undefined)

    async function register(): Promise<Attempt> {
      const tokenId = needsToken ? await findInitialToken(request) : undefined
      if (needsToken && tokenId === undefined) return no('initial_token_invalid')
      const metadata = await readJson(request)
      if (!metadata.ok) return metadata
      const read = await readRegistration(metadata.value, undefined, readStatement, ports)
      if (!read.ok) return read
      const secret = ports.random(32)
      const client = withToken(read.value.client, secret)
      const event = auditEvent(ports, caller, 'client_registered', 'done', { clientId: client.id })
      const { maxClients } = settings.registration
      const outcome = await store.registerClient({ client, tokenId, maxClients }, event, now())
      if (outcome === 'full') return no('registrations_full')
      if (outcome === 'token_unusable') return no('initial_token_invalid')

      return {
        ok: true,
        response: describeRegistration(201, client, read.value.madeSecret, registrationToken(client, secret), ports),
      }
    }

    async function recordRefusal(reason: Reason): Promise<void> {
      await store.appendAudit(auditEvent(ports, caller, 'registration_refused', 'refused', { reason }))
    }
  }

  async function findInitialToken(request: HttpRequest): Promise<RegistrationTokenId | undefined> {
    const presented = readBearer('initial_access_token', request.header('authorization'))
    if (presented === undefined) return undefined
    const id = presented.id as RegistrationTokenId
    const token = await store.findRegistrationToken(id)
    if (token === undefined || !isSameSecret(hashSecret(presented.secret), token.secretHash)) return undefined

    return token.usesLeft > 0 && !hasPassed(token.expiresAt, now()) ? id : undefined
  }
}

function withToken(client: Client, secret: Uint8Array): Client {
  return client.registration === undefined
    ? client
    : { ...client, registration: { ...client.registration, tokenHash: hashSecret(secret) } }
}

const no = (reason: Reason): Attempt => ({ ok: false, error: oauthError(reason) })
