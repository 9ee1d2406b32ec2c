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
 * Whom an ID token is about, as its client knows them. It may have expired; it is of ours, of this client, and signed
 * with a key that is still published. Another kind of token is none (RFC 8725 section 3.11).
 *
 * @see OpenID Connect Core 1.0 section 3.1.2.1
 */
export async function readIdTokenHint(
  hint: string,
  client: Client,
  { signer, settings }: Ports,
): Promise<Subject | undefined> {
  const claims = await signer.verify(hint, 'JWT')
  const isIdToken =
    claims !== undefined && ['exp', 'iat', 'auth_time'].every((each) => typeof claims[each] === 'number')
  if (!isIdToken || claims['iss'] !== settings.issuer || claims['aud'] !== client.id) return undefined

  return claims['sub'] as Subject
}
