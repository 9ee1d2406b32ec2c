import type { Instant } from '../base/time.ts'
import type { Ports } from '../ports/ports.ts'
import type { Subject } from '../protocol/account.ts'
import type { Authorization } from '../protocol/authorization.ts'
import type { Client } from '../protocol/client.ts'
import { claimsAbout } from '../protocol/identity-claims.ts'
import { describeIdToken } from '../protocol/identity-token.ts'
import type { ClaimsRequest } from '../protocol/particulars.ts'
import type { TokenPlan } from '../protocol/plan.ts'
import { emptyScope } from '../protocol/scope.ts'
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
  const claims = describeIdToken({
    issuer: ports.settings.issuer,
    client,
    subject,
    authorization,
    nonce: plan.from?.kind === 'code' ? plan.from.code.particulars.nonce : undefined,
    accessToken,
    wished: await findWished(authorization, client, ports),
    now,
  })

  return ports.signer.sign(claims, 'JWT', client.identity.idTokenAlg)
}

/** Claims about the person are in UserInfo, unless they were wished for here (section 5.4). */
async function findWished({ subject, particulars }: Authorization, { identity }: Client, { store }: Ports) {
  const wishes: NonNullable<ClaimsRequest['id_token']> = particulars.claims?.id_token ?? {}
  if (Object.keys(wishes).length === 0) return {}
  const account = await store.findAccount(subject)

  return account === undefined ? {} : claimsAbout(account, emptyScope, wishes, identity.scope)
}
