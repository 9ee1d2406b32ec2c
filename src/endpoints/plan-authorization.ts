import { toHex } from '../base/encoding.ts'
import { uuid7 } from '../base/id.ts'
import type { Instant } from '../base/time.ts'
import type { Ports } from '../ports/ports.ts'
import type { Authorization, AuthorizationId, RefreshChain } from '../protocol/authorization.ts'
import type { Client } from '../protocol/client.ts'
import type { Redeem, TokenPlan } from '../protocol/plan.ts'
import { absoluteEndOf, absoluteExpiry, authorizationEnd, refreshExpiry } from '../protocol/token-lifetimes.ts'

/** The authorization as it stands after the plan, and what is used up on the way. */
export function planAuthorization(
  plan: TokenPlan,
  client: Client,
  ports: Ports,
  now: Instant,
): { authorization: Authorization | undefined; redeem: Redeem | undefined } {
  if (plan.from === undefined) return { authorization: undefined, redeem: undefined }
  if (plan.from.kind === 'assertion') return { authorization: undefined, redeem: plan.from }
  if (plan.from.kind !== 'refresh_token') {
    // What a person allowed is the same, whichever way it comes here.
    const allowed = plan.from.kind === 'code' ? plan.from.code : plan.from.device
    const refresh = plan.refreshable ? beginChain(client, ports, now) : undefined
    const authorization: Authorization = {
      id: uuid7(now, ports.random(10)) as AuthorizationId,
      clientId: client.id,
      subject: allowed.subject,
      scope: allowed.scope,
      resources: allowed.resources,
      sessionId: allowed.sessionId,
      authenticatedAt: allowed.authenticatedAt,
      createdAt: now,
      refresh,
      endsAt: authorizationEnd(refresh, plan.lifetime, now),
      revokedAt: undefined,
      revokedBecause: undefined,
      particulars: plan.authorizationParticulars ?? {},
    }

    const redeem: Redeem =
      plan.from.kind === 'code' ? { kind: 'code', id: plan.from.code.id } : { kind: 'device', id: plan.from.device.id }

    return { authorization, redeem }
  }

  const { authorization, retry, kept = false } = plan.from
  if (retry || authorization.refresh === undefined) return { authorization, redeem: undefined }
  const { generation } = authorization.refresh
  const absoluteEnd = absoluteEndOf(authorization, authorization.refresh, client.lifetimes)
  const chain = {
    ...authorization.refresh,
    generation: kept ? generation : generation + 1,
    rotatedAt: now,
    absoluteEnd,
    expiresAt: refreshExpiry(client.lifetimes, absoluteEnd, now),
  }
  const endsAt = authorizationEnd(chain, plan.lifetime, now)

  return {
    authorization: { ...authorization, refresh: chain, endsAt },
    redeem: { kind: 'refresh_token', authorizationId: authorization.id, generation, chain, endsAt },
  }
}

function beginChain(client: Client, ports: Ports, now: Instant): RefreshChain {
  const absoluteEnd = absoluteExpiry(client.lifetimes, now)

  return {
    nonce: toHex(ports.random(32)),
    generation: 1,
    rotatedAt: undefined,
    expiresAt: refreshExpiry(client.lifetimes, absoluteEnd, now),
    absoluteEnd,
  }
}
