import type { Result } from '../base/result.ts'
import type { Instant } from '../base/time.ts'
import { accept } from '../base/result.ts'
import type { Ports } from '../ports/ports.ts'
import type { Subject } from '../protocol/account.ts'
import type { StoredAuthorizeRequest } from '../protocol/authorization.ts'
import { parseAuthorizeRequest } from '../protocol/authorize.ts'
import type { ReturnAddress } from '../protocol/authorize.ts'
import type { Client } from '../protocol/client.ts'
import { because } from '../protocol/errors.ts'
import type { OAuthError } from '../protocol/errors.ts'
import type { Parameters } from '../protocol/parameters.ts'
import { asksForIdentity } from '../protocol/target.ts'
import { readIdToken } from './id-token.ts'

/** Checks an authorization request, also what in it is signed: an ID token as a hint whom it is about. */
export async function readAuthorizeRequest(
  parameters: Parameters,
  client: Client,
  address: ReturnAddress,
  now: Instant,
  ports: Ports,
): Promise<Result<StoredAuthorizeRequest, OAuthError>> {
  const parsed = parseAuthorizeRequest(parameters, client, address, ports.settings, now)
  const hint = parameters.get('id_token_hint')
  if (!parsed.ok || hint === undefined || !asksForIdentity(parsed.value.scope, ports.settings)) return parsed
  const subject = await readIdTokenHint(hint, client, ports)
  const { expectedSubject = subject } = parsed.value
  if (subject === undefined || subject !== expectedSubject) return because('hint_invalid')

  return accept({ ...parsed.value, expectedSubject })
}

/**
 * Whom an ID token of this client is about, as it knows them.
 *
 * @see OpenID Connect Core 1.0 section 3.1.2.1
 */
export async function readIdTokenHint(hint: string, client: Client, ports: Ports): Promise<Subject | undefined> {
  const token = await readIdToken(hint, ports)

  return token?.clientId === client.id ? token.subject : undefined
}
