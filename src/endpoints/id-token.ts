import type { SignatureAlgorithm } from '../base/signature-algorithm.ts'
import type { Instant } from '../base/time.ts'
import type { Ports } from '../ports/ports.ts'
import type { Signer } from '../ports/signer.ts'
import type { Subject } from '../protocol/account.ts'
import type { Authorization } from '../protocol/authorization.ts'
import type { Client, ClientId } from '../protocol/client.ts'
import { claimsAbout } from '../protocol/identity-claims.ts'
import { describeIdToken } from '../protocol/identity-token.ts'
import type { ClaimsRequest } from '../protocol/particulars.ts'
import type { TokenPlan } from '../protocol/plan.ts'
import { emptyScope } from '../protocol/scope.ts'
import type { Settings } from '../protocol/settings.ts'
import { asksForIdentity } from '../protocol/target.ts'

/**
 * The ID token that goes with an access token, if that has `openid` and a person has allowed it.
 *
 * @param subject as the client knows the person
 * @see OpenID Connect Core 1.0 sections 3.1.3.3 and 12.2
 */
export async function makeIdToken(
  plan: TokenPlan,
  client: Client,
  authorization: Authorization | undefined,
  subject: Subject,
  accessToken: string,
  ports: Ports,
  now: Instant,
): Promise<string | undefined> {
  if (authorization === undefined || !asksForIdentity(plan.scope, ports.settings)) return undefined
  const { signer, settings } = ports
  const algorithm = atHand(client.identity.idTokenAlg, signer)
  const claims = describeIdToken({
    issuer: settings.issuer,
    client,
    algorithm,
    subject,
    authorization,
    nonce: plan.from?.kind === 'code' ? plan.from.code.particulars.nonce : undefined,
    accessToken,
    wished: await findWished(authorization, client, ports),
    now,
  })

  return signer.sign(claims, 'JWT', algorithm)
}

/** What a client registered, or the server's own if it was registered while the server had other keys. */
export const atHand = (
  registered: SignatureAlgorithm,
  { algorithms }: Pick<Signer, 'algorithms'>,
): SignatureAlgorithm => (algorithms.includes(registered) ? registered : algorithms[0]!)

/** An ID token that came back. */
export interface ShownIdToken {
  readonly clientId: ClientId
  /** As that client knows the person. */
  readonly subject: Subject
  readonly sid: string | undefined
}

/**
 * Reads an ID token of this server, which may have expired, as long as the key it is signed with is published. Another
 * kind of token is none (RFC 8725 section 3.11).
 */
export async function readIdToken(
  jwt: string,
  { signer, settings }: { readonly signer: Pick<Signer, 'verify'>; readonly settings: Pick<Settings, 'issuer'> },
): Promise<ShownIdToken | undefined> {
  const claims = await signer.verify(jwt, 'JWT')
  const isIdToken =
    claims !== undefined && ['exp', 'iat', 'auth_time'].every((each) => typeof claims[each] === 'number')
  if (!isIdToken || claims['iss'] !== settings.issuer || typeof claims['aud'] !== 'string') return undefined

  return {
    clientId: claims['aud'] as ClientId,
    subject: claims['sub'] as Subject,
    sid: typeof claims['sid'] === 'string' ? claims['sid'] : undefined,
  }
}

/** Claims about the person are in UserInfo, unless they were wished for here (section 5.4). */
async function findWished({ subject, particulars }: Authorization, { identity }: Client, { store }: Ports) {
  const wishes: NonNullable<ClaimsRequest['id_token']> = particulars.claims?.id_token ?? {}
  if (Object.keys(wishes).length === 0) return {}
  const account = await store.findAccount(subject)

  return account === undefined ? {} : claimsAbout(account, emptyScope, wishes, identity.scope)
}
